/*
 * The thread that tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/herald.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/outbound/fetch.h"
#include "core/outbound/outbound.h"
#include "core/run/queue.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/checkpoint.h"
#include "eventlog/home_mark.h"
#include "eventlog/leadership.h"
#include "eventlog/signer.h"

enum { TELL_ARENA = 1 << 20, ANSWER_BYTES = 64 << 10, TELL_MS = 2000, AGAIN_MS = 60000 };

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 10, .whole_s = 15};

struct herald {
    struct herald_parts parts;
    struct fetch *fetch;
    struct queue *wakeup; /* carries nothing: it is only closed */
    struct arena *arena;
    struct text first; /* checkpoint of the epoch, in the arena; absent: none was kept */
    bool was_heard;
    bool was_refused; /* the last time */
};

static bool find_signed(
    const struct herald_parts *parts,
    struct text first,
    struct arena *arena,
    struct signed_checkpoint *out)
{
    struct checkpoint checkpoint;

    if (!checkpoint_parse(arena, first, &checkpoint))
        return signer_newest(parts->signer, arena, out);
    *out = (struct signed_checkpoint){.note = first, .size = checkpoint.size};
    return true;
}

static enum status make_proof(
    const struct herald_parts *parts,
    struct text first,
    struct arena *arena,
    struct buf *json,
    struct error *error)
{
    int64_t since = atomic_load(&parts->leadership->since);
    struct signed_checkpoint shown;
    struct succession proof;
    enum status status;

    if (!find_signed(parts, first, arena, &shown) || shown.size <= (uint64_t)since)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "not_signed_yet", "nothing of this epoch was signed yet");
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
    const struct herald_parts *parts, struct text first, struct fetch *fetch, struct error *error)
{
    AUTO_ARENA arena = arena_new(TELL_ARENA);
    AUTO_BUF json = {0};
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&json, SUCCESSION_BYTES);
    buf_init(&answer, ANSWER_BYTES);
    status = make_proof(parts, first, arena, &json, error);
    if (status == STATUS_OK)
        status = fetch_post(
            fetch, text_lit("/api/v1/ledger/succession"), buf_text(&json), &answer, error);
    return status == STATUS_OK ? expect_superseded(buf_text(&answer), arena, error) : status;
}

bool herald_is_refusal(const struct fetch *fetch, const struct error *why)
{
    return !fetch_was_away(fetch) && !text_is(text_from(why->code), "not_signed_yet");
}

enum status herald_new(
    const struct herald_parts *parts,
    const char *home,
    struct text ca_file,
    struct herald **out,
    struct error *error)
{
    struct herald *herald = heap_new(sizeof(*herald));
    struct fetch_server server = {.ca_file = ca_file, .limits = &limits};
    struct text says = {NULL, 0};
    enum status status;

    herald->parts = *parts;
    herald->arena = arena_new(TELL_ARENA);
    herald->wakeup = queue_new(1);
    status = home_mark_read(home, HOME_SUCCEEDS, herald->arena, &says, error);
    server.url = text_trim(text_cut(&says, '\n'));
    (void)text_cut(&says, '\n'); /* the position of leader_promoted */
    (void)text_cut(&says, '\n'); /* an empty line */
    herald->first = says;
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
    arena_free(herald->arena);
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
        enum status status = herald_tell(&herald->parts, herald->first, herald->fetch, &error);

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
