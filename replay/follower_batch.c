/*
 * Reading what a leader sends. Nothing in it is believed for being sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/follower_batch.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/outbound/fetch.h"
#include "core/shape/shape_pack.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/keyring_copy.h"

#include <string.h>

enum { MOST_NAMES = 64, MOST_MISSING = 100000, EPOCHS_BYTES = 2 << 20 };

/* What is none of its answers proves nothing: somebody else may have given it. */
static enum status read_answer(
    const struct shape *shape,
    const struct buf *answer,
    struct arena *arena,
    void *out,
    struct error *error)
{
    if (shape_unpack(shape, buf_bytes(answer), arena, out, error) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "foreign_answer",
        "the leader does not answer as this program does");
}

enum status follower_fetch_range(
    struct fetch *fetch,
    const struct range_wanted *wanted,
    struct arena *arena,
    struct ledger_range *out,
    struct error *error)
{
    AUTO_BUF answer = {0};
    struct digest root = tree_growth_root(wanted->held);
    struct text path = text_format(
        arena, "/api/v1/followers/range?from=%llu&waitMs=%d&mostBytes=%lld&root=%.*s",
        (unsigned long long)wanted->held->size, wanted->wait_ms, (long long)wanted->most_bytes,
        TEXT_ARGS(hex_encode(arena, (struct bytes){root.bytes, DIGEST_SIZE})));
    enum status status;

    buf_init(&answer, LEDGER_RANGE_ANSWER + NOTE_MAX_BYTES);
    status = fetch_get(fetch, path, &answer, error);
    if (status == STATUS_OK)
        status = read_answer(&ledger_range_shape, &answer, arena, out, error);
    return status;
}

enum status follower_fetch_epochs(
    struct fetch *fetch,
    int64_t from,
    struct arena *arena,
    struct first_checkpoints *out,
    struct error *error)
{
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&answer, EPOCHS_BYTES);
    status = fetch_get(
        fetch, text_format(arena, "/api/v1/followers/epochs?from=%lld", (long long)from), &answer,
        error);
    if (status == STATUS_OK)
        status = read_answer(&first_checkpoints_shape, &answer, arena, out, error);
    if (status == STATUS_NOT_FOUND) /* a leader that is older than this keeps none */
        *out = (struct first_checkpoints){{NULL, 0}};
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status damaged(struct error *error, uint64_t at, const char *what)
{
    return error_set_code(
        error, STATUS_CORRUPT, "evidence_damaged", "the leader's event at position %llu: %s",
        (unsigned long long)at, what);
}

static enum status decode_one(
    const struct stored_event *event,
    struct position at,
    struct arena *arena,
    struct record *record,
    struct error *error)
{
    struct bytes body = stored_event_is_dropped(event) ? (struct bytes){NULL, 0} : event->body;
    struct entry entry;
    enum status status = entry_decode(at, event->entry, arena, &entry, error);

    if (status == STATUS_OK && !stored_event_fits(event, &entry))
        return damaged(error, at.value, "its body is not what the entry says");
    if (status == STATUS_OK)
        status = record_decode(at, event->entry, body, arena, record, error);
    if (status == STATUS_CORRUPT)
        return damaged(error, at.value, "it cannot be read");
    if (status == STATUS_OK && record->type == NULL)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "unknown_event",
            "this program does not know the event %.*s at position %llu: give the follower the "
            "program of its leader",
            TEXT_ARGS(record->entry.type), (unsigned long long)at.value);
    return status;
}

/* As many as are taken at once. */
static size_t count_events(struct bytes rest)
{
    struct stored_event event;
    size_t count = 0;

    while (count < LEDGER_RANGE_MOST && stored_event_next(&rest, &event))
        count++;
    return count;
}

enum status follower_decode(
    const struct ledger_range *range,
    struct timestamp last,
    struct arena *arena,
    struct adoption *out,
    struct error *error)
{
    size_t most = count_events(range->events);
    struct stored_event *events = arena_array(arena, most, sizeof(*events));
    struct record *records = arena_array(arena, most, sizeof(*records));
    struct bytes rest = range->events;
    size_t count = 0;

