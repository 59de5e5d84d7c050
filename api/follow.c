/*
 * Followers. All on the loop of the stream, but for reading.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follow.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"

#include <string.h>

enum {
    QUIET_US = 15 * US_PER_S, /* then something is said, so that proxies keep the connection */
    RETRY_US = US_PER_S,
    LARGEST_PIECE = 80 << 20, /* a line of an export, and what stands before it */
    MOST_QUEUED_BYTES = LARGEST_PIECE,
    PATIENCE_S = 30,
    MOST_PARAM_BYTES = 64 << 10
};

static void go_on(struct follow *follow);

static struct follow *follow_of(struct call *call)
{
    return own_call_of(call)->owner;
}

static struct loop_context *loop_of(const struct follow *follow)
{
    return follow->call->call.loop;
}

static void destroy(struct follow *follow)
{
    struct meter *meter = follow->call->call.services->meter;

    audience_remove(&follow->listener);
    loop_timer_free(follow->timer);
    own_call_free(follow->call);
    arena_free(follow->arena);
    buf_fini(&follow->out);
    heap_free(follow);
    atomic_fetch_sub(&meter->follows, 1);
}

/* The peer or we have ended it. A worker that is reading for it comes back first. */
static void on_end(struct http_stream *stream, void *owner)
{
    struct follow *follow = owner;

    (void)stream;
    follow->stream = NULL;
    waitlist_cancel(loop_of(follow)->shown, &follow->waiter);
    if (!follow->is_reading)
        destroy(follow);
}

static void on_drained(struct http_stream *stream, void *owner)
{
    (void)stream;
    go_on(owner);
}

#define HANDLER                                                                                    \
    .on_drained = on_drained, .on_end = on_end, .most_queued_bytes = MOST_QUEUED_BYTES,            \
    .patience_us = PATIENCE_S * (int64_t)US_PER_S

static const struct http_stream_handler event_handler = {HANDLER};
static const struct http_stream_handler file_handler = {HANDLER, .is_whole = true};

static void set_quiet_timer(struct follow *follow)
{
    loop_timer_set(follow->timer, QUIET_US);
}

/* A comment; with the id, so that whoever comes again need not be told of what was not for them. */
static void say_alive(struct follow *follow)
{
    AUTO_BUF out = {0};

    buf_init(&out, 256);
    if (follow->id[0] != '\0')
        buf_printf(&out, "id: %s\n", follow->id);
    buf_add_c(&out, ":\n\n");
    (void)http_stream_send(follow->stream, buf_text(&out));
    set_quiet_timer(follow);
}

static void on_timer(void *context)
{
    struct follow *follow = context;

    if (follow->stream == NULL)
        return;
    if (follow->is_reading || http_stream_queued(follow->stream) > 0) {
        set_quiet_timer(follow);
        return;
    }
    if (follow->media_type == NULL && !follow->has_failed) {
        say_alive(follow);
        return;
    }
    set_quiet_timer(follow);
    if (!follow->has_failed)
        return;
    follow->has_failed = false;
    go_on(follow);
}

/* What a worker has read. */
static void send_events(struct call *call)
{
    struct follow *follow = follow_of(call);

    follow->is_reading = false;
    if (follow->stream == NULL) {
        destroy(follow);
        return;
    }
    if (follow->is_broken) {
        http_stream_drop(follow->stream);
        return;
    }
    if (follow->has_failed) {
        loop_timer_set(follow->timer, RETRY_US);
        return;
    }
    if (follow->out.size > 0) {
        (void)http_stream_send(follow->stream, buf_text(&follow->out));
        set_quiet_timer(follow);
    }
    buf_fini(&follow->out);
    if (follow->is_over)
        http_stream_end(follow->stream);
    else
        go_on(follow);
}

/* A worker. */
static void read_events(struct call *call)
{
    struct follow *follow = follow_of(call);
    struct error error;

    buf_init(&follow->out, LARGEST_PIECE);
    follow->has_more = false;
    if (follow->kind->read(follow, call, &follow->out, &error) != STATUS_OK) {
        log_debug("news.not_read", log_cause(&error));
        buf_fini(&follow->out);
        follow->has_failed = true;
    }
    call_to_loop(call, send_events);
}

static void read_more(struct follow *follow)
{
    struct call *call = &follow->call->call;

    own_call_reset(follow->call);
    call->access.is_platform_admin = follow->is_admin;
    call->access.has_no_factor = follow->has_no_factor;
    call->path_params = follow->params;
    call->path_param_count = follow->param_count;
    follow->is_reading = true;
    call_to_lane(call, follow->kind->lane, read_events);
}

static void on_shown(struct waiter *waiter, enum wake_reason reason)
{
    struct follow *follow =
        (struct follow *)(void *)((char *)waiter - offsetof(struct follow, waiter));

    (void)reason; /* it waits for as long as it takes */
    follow->is_waiting = false;
    read_more(follow);
}

