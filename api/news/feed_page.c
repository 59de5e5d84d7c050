/*
 * The feed as pages: what there is beyond a place, or a wait until there is something.
 *
 *   call ─► waiting (a second at most, then again) ── the read models show more ──► reading (a worker)
 *              ▲                                                                       │
 *              └──────────── nothing of it is for the caller ──────────────────────────┤
 *                                                                                      └─► answer
 *
 * What is read lies in a call of our own, whose arena is emptied for each reading.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/audience.h"
#include "api/news/feed.h"
#include "api/news/feed_internal.h"
#include "api/own_call.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/ledger_read.h"

enum { ARENA_BYTES = 16 << 20, LARGEST_PAGE = 32 << 20 };

static const int64_t look_every_us = US_PER_S; /* whether the server drains */

struct feed_change {
    struct text id;
    struct text event;
    struct json data;
};
static const struct field feed_change_fields[] = {
    {TEXT(feed_change, id), .flags = REQUIRED, .doc = "Where to go on behind it."},
    {TEXT(feed_change, event), .flags = REQUIRED,
     .doc = "Name of the frame, such as task.updated."},
    {JSON(feed_change, data), .flags = REQUIRED, .doc = "What sockets are told."},
};
static const struct shape feed_change_shape = SHAPE(feed_change, "A change.");

struct feed_page {
    struct list changes;
    struct text next;
};
static const struct field feed_page_fields[] = {
    {OBJECTS(feed_page, changes, feed_change), .flags = REQUIRED, .doc = "The changes, in order."},
    {TEXT(feed_page, next), .flags = REQUIRED, .doc = "Where to go on: the next since."},
};
const struct shape feed_page_shape = SHAPE(feed_page, "Changes since a place.");

struct poll {
    struct call *call; /* that is answered */
    struct own_call *own;
    struct listener listener;
    struct waiter waiter;
    struct place place;
    uint64_t head; /* of the ledger when it was asked; shown before anything is read */
    int64_t until_us;
    size_t limit;
    struct buf page;
    bool is_found; /* the page is to be answered */
    bool is_failed;
    bool is_admin;
    bool has_no_factor;
    bool is_over; /* nothing is waited for any more: the peer has gone, or its rights */
    bool is_reading;
    enum status refusal; /* of a caller whose rights have gone meanwhile */
};

static void await_changes(struct poll *poll);

static struct poll *poll_of(struct call *own)
{
    return own_call_of(own)->owner;
}

static void end(struct poll *poll)
{
    audience_remove(&poll->listener);
    own_call_free(poll->own);
    buf_fini(&poll->page);
    heap_free(poll);
}

static void print_page(const struct list *changes, const struct place *next, struct poll *poll)
{
    struct arena *arena = poll->own->call.arena;
    const struct feed_page page = {*changes, place_print(arena, next)};

    buf_init(&poll->page, LARGEST_PAGE);
    shape_json_write(&feed_page_shape, &page, &poll->page);
    poll->is_found = true;
}

static void answer_refused(struct poll *poll)
{
    struct call *call = poll->call;
    struct error error;

    if (poll->refusal == STATUS_FORBIDDEN)
        error_set_code(
            &error, STATUS_FORBIDDEN, "not_a_member", "You do not have access to this workspace.");
    else
        error_set_code(
            &error, STATUS_UNAUTHENTICATED, "session_ended", "Invalid authentication token");
    end(poll);
    call_answer_error(call, &error);
}

static void answer(struct poll *poll)
{
    static const struct list none = {"", 0};
    struct call *call = poll->call;

    call->transport->on_abandoned(call, NULL);
    if (poll->refusal != STATUS_OK) {
        answer_refused(poll);
        return;
    }
    if (!poll->is_found)
        print_page(&none, &poll->place, poll);
    call->storage = poll->page;
    poll->page = (struct buf){0};
    end(poll);
    call_answer_json(call, 200, buf_text(&call->storage));
}

static void on_read(struct call *own)
{
    struct poll *poll = poll_of(own);

    poll->is_reading = false;
    if (poll->is_found || poll->is_over || poll->is_failed)
        answer(poll);
    else
        await_changes(poll);
}

/* A worker. */
static void fill_page(struct poll *poll, struct call *own, const struct changes *changes)
{
    struct feed_change *items = arena_array(own->arena, changes->count, sizeof(*items));
    const struct change *change;
    struct place_walk walk;
    AUTO_BUF payload = {0};
    size_t count = 0;

    buf_init(&payload, CHANGE_PAYLOAD_BYTES);
    place_walk_begin(&walk, changes, &poll->place);
    while ((change = place_walk_next(&walk)) != NULL) {
        if (change_print(own, change, changes->size, &payload))
            items[count++] = (struct feed_change){
                place_print(own->arena, &walk.behind),
                text_from(change->frame->name),
                {text_copy(own->arena, buf_text(&payload))}};
    }
    poll->place = (struct place){changes->next, 0};
    if (count > 0)
        print_page(&(struct list){items, count}, &poll->place, poll);
}

