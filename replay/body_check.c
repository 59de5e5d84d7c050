/*
 * Comparing bodies of a server with their entries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/body_check.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/outbound/fetch.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/tree.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

enum { LARGEST_ANSWER = 64 << 20, ARENA_BYTES = 256 << 20, MOST_HASHES = 64 };
enum { RETRY_MS = 1000, MOST_TRIES = 60 };

struct looking {
    const struct body_check *check;
    struct arena *arena; /* of one body */
    uint64_t position;
};

static enum status damaged(const struct looking *looking, const char *why, struct error *error)
{
    return error_set_code(
        error, STATUS_CORRUPT, "evidence_damaged", "the event at position %" PRIu64 ": %s",
        looking->position, why);
}

/* A JSON object that was checked, in the arena. */
static enum status
ask(const struct looking *looking, struct text path, struct text *out, struct error *error)
{
    AUTO_BUF answer = {0};
    enum status status = STATUS_TOO_MANY;

    buf_init(&answer, LARGEST_ANSWER);
    for (int i = 0; i < MOST_TRIES && status == STATUS_TOO_MANY; i++) {
        if (i > 0)
            (void)poll(NULL, 0, RETRY_MS);
        status = fetch_get(looking->check->fetch, path, &answer, error);
    }
    if (status != STATUS_OK)
        return status;
    if (json_compact(buf_text(&answer), looking->arena, out, NULL) == STATUS_OK)
        return STATUS_OK;
    return damaged(looking, "what is answered is no JSON", error);
}

static bool
find_bytes(const struct looking *looking, struct text object, const char *name, struct bytes *out)
{
    struct text text =
        json_peek_text(looking->arena, json_peek_member(looking->arena, object, name));

    return text_is_present(text) && base64_decode(looking->arena, text, out);
}

static bool is_included(const struct looking *looking, struct text proof, struct bytes entry)
{
    const struct checkpoint *checkpoint = looking->check->checkpoint;
    const struct tree_head head = {checkpoint->size, checkpoint->root};
    struct digest hashes[MOST_HASHES];
    struct tree_path path = {hashes, 0};
    struct text list = json_peek_member(looking->arena, proof, "hashes");
    struct text item;
    size_t cursor = 0;

    while (json_peek_item(list, &cursor, &item)) {
        struct bytes hash = {NULL, 0};
        if (path.count == MOST_HASHES ||
            !base64_decode(looking->arena, json_peek_text(looking->arena, item), &hash) ||
            hash.size != DIGEST_SIZE)
            return false;
        memcpy(hashes[path.count++].bytes, hash.data, DIGEST_SIZE);
    }
    return tree_includes(&head, looking->position, tree_leaf(entry), &path);
}

static enum status
check_entry(const struct looking *looking, struct bytes entry, struct error *error)
{
    struct text proof = {NULL, 0};
    enum status status =
        ask(looking,
            text_format(
                looking->arena, "/api/v1/ledger/inclusion?position=%" PRIu64 "&size=%" PRIu64,
                looking->position, looking->check->checkpoint->size),
            &proof, error);

    if (status == STATUS_OK && !is_included(looking, proof, entry))
        return damaged(looking, "its entry is not what was signed", error);
    return status;
}

/* An event as the server shows it, whose entry was signed and whose body fits; in the arena. */
struct shown_event {
    struct stored_event stored;
    struct entry entry;
};

static enum status
look_at(const struct looking *looking, struct shown_event *out, struct error *error)
{
    struct text event = {NULL, 0};
    enum status status = ask(
        looking,
        text_format(looking->arena, "/api/v1/events/%" PRIu64 "?stored=true", looking->position),
        &event, error);

    if (status != STATUS_OK)
        return status;
    if (!find_bytes(looking, event, "entry", &out->stored.entry) ||
        !find_bytes(looking, event, "storedBody", &out->stored.body))
        return damaged(looking, "entry or body are not shown", error);
    status = check_entry(looking, out->stored.entry, error);
    if (status != STATUS_OK)
        return status;
    if (entry_decode(
            (struct position){looking->position}, out->stored.entry, looking->arena, &out->entry,
            error) != STATUS_OK)
        return damaged(looking, "its entry is none", error);
    if (!stored_event_fits(&out->stored, &out->entry))
        return damaged(looking, "its body is not what was recorded", error);
    return STATUS_OK;
}

/* Is it on record, by the event that the mark names, that this body was dropped? */
static enum status
check_drop(const struct looking *looking, const struct shown_event *gone, struct error *error)
{
    struct looking at_drop = *looking;
    struct shown_event drop = {.stored = {.entry = {NULL, 0}}};
    struct record record = {.type = NULL};
    enum status status;

    at_drop.position = stored_event_dropped_at(&gone->stored);
    if (at_drop.position >= looking->check->checkpoint->size)
        return STATUS_OK; /* since it was signed */
    status = look_at(&at_drop, &drop, error);
    if (status == STATUS_OK)
        status = record_decode(
            (struct position){at_drop.position}, drop.stored.entry, drop.stored.body,
            looking->arena, &record, error);
    if (status != STATUS_OK)
        return status;
    if (!stored_event_is_dropped_by(&record, looking->position, &gone->entry))
        return damaged(looking, "its body is gone, and no event dropped it", error);
    return STATUS_OK;
}

static enum status check_at(
    const struct body_check *check, uint64_t position, struct body_sight *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct looking looking = {check, arena, position};
    struct shown_event event = {.stored = {.entry = {NULL, 0}}};
    bool is_dropped;
    enum status status = look_at(&looking, &event, error);

    if (status != STATUS_OK)
        return status;
    is_dropped = stored_event_is_dropped(&event.stored);
    if (is_dropped)
        status = check_drop(&looking, &event, error);
    out->dropped += is_dropped ? 1 : 0;
    out->kept += is_dropped ? 0 : 1;
    return status;
}

/* Each position with the same chance; rising, so that none comes twice. */
static bool is_chosen(uint64_t left, uint64_t wanted)
{
    uint64_t number = 0;

    random_fill(&number, sizeof(number));
    return number % left < wanted;
}

enum status body_check(const struct body_check *check, struct body_sight *out, struct error *error)
{
    uint64_t size = check->checkpoint->size;
    uint64_t wanted = check->count < size ? check->count : size;
    enum status status = STATUS_OK;

    *out = (struct body_sight){0, 0};
    for (uint64_t at = 0; at < size && wanted > 0 && status == STATUS_OK; at++) {
        if (!is_chosen(size - at, wanted))
            continue;
        wanted--;
        status = check_at(check, at, out, error);
    }
    return status;
}