    for (; count < most && stored_event_next(&rest, &events[count]); count++) {
        struct position at = {(uint64_t)range->from + count};
        enum status status = decode_one(&events[count], at, arena, &records[count], error);

        if (status != STATUS_OK)
            return status;
        if (records[count].entry.recorded_at.us <= last.us)
            return damaged(error, at.value, "it was recorded before the one before it");
        last = records[count].entry.recorded_at;
    }
    if (rest.size > 0)
        return damaged(error, (uint64_t)range->from + count, "more was sent than was asked for");
    if (arena_is_full(arena))
        return error_set(
            error, STATUS_TOO_LARGE, "the leader's events do not fit the memory for them");
    *out = (struct adoption){events, records, count};
    return STATUS_OK;
}

/* Names of rows that are missing, each once. */
struct missing {
    struct buf names; /* joined */
};

static void note_name(struct missing *missing, const uint8_t name[KEY_ROW_NAME_SIZE])
{
    struct bytes all = buf_bytes(&missing->names);

    for (size_t at = 0; at < all.size; at += KEY_ROW_NAME_SIZE) {
        if (memcmp(all.data + at, name, KEY_ROW_NAME_SIZE) == 0)
            return;
    }
    buf_add(&missing->names, name, KEY_ROW_NAME_SIZE);
}

static void note_box(const struct box_seen *box, void *context)
{
    uint8_t name[KEY_ROW_NAME_SIZE];

    if (box->state != BOX_LOST)
        return;
    keyring_row_name(box->subject, box->key_id, name);
    note_name(context, name);
}

static enum status note_missing(
    struct missing *missing,
    struct keyring *keyring,
    const struct record *record,
    struct error *error)
{
    const struct signing_key_rotated *rotated = record->event;
    uint8_t name[KEY_ROW_NAME_SIZE];

    if (record->type == &signing_key_rotated_event && rotated->verifier_key.size == 32) {
        keyring_seed_name(rotated->verifier_key.data, name);
        note_name(missing, name);
    }
    return keyring_try_record(keyring, record, note_box, missing, error);
}

/* Some names at once. A key that the leader has not either is lost there, too. */
static enum status fetch_some(
    struct fetch *fetch,
    struct keyring *keyring,
    struct bytes names,
    struct arena *arena,
    struct error *error)
{
    AUTO_BUF answer = {0};
    struct key_rows rows;
    enum status status;

    buf_init(&answer, KEY_ROWS_BYTES);
    status = fetch_get(
        fetch,
        text_format(
            arena, "/api/v1/followers/keys?names=%.*s", TEXT_ARGS(hex_encode(arena, names))),
        &answer, error);
    if (status == STATUS_OK)
        status = read_answer(&key_rows_shape, &answer, arena, &rows, error);
    return status == STATUS_OK ? keyring_add_rows(keyring, &rows, error) : status;
}

enum status follower_fetch_keys(
    struct fetch *fetch,
    struct keyring *keyring,
    const struct adoption *adoption,
    struct arena *arena,
    struct error *error)
{
    struct missing missing = {{0}};
    struct bytes names;
    enum status status = STATUS_OK;

    buf_init(&missing.names, (size_t)MOST_MISSING * KEY_ROW_NAME_SIZE);
    for (size_t i = 0; i < adoption->count && status == STATUS_OK; i++)
        status = note_missing(&missing, keyring, &adoption->records[i], error);
    names = buf_bytes(&missing.names);
    for (size_t at = 0; at < names.size && status == STATUS_OK;
         at += (size_t)MOST_NAMES * KEY_ROW_NAME_SIZE) {
        size_t most = (size_t)MOST_NAMES * KEY_ROW_NAME_SIZE;
        size_t size = names.size - at < most ? names.size - at : most;

        status = fetch_some(fetch, keyring, (struct bytes){names.data + at, size}, arena, error);
    }
    buf_fini(&missing.names);
    return status;
}