/* Unless something is under way already. */
static void go_on(struct follow *follow)
{
    if (follow->is_reading || follow->is_waiting || follow->has_failed ||
        http_stream_queued(follow->stream) > 0)
        return;
    if (follow->has_more) {
        read_more(follow);
        return;
    }
    follow->is_waiting = true;
    loop_context_wait_shown(loop_of(follow), &follow->waiter, follow->mark + 1, INT64_MAX);
}

static struct follow *follow_listening(struct listener *listener)
{
    return (struct follow *)(void *)((char *)listener - offsetof(struct follow, listener));
}

static void end_access(struct listener *listener)
{
    struct follow *follow = follow_listening(listener);

    if (follow->stream == NULL)
        return;
    if (follow->media_type == NULL)
        http_stream_end(follow->stream);
    else
        http_stream_drop(follow->stream); /* a file ends at its end alone */
}

static bool may_go_on(const struct follow *follow, const struct user_scope *scope)
{
    if (follow->kind->may_go_on != NULL)
        return follow->kind->may_go_on(scope, follow->workspace_id);
    return follow->is_admin || !uuid_is_present(follow->workspace_id) ||
           audience_includes(scope, follow->workspace_id);
}

/* Of several workspaces the statements themselves keep to those that are left. */
static void take_scope(struct listener *listener, const struct user_scope *scope)
{
    struct follow *follow = follow_listening(listener);

    follow->is_admin = scope->role.is == ROLE_PLATFORM_ADMIN;
    if (!may_go_on(follow, scope))
        end_access(listener);
}

/* It fails only where it is answered as a call is: never. */
static void on_failed(struct own_call *own)
{
    send_events(&own->call);
}

static void keep_params(struct follow *follow, const struct call *call)
{
    struct param *params;

    follow->arena = arena_new(MOST_PARAM_BYTES);
    params = arena_array(follow->arena, call->path_param_count, sizeof(*params));
    for (size_t i = 0; i < call->path_param_count; i++)
        params[i] = (struct param){
            text_copy(follow->arena, call->path_params[i].name),
            text_copy(follow->arena, call->path_params[i].value)};
    follow->params = params;
    follow->param_count = call->path_param_count;
}

static void keep_caller(struct follow *follow, const struct call *call)
{
    const struct caller_access *access = &call->access;

    follow->is_admin = access->is_platform_admin;
    follow->has_no_factor = access->has_no_factor;
    follow->workspace_id = access->workspace_id;
    follow->call->call.actor = call->actor;
    follow->listener = (struct listener){
        .scoped = take_scope,
        .ended = end_access,
    };
    listener_set_caller(&follow->listener, access);
}

static struct http_stream *begin_stream(struct call *call, struct follow *follow)
{
    struct http_answer head = {.status = 200};
    const char *media_type = follow->media_type == NULL ? "text/event-stream" : follow->media_type;

    call_header(call, "Content-Type", text_from(media_type));
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_header(call, "X-Accel-Buffering", text_lit("no"));
    head.headers = call->headers;
    head.header_count = call->header_count;
    meter_answer(call->services->meter, call->route_index, 200, 0);
    return http_stream_begin(
        call->exchange, &head, follow->media_type == NULL ? &event_handler : &file_handler, follow);
}

/* Answered, and `follow` is gone, where there is no room for it. */
static bool has_room(struct call *call, struct follow *follow)
{
    struct meter *meter = call->services->meter;

    if (atomic_fetch_add(&meter->follows, 1) < MOST_FOLLOWS &&
        audience_count(call->loop->audience, call->actor.id) < MOST_FOLLOWS_OF_PERSON)
        return true;
    atomic_fetch_sub(&meter->follows, 1);
    heap_free(follow);
    call_answer_busy(call);
    return false;
}

void follow_begin(struct call *call, struct follow *follow, const struct follow_kind *kind)
{
    struct loop_context *loop = call->loop;
    uint64_t generation = call->access.generation;

    if (!has_room(call, follow))
        return;
    follow->kind = kind;
    follow->call = own_call_new(call->services, loop, FOLLOW_ARENA_BYTES, on_failed, follow);
    follow->waiter.wake = on_shown;
    follow->timer = loop_timer_new(loop->loop, on_timer, follow);
    keep_params(follow, call);
    keep_caller(follow, call);
    follow->stream = begin_stream(call, follow); /* `call` is gone */
    if (follow->stream == NULL) {
        destroy(follow);
        return;
    }
    if (follow->media_type == NULL)
        say_alive(follow);
    else
        set_quiet_timer(follow);
    audience_add(loop->audience, &follow->listener, generation);
    go_on(follow);
}

void follow_add_event(struct buf *out, const char *name, struct text id, struct text data)
{
    if (id.size > 0)
        buf_printf(out, "id: %.*s\n", TEXT_ARGS(id));
    buf_printf(out, "event: %s\ndata: ", name);
    buf_add_text(out, data);
    buf_add_c(out, "\n\n");
}

struct text follow_last_id(const struct call *call, struct text since)
{
    struct text header = text_trim(http_header(call->request, "Last-Event-ID"));

    return header.size > 0 ? header : since;
}
