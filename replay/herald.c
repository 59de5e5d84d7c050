/*
 * The thread that tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/herald.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/outbound/outbound.h"
#include "core/run/queue.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"
#include "eventlog/leadership.h"
#include "eventlog/ledger_read.h"
#include "eventlog/signer.h"

enum { TELL_ARENA = 1 << 20, ANSWER_BYTES = 64 << 10, TELL_MS = 2000, AGAIN_MS = 60000 };

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 10, .whole_s = 15};

struct herald {
    struct herald_parts parts;
    struct fetch *fetch;
    struct queue *wakeup; /* carries nothing: it is only closed */
    int64_t epoch;        /* that the former leader leads */
    bool was_heard;
    bool was_refused; /* the last time */
};

static enum status not_signed_yet(struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "not_signed_yet", "nothing of this epoch was signed yet");
}

/* And the size at which its epoch began. */
static enum status find_signed(
    const struct herald_parts *parts,
    int64_t epoch,
    struct arena *arena,
    struct signed_checkpoint *out,
    int64_t *out_since,
    struct error *error)
{
    int64_t next = epoch + 1;
    struct first_checkpoint first;
    struct checkpoint checkpoint;
    enum status status = signer_next_first(parts->signer, &next, arena, &first, error);

    if (status == STATUS_OK && checkpoint_parse(arena, first.note, &checkpoint)) {
        *out = (struct signed_checkpoint){.note = first.note, .size = checkpoint.size};
        *out_since = first.since;
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND && status != STATUS_OK)
        return status;
    *out_since = atomic_load(&parts->leadership->since);
    if (!signer_newest(parts->signer, arena, out) || out->size <= (uint64_t)*out_since)
        return not_signed_yet(error);
    return STATUS_OK;
}

static enum status make_proof(
    const struct herald_parts *parts,
    int64_t epoch,
    struct arena *arena,
    struct buf *json,
    struct error *error)
{
    int64_t since = 0;
    struct signed_checkpoint shown;
    struct succession proof;
    enum status status = find_signed(parts, epoch, arena, &shown, &since, error);

    if (status == STATUS_OK)
        status = succession_make(parts->log, &shown, since, arena, &proof, error);
    if (status == STATUS_OK)
        shape_json_write(&succession_shape, &proof, json);
    return status;
}

/* It hears everybody who proves something; one that leads a newer epoch goes on. */
static enum status expect_superseded(struct text answer, struct arena *arena, struct error *error)
{
    if (text_is(json_peek_member(arena, answer, "isSuperseded"), "true"))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "not_superseded",
        "that server takes itself for one that leads this epoch, or a newer one: %.*s",
        TEXT_ARGS(text_first_bytes(answer, 200)));
}

enum status herald_tell(
    const struct herald_parts *parts, int64_t epoch, struct fetch *fetch, struct error *error)
{
    AUTO_ARENA arena = arena_new(TELL_ARENA);
    AUTO_BUF json = {0};
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&json, SUCCESSION_BYTES);
    buf_init(&answer, ANSWER_BYTES);
    status = make_proof(parts, epoch, arena, &json, error);
    if (status == STATUS_OK)
        status = fetch_post(
            fetch, text_lit("/api/v1/ledger/succession"), buf_text(&json), &answer, error);
    return status == STATUS_OK ? expect_superseded(buf_text(&answer), arena, error) : status;
}

bool herald_is_refusal(const struct fetch *fetch, const struct error *why)
{
    return !fetch_was_away(fetch) && !text_is(text_from(why->code), "not_signed_yet");
}

/* The epoch of who was succeeded, as the promotion at that position says. */
static enum status find_former_epoch(
    const struct herald_parts *parts,
    struct text position,
    struct arena *arena,
    int64_t *out,
    struct error *error)
{
    const struct log_identity identity = {.name = text_from(parts->leadership->name)};
    const struct leader_promoted *promoted;
    int64_t at = 0;
    struct record record;
    enum status status;

    *out = atomic_load(&parts->leadership->epoch) - 1;
    if (!text_to_int64(position, &at) || at < 1 || (uint64_t)at >= ledger_size(parts->log))
        return STATUS_OK;
    status = ledger_read_one(parts->log, (struct position){(uint64_t)at}, arena, &record, error);
    if (status != STATUS_OK || record.type != &leader_promoted_event)
        return status;
    promoted = record.event;
    must(log_identity_epoch(&identity, promoted->former_origin, out)); /* as it was decided */
    return STATUS_OK;
}

enum status herald_new(
    const struct herald_parts *parts,
    const char *home,
    struct text ca_file,
    struct herald **out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(TELL_ARENA);
    struct herald *herald = heap_new(sizeof(*herald));
    struct fetch_server server = {.ca_file = ca_file, .limits = &limits};
    struct text says = {NULL, 0};
    enum status status;

    herald->parts = *parts;
    herald->wakeup = queue_new(1);
    status = home_mark_read(home, HOME_SUCCEEDS, arena, &says, error);
    server.url = text_trim(text_cut(&says, '\n'));
    if (status == STATUS_OK)
        status = find_former_epoch(
            parts, text_trim(text_cut(&says, '\n')), arena, &herald->epoch, error);
    if (status == STATUS_OK)
        status = fetch_open(&server, &herald->fetch, error);
    if (status == STATUS_OK)
        *out = herald;
    else
        herald_free(herald);
    return status;
}

void herald_free(struct herald *herald)
{
    if (herald == NULL)
        return;
    fetch_close(herald->fetch);
    queue_free(herald->wakeup);
    heap_free(herald);
}

/* It may be down for good, so that not being heard is nothing to tell of; being refused is, once. */
static void note_outcome(struct herald *herald, enum status status, const struct error *why)
{
    bool is_refused = status != STATUS_OK && herald_is_refusal(herald->fetch, why);

    if (status == STATUS_OK && !herald->was_heard)
        log_info("leader.former_told", log_c("former_leader", fetch_url(herald->fetch)));
    if (is_refused && !herald->was_refused)
        log_error(
            "leader.former_not_told", log_c("former_leader", fetch_url(herald->fetch)),
            log_cause(why));
    herald->was_heard = herald->was_heard || status == STATUS_OK;
    herald->was_refused = is_refused;
}

void herald_run(void *context)
{
    struct herald *herald = context;

    while (!queue_is_closed(herald->wakeup)) {
        struct error error = {0};
        enum status status = herald_tell(&herald->parts, herald->epoch, herald->fetch, &error);

        note_outcome(herald, status, &error);
        queue_take(herald->wakeup, (herald->was_heard ? AGAIN_MS : TELL_MS) * US_PER_MS);
    }
}

void herald_stop(struct herald *herald)
{
    if (herald == NULL)
        return;
    queue_close(herald->wakeup);
    fetch_cancel(herald->fetch);
}