/* A worker. */
static void read_page(struct call *own)
{
    struct poll *poll = poll_of(own);
    struct changes changes;
    struct error error;

    if (changes_read(own, poll->place.size, &poll->limit, &changes, &error) == STATUS_OK)
        fill_page(poll, own, &changes);
    else
        poll->is_failed = true; /* so that there is nothing new, for all that can be said now */
    call_to_loop(own, on_read);
}

static void begin_reading(struct poll *poll)
{
    struct call *own = &poll->own->call;

    own_call_reset(poll->own);
    own->access.is_platform_admin = poll->is_admin;
    own->access.has_no_factor = poll->has_no_factor;
    own->path_params = poll->call->path_params;
    own->path_param_count = poll->call->path_param_count;
    poll->is_reading = true;
    if (poll->limit > FEED_AT_ONCE)
        poll->limit = FEED_AT_ONCE;
    call_to_lane(own, LANE_READ, read_page);
}

static void on_wake(struct waiter *waiter, enum wake_reason reason)
{
    struct poll *poll = (struct poll *)(void *)((char *)waiter - offsetof(struct poll, waiter));

    (void)reason; /* it looks again in any case */
    poll->head = 0;
    await_changes(poll);
}

static void await_changes(struct poll *poll)
{
    int64_t now_us = monotonic_us();
    int64_t look_us = now_us + look_every_us;
    bool has_time = now_us < poll->until_us && !poll->call->loop->is_draining;

    if (poll->head > 0) { /* what the caller has done before is to be in it */
        loop_context_wait_shown(poll->call->loop, &poll->waiter, poll->head, look_us);
        return;
    }
    if (poll->call->services->progress->size > poll->place.size) {
        begin_reading(poll);
        return;
    }
    if (!has_time || poll->is_over) {
        answer(poll);
        return;
    }
    loop_context_wait_shown(
        poll->call->loop, &poll->waiter, poll->place.size + 1,
        look_us < poll->until_us ? look_us : poll->until_us);
}

/* While a worker reads it is answered when that comes back. */
static void give_up(struct poll *poll, enum status refusal)
{
    poll->is_over = true;
    poll->refusal = refusal;
    if (poll->is_reading)
        return;
    waitlist_cancel(poll->call->loop->shown, &poll->waiter);
    answer(poll);
}

static void on_abandoned(struct call *call)
{
    give_up(call->handler_state, STATUS_OK);
}

static struct poll *poll_listening(struct listener *listener)
{
    return (struct poll *)(void *)((char *)listener - offsetof(struct poll, listener));
}

static void end_access(struct listener *listener)
{
    give_up(poll_listening(listener), STATUS_UNAUTHENTICATED);
}

static void take_scope(struct listener *listener, const struct user_scope *scope)
{
    struct poll *poll = poll_listening(listener);
    struct uuid workspace_id = poll->call->access.workspace_id;

    poll->is_admin = scope->role.is == ROLE_PLATFORM_ADMIN;
    if (!poll->is_admin && uuid_is_present(workspace_id) && !audience_includes(scope, workspace_id))
        give_up(poll, STATUS_FORBIDDEN);
}

/* Nobody answers it but with what went wrong on the way to a worker. */
static void on_failed(struct own_call *own)
{
    poll_of(&own->call)->is_failed = true;
    on_read(&own->call);
}

void feed_answer_page(struct call *call, const struct place *place, int64_t wait_s)
{
    struct poll *poll = heap_new(sizeof(*poll));

    poll->call = call;
    poll->own = own_call_new(call->services, call->loop, ARENA_BYTES, on_failed, poll);
    poll->own->call.actor = call->actor;
    poll->is_admin = call->access.is_platform_admin;
    poll->has_no_factor = call->access.has_no_factor;
    poll->place = *place;
    poll->head = ledger_size(call->services->ledger);
    poll->until_us = monotonic_us() + wait_s * (int64_t)US_PER_S;
    poll->limit = FEED_AT_ONCE;
    poll->waiter.wake = on_wake;
    poll->listener = (struct listener){
        .scoped = take_scope,
        .ended = end_access,
    };
    listener_set_caller(&poll->listener, &call->access);
    call->handler_state = poll;
    audience_add(call->loop->audience, &poll->listener, call->access.generation);
    call->transport->on_abandoned(call, on_abandoned);
    await_changes(poll);
}
