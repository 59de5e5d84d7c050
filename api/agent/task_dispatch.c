/*
 * The dispatch of one agent's tasks: a call of our own, on the loop of its socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/task_dispatch.h"

#include "api/agent/claim.h"
#include "api/own_call.h"
#include "api/task/task_view.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/shape/shape_json.h"

enum {
    ARENA_BYTES = 32 << 20,
    LOOK_EVERY_S = 9, /* for what nobody calls out: a lease that ended, a task claimed beside */
    LARGEST_PAYLOAD = 32768 - 64, /* stock agents read no message of more than 32 KiB */
    USUAL_TIMEOUT_S = 60
};

struct dispatched_task {
    struct uuid id;
    struct text type;
    struct json payload;
    int64_t timeout_seconds;
};
static const struct field dispatched_task_fields[] = {
    {UUID(dispatched_task, id), .flags = REQUIRED, .doc = "Id of the task."},
    {TEXT(dispatched_task, type), .flags = REQUIRED, .doc = "Type of the task."},
    {JSON(dispatched_task, payload), .flags = REQUIRED, .doc = "Parameters of the task."},
    {INT64(dispatched_task, timeout_seconds), .flags = REQUIRED,
     .doc = "Seconds after which the agent ends the task."},
};
static const struct shape dispatched_task_shape =
    SHAPE(dispatched_task, "A task that was claimed for an agent.");

struct task_order {
    struct text type;
    const struct dispatched_task *task;
};
static const struct field task_order_fields[] = {
    {TEXT(task_order, type), .flags = REQUIRED, .doc = "Name of the message."},
    {OBJECT(task_order, task, dispatched_task), .flags = REQUIRED, .doc = "What is to be run."},
};
const struct shape task_dispatch_shape = SHAPE(task_order, "An agent is to run a task.");

struct task_dispatch {
    struct own_call *call;
    struct http_request request; /* where the agent is, for the record */
    struct socket *socket;       /* kept */
    struct uuid too_long;        /* the newest task that no message holds; agents claim it */
    struct buf message;          /* its payload; empty where there is no way to send it */
    enum { UNDER_WAY, WAITING, AT_REST } state;
    bool is_over;
};

static void ask(struct task_dispatch *dispatch);

static struct task_dispatch *dispatch_of(struct call *call)
{
    return own_call_of(call)->owner;
}

static void free_dispatch(struct task_dispatch *dispatch)
{
    own_call_free(dispatch->call);
    buf_fini(&dispatch->message);
    socket_release(dispatch->socket);
    heap_free(dispatch);
}

/* What is under way keeps the server's end waiting. */
static void note_under_way(struct task_dispatch *dispatch, int by)
{
    atomic_fetch_add(&dispatch->call->call.services->meter->messages_under_way, by);
}

static void on_called(struct call *call, bool is_called)
{
    struct task_dispatch *dispatch = dispatch_of(call);

    (void)is_called;
    dispatch->state = AT_REST;
    if (!call->loop->is_draining)
        ask(dispatch);
}

/* Until there may be something to do. A server that ends calls everybody once, and then nobody waits. */
static void wait_for(struct task_dispatch *dispatch, struct uuid key)
{
    struct call *call = &dispatch->call->call;

    note_under_way(dispatch, -1);
    dispatch->state = AT_REST;
    if (dispatch->is_over) {
        free_dispatch(dispatch);
    } else if (!call->loop->is_draining) {
        dispatch->state = WAITING;
        call_wait_called(call, key, monotonic_us() + LOOK_EVERY_S * (int64_t)US_PER_S, on_called);
    }
}

static void on_failed(struct own_call *own)
{
    struct task_dispatch *dispatch = own->owner;

    wait_for(dispatch, dispatch->socket->node_id);
}

