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
#include "eventlog/home_mark.h"
#include "eventlog/leadership.h"
#include "eventlog/signer.h"

enum { TELL_ARENA = 1 << 20, ANSWER_BYTES = 64 << 10, TELL_MS = 2000, AGAIN_MS = 60000 };

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 10, .whole_s = 15};

struct herald {
    struct herald_parts parts;
    struct fetch *fetch;
    struct queue *wakeup; /* carries nothing: it is only closed */
    bool was_heard;
};

static enum status make_proof(
    const struct herald_parts *parts, struct arena *arena, struct buf *json, struct error *error)
{
    int64_t since = atomic_load(&parts->leadership->since);
    struct signed_checkpoint newest;
    struct succession proof;
    enum status status;

    if (!signer_newest(parts->signer, arena, &newest) || newest.size <= (uint64_t)since)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "not_signed_yet", "nothing of this epoch was signed yet");
    status = succession_make(parts->log, &newest, since, arena, &proof, error);
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

enum status herald_tell(const struct herald_parts *parts, struct fetch *fetch, struct error *error)
{
    AUTO_ARENA arena = arena_new(TELL_ARENA);
    AUTO_BUF json = {0};
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&json, SUCCESSION_BYTES);
    buf_init(&answer, ANSWER_BYTES);
    status = make_proof(parts, arena, &json, error);
    if (status == STATUS_OK)
        status = fetch_post(
            fetch, text_lit("/api/v1/ledger/succession"), buf_text(&json), &answer, error);
    return status == STATUS_OK ? expect_superseded(buf_text(&answer), arena, error) : status;
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
    enum status status = home_mark_read(home, HOME_SUCCEEDS, arena, &says, error);

    herald->parts = *parts;
    herald->wakeup = queue_new(1);
    server.url = text_trim(text_cut(&says, '\n'));
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

/* It may be down for good, so that not being heard is nothing to tell of. */
void herald_run(void *context)
{
    struct herald *herald = context;

    while (!queue_is_closed(herald->wakeup)) {
        struct error error = {0};

        if (herald_tell(&herald->parts, herald->fetch, &error) == STATUS_OK && !herald->was_heard) {
            herald->was_heard = true;
            log_info("leader.former_told", log_c("former_leader", fetch_url(herald->fetch)));
        }
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