static void send_task(struct call *call)
{
    struct task_dispatch *dispatch = dispatch_of(call);
    const struct claim_answer *answer = call->submission.answer;
    struct uuid task_id = answer->task->id;
    bool is_whole = dispatch->message.size > 0;

    if (!is_whole || dispatch->is_over || dispatch->socket->state != SOCKET_JOINED) {
        claim_release(call->services, answer->task);
        if (!is_whole)
            dispatch->too_long = task_id;
        wait_for(dispatch, dispatch->socket->node_id);
        return;
    }
    atomic_fetch_add(&call->services->meter->claims_won, 1);
    socket_emit(dispatch->socket, "task.dispatch", buf_text(&dispatch->message));
    wait_for(dispatch, task_id);
}

/* No message where it does not fit into one, or is damaged. */
static void print(struct task_dispatch *dispatch, const struct task_row *row, struct arena *arena)
{
    struct dispatched_task task = {
        .id = row->id,
        .type = row->type,
        .payload = row->payload,
        .timeout_seconds = claim_timeout_s(arena, row->payload),
    };
    const struct task_order order = {text_lit("task.dispatch"), &task};

    if (task.timeout_seconds == INT64_ABSENT)
        task.timeout_seconds = USUAL_TIMEOUT_S;
    shape_json_write(&task_dispatch_shape, &order, &dispatch->message);
    if (buf_is_full(&dispatch->message))
        buf_fini(&dispatch->message);
}

static void read_task(struct call *call)
{
    struct task_dispatch *dispatch = dispatch_of(call);
    const struct claim_answer *answer = call->submission.answer;
    struct task_row row;
    struct error error;

    buf_fini(&dispatch->message);
    buf_init(&dispatch->message, LARGEST_PAYLOAD);
    if (claim_read(call->services, answer, call->arena, &row, &error) == STATUS_OK)
        print(dispatch, &row, call->arena);
    else
        log_error("dispatch.not_read", log_uuid("task", answer->task->id), log_cause(&error));
    call_to_loop(call, send_task);
}

static void on_claimed(struct call *call)
{
    struct task_dispatch *dispatch = dispatch_of(call);
    const struct claim_answer *answer = call->submission.answer;

    if (call->submission.status == STATUS_OK && answer->task != NULL)
        call_to_lane(call, LANE_PLAIN, read_task);
    else
        wait_for(dispatch, dispatch->socket->node_id);
}

static void ask(struct task_dispatch *dispatch)
{
    const struct socket *socket = dispatch->socket;
    struct call *call = &dispatch->call->call;
    struct digest *credential;
    struct claim_task *order;

    own_call_reset(dispatch->call);
    dispatch->state = UNDER_WAY;
    order = arena_one(call->arena, struct claim_task);
    credential = arena_one(call->arena, struct digest);
    shape_clear(claim_task_command.input, order);
    *credential = socket->credential;
    order->node_id = socket->node_id;
    order->credential_digest = (struct bytes){credential->bytes, DIGEST_SIZE};
    order->is_pushed = OPT_TRUE;
    order->after = dispatch->too_long;
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = socket->node_id};
    note_under_way(dispatch, 1);
    call_submit(call, &claim_task_command, order, on_claimed);
}

void task_dispatch_begin(struct socket *socket)
{
    const struct services *services = socket->session->services;
    struct task_dispatch *dispatch;

    task_dispatch_end(socket);
    if (!opt_bool_is_true(services->settings->realtime_dispatch))
        return;
    dispatch = heap_new(sizeof(*dispatch));
    dispatch->call =
        own_call_new(services, socket->session->loop, ARENA_BYTES, on_failed, dispatch);
    dispatch->socket = socket_keep(socket);
    dispatch->request.method = text_lit("OWN");
    dispatch->request.remote_address = text_from(socket->session->remote_address);
    dispatch->call->call.request = &dispatch->request;
    socket->dispatch = dispatch;
    ask(dispatch);
}

void task_dispatch_end(struct socket *socket)
{
    struct task_dispatch *dispatch = socket->dispatch;

    if (dispatch == NULL)
        return;
    socket->dispatch = NULL;
    dispatch->is_over = true;
    if (dispatch->state == UNDER_WAY)
        return; /* freed when it comes back */
    waitlist_cancel(dispatch->call->call.loop->called, &dispatch->call->call.waiter);
    free_dispatch(dispatch);
}
