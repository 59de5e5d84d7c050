/*
 * Agents on sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/agent_socket.h"

#include "api/agent/task_dispatch.h"
#include "api/news/peers.h"
#include "api/own_command.h"
#include "api/socket/namespace.h"
#include "api/socket/socket_call.h"
#include "api/told.h"
#include "commands/node/connection_commands.h"
#include "commands/task/task_commands.h"
#include "core/base/map.h"
#include "core/base/random.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"

enum {
    AUTH_WITHIN_S = 10,
    SILENT_AFTER_S = 45,
    LOOK_EVERY_S = 5,
    AGAIN_AFTER_S = 1,
    LONGEST_ERROR = 300
};

static bool is_known(const struct socket *socket)
{
    return uuid_is_present(socket->node_id);
}

/* Why agents are told that something failed, in the form of the contract. */
struct agent_error {
    struct text type;
    struct text event_type;
    struct text code;
    struct text message;
    struct opt_bool authenticated;
};
static const struct field agent_error_fields[] = {
    {TEXT(agent_error, type), .tag = 1, .flags = REQUIRED, .doc = "Name of the message."},
    {TEXT(agent_error, event_type), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Name of the message that failed."},
    {TEXT(agent_error, code), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "UNKNOWN_EVENT, where there is no such message."},
    {TEXT(agent_error, message), .tag = 4, .flags = REQUIRED, .doc = "What is wrong."},
    {BOOL(agent_error, authenticated), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "False, where a credential was refused."},
};
static const struct shape agent_error_shape =
    SHAPE(agent_error, "Failure, as agents are told of it.");

struct agent_ack {
    struct opt_bool ok;
    struct opt_bool duplicate;
    struct text type;
    struct uuid node_id;
    struct uuid task_id;
    struct enum_value status;
    struct timestamp timestamp;
    struct text event_type;
    struct text message;
};
static const struct field agent_ack_fields[] = {
    {BOOL(agent_ack, ok), .tag = 1, .flags = REQUIRED, .doc = "Whether it was taken."},
    {BOOL(agent_ack, duplicate), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "True where the same was reported before."},
    {TEXT(agent_ack, type), .tag = 3, .flags = OMIT_ABSENT, .doc = "Name of the message."},
    {UUID(agent_ack, node_id), .tag = 4, .flags = OMIT_ABSENT, .doc = "Id of the node."},
    {UUID(agent_ack, task_id), .tag = 5, .flags = OMIT_ABSENT, .doc = "Id of the task."},
    {ENUM(agent_ack, status, task_status_names), .tag = 6, .flags = OMIT_ABSENT,
     .doc = "Status of the task."},
    {TIMESTAMP(agent_ack, timestamp), .tag = 7, .flags = OMIT_ABSENT, .doc = "Time of the server."},
    {TEXT(agent_ack, event_type), .tag = 8, .flags = OMIT_ABSENT,
     .doc = "Name of the message that failed."},
    {TEXT(agent_ack, message), .tag = 9, .flags = OMIT_ABSENT, .doc = "What is wrong."},
};
const struct shape agent_ack_shape = SHAPE(agent_ack, "Acknowledgement of a report.");

struct connected_view {
    struct text type;
    struct opt_bool authenticated;
    struct uuid node_id;
    const struct wanted_root *root_access;
};
struct wanted_root {
    struct enum_value profile;
    struct timestamp updated_at;
};
static const struct field wanted_root_fields[] = {
    {ENUM(wanted_root, profile, root_profile_names), .tag = 1, .flags = REQUIRED,
     .doc = "Root access profile that is wanted."},
    {TIMESTAMP(wanted_root, updated_at), .tag = 2, .doc = "Time it was set."},
};
static const struct shape wanted_root_shape = SHAPE(wanted_root, "Root access that is wanted.");
static const struct field connected_view_fields[] = {
    {TEXT(connected_view, type), .tag = 1, .flags = REQUIRED,
     .doc = "Name of the message, agent.auth.ack."},
    {BOOL(connected_view, authenticated), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it was let in, which it was."},
    {UUID(connected_view, node_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the node."},
    {OBJECT(connected_view, root_access, wanted_root), .tag = 4, .flags = REQUIRED,
     .doc = "Root access that is wanted."},
};
const struct shape agent_connected_shape =
    SHAPE(connected_view, "What an agent is told that was let in.");

bool agent_prepare_connect(struct call *call, void *input)
{
    struct connect_agent *report = input;
    struct digest *digest = arena_one(call->arena, struct digest);
    const struct socket *socket = socket_call_of(call)->socket;

    *digest = sha256(bytes_of_text(report->agent_token));
    report->credential_digest = (struct bytes){digest->bytes, DIGEST_SIZE};
    report->agent_token = (struct text){NULL, 0};
    report->connection = is_known(socket) && uuid_equal(socket->node_id, report->node_id)
                             ? socket->connection_id
                             : uuid_new();
    call->credential = *digest;
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = report->node_id};
    return true;
}

/* The agent is gone, as far as this socket goes. What the writer cannot take now is said again soon. */
static void say_gone(struct socket *socket);

static void on_again(void *context)
{
    struct socket *socket = context;

    say_gone(socket);
    socket_release(socket);
}

static void say_gone(struct socket *socket)
{
    const struct services *services = socket->session->services;
    const struct disconnect_agent gone = {
        .node_id = socket->node_id,
        .connection = socket->connection_id,
        .end = {socket->is_silent ? CONNECTION_SILENT : CONNECTION_CLOSED},
        .last_seen_at = telemetry_last_seen(services->telemetry, socket->node_id),
    };
    const struct own_command own = {
        .command = &disconnect_agent_command,
        .input = &gone,
        .actor = {.kind = ACTOR_AGENT, .id = socket->node_id},
    };

    if (own_command_submit(services->writer, &own) || socket->session->loop->is_draining)
        return; /* a connection ends with the run of its server anyway */
    loop_timer_free(socket->timer);
    socket->timer = loop_timer_new(socket->session->loop->loop, on_again, socket_keep(socket));
    loop_timer_set(socket->timer, AGAIN_AFTER_S * (int64_t)US_PER_S);
}

static void forget(struct socket *socket)
{
    struct map *agents = socket->session->loop->agents;

    if (map_get(agents, socket->node_id) == socket)
        (void)map_remove(agents, socket->node_id);
}

static void on_left(struct socket *socket)
{
    loop_timer_clear(socket->timer);
    if (!is_known(socket))
        return;
    task_dispatch_end(socket);
    forget(socket);
    say_gone(socket);
}

static void on_timer(void *context)
{
    struct socket *socket = context;
    int64_t silence_us;

    if (socket->state != SOCKET_JOINED)
        return;
    if (socket->session->is_held) /* nobody hears what it says */
        socket->heard_us = monotonic_us();
    silence_us = monotonic_us() - socket->heard_us;
    if (!is_known(socket) || silence_us > SILENT_AFTER_S * (int64_t)US_PER_S) {
        socket->is_silent = true;
        socket_put_out(socket, true);
        return;
    }
    loop_timer_set(socket->timer, LOOK_EVERY_S * (int64_t)US_PER_S);
}

static void on_joined(struct socket *socket)
{
    socket->timer = loop_timer_new(socket->session->loop->loop, on_timer, socket);
    loop_timer_set(socket->timer, AUTH_WITHIN_S * (int64_t)US_PER_S);
}

/* One node a socket: an agent that says to be another one now has left as the first. */
static void
become(struct socket *socket, const struct call *call, const struct connect_agent *report)
{
    struct map *agents = socket->session->loop->agents;
    struct rooms *rooms = socket->session->loop->rooms;
    struct socket *before;

    if (is_known(socket) && !uuid_equal(socket->node_id, report->node_id)) {
        rooms_leave(rooms, &socket->member, (struct room_name){ROOM_AGENT, socket->node_id});
        forget(socket);
        say_gone(socket);
    }
    socket->node_id = report->node_id;
    socket->connection_id = report->connection;
    socket->credential = call->credential;
    socket->heard_us = monotonic_us();
    rooms_join(rooms, &socket->member, (struct room_name){ROOM_AGENT, socket->node_id}, UUID_NONE);
    before = map_put(agents, socket->node_id, socket);
    if (before != NULL && before != socket)
        socket_put_out(before, true);
    loop_timer_set(socket->timer, LOOK_EVERY_S * (int64_t)US_PER_S);
}

void agent_answer_connected(struct call *call, const void *answer)
{
    const struct connect_answer *told = answer;
    const struct wanted_root root = {told->root_profile, told->root_updated_at};
    const struct connected_view view = {
        .type = text_lit("agent.auth.ack"),
        .authenticated = OPT_TRUE,
        .node_id = told->node_id,
        .root_access = &root,
    };
    struct socket *socket = socket_call_of(call)->socket;

    if (socket->state != SOCKET_JOINED) { /* it left meanwhile, which was not for long */
        socket->node_id = told->node_id;
        socket->connection_id = ((const struct connect_agent *)call->input)->connection;
        say_gone(socket);
    } else {
        become(socket, call, call->input);
    }
    peers_note_node(call->services, told->node_id, call->arrived_at, true);
    socket_emit_shape(socket, "agent.auth.ack", &agent_connected_shape, &view);
    if (socket->state == SOCKET_JOINED)
        task_dispatch_begin(socket);
    call_answer_shape(call, 200, &agent_connected_shape, &view);
}

static struct text cut(struct text message)
{
    return text_first_characters(message, LONGEST_ERROR);
}

static void tell_refused(struct socket_call *message, const struct error *error)
{
    const struct agent_error refusal = {
        .type = text_lit("agent.auth.error"),
        .message = cut(text_from(error->text)),
        .authenticated = OPT_FALSE,
    };

    socket_emit_shape(message->socket, "agent.auth.error", &agent_error_shape, &refusal);
    socket_put_out(message->socket, true);
}

/* An agent ends its work for good where it is told that its credential is wrong; for a fault of ours it
 * comes again. */
static void on_failed(struct socket_call *message, const struct error *error)
{
    const struct agent_error failure = {
        .type = text_lit("agent.error"),
        .event_type = message->name,
        .message = cut(text_from(error->text)),
    };
    const struct agent_ack ack = {
        .ok = OPT_FALSE, .event_type = message->name, .message = failure.message};
    AUTO_BUF out = {0};

    if (text_is(message->name, "agent.auth") && status_http(error->status) < 500) {
        tell_refused(message, error);
        return;
    }
    socket_emit_shape(message->socket, "agent.error", &agent_error_shape, &failure);
    buf_init(&out, 4096);
    shape_json_write(&agent_ack_shape, &ack, &out);
    socket_call_acknowledge(message, buf_text(&out));
    if (text_is(message->name, "agent.auth"))
        socket_put_out(message->socket, true);
}

static void on_unknown(struct socket *socket, struct text name)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    const struct agent_error failure = {
        .type = text_lit("agent.error"),
        .code = text_lit("UNKNOWN_EVENT"),
        .message = text_format(arena, "Unsupported event: %.*s", TEXT_ARGS(cut(name))),
    };

    socket_emit_shape(socket, "agent.error", &agent_error_shape, &failure);
}

/* Before it has shown its credential an agent has nothing to say. */
static bool may_come(struct socket *socket, const struct route *route)
{
    if (is_known(socket))
        socket->heard_us = monotonic_us();
    if (is_known(socket) || route->who == WHO_ANYONE)
        return true;
    socket_put_out(socket, true);
    return false;
}

/* Each payload says its name again, and some what the socket knows. */
static struct text payload(struct arena *arena, struct text name, struct text data)
{
    static const char *const beside[] = {"type", NULL};
    static const char *const beside_tasks[] = {"type", "nodeId", "agentToken", NULL};
    struct text type = json_peek_text(arena, json_peek_member(arena, data, "type"));
    bool is_of_task =
        text_starts_with(name, text_lit("task.")) || text_starts_with(name, text_lit("terminal."));

    if (text_is_present(type) ? !text_equal(type, name) : !is_of_task)
        return (struct text){NULL, 0};
    return json_peek_without(arena, data, is_of_task ? beside_tasks : beside);
}

const struct namespace agent_namespace = {
    .name = "/agent-realtime",
    .is_leaders = true,
    .payload = payload,
    .may_come = may_come,
    .joined = on_joined,
    .failed = on_failed,
    .unknown = on_unknown,
    .left = on_left,
};

static void acknowledge(struct call *call, struct agent_ack *ack)
{
    ack->ok = OPT_TRUE;
    if (call->submission.is_repeat)
        ack->duplicate = OPT_TRUE;
    call_answer_shape(call, 200, &agent_ack_shape, ack);
}

void agent_ping(struct call *call)
{
    struct agent_ack ack = {.type = text_lit("agent.ping"), .timestamp = call->arrived_at};

    peers_note_node(call->services, call->actor.id, call->arrived_at, false);
    acknowledge(call, &ack);
}

void agent_acknowledge_accepted(struct call *call, const void *answer)
{
    const struct accept_task *report = call->input;
    struct agent_ack ack = {.task_id = report->task_id};

    (void)answer;
    acknowledge(call, &ack);
}

void agent_acknowledge_log(struct call *call, const void *answer)
{
    const struct log_task *report = call->input;
    struct agent_ack ack = {.task_id = report->task_id};

    (void)answer;
    acknowledge(call, &ack);
}

void agent_acknowledge_task(struct call *call, const void *answer)
{
    const struct task_state_view *task = answer;
    struct agent_ack ack = {.task_id = task->id};

    if (!call->submission.is_repeat)
        ack.status = task->status;
    acknowledge(call, &ack);
}

void agent_acknowledge_sample(struct call *call, struct uuid node_id)
{
    struct agent_ack ack = {.type = text_lit("agent.metrics"), .node_id = node_id};

    acknowledge(call, &ack);
}

bool agent_socket_is_decided(
    const struct record *record, struct uuid *out_node, struct uuid *out_connection)
{
    *out_node = record->entry.stream;
    *out_connection = UUID_NONE;
    if (record->type == &node_agent_connected_event)
        *out_connection = ((const struct node_agent_connected *)record->event)->connection;
    return record->type == &node_agent_connected_event || record->type == &node_removed_event ||
           record->type == &node_agent_disconnected_event;
}

void agent_socket_keep_only(struct loop_context *loop, struct uuid node, struct uuid connection)
{
    struct socket *socket = map_get(loop->agents, node);

    if (socket != NULL && !uuid_equal(socket->connection_id, connection))
        socket_put_out(socket, true);
}

const struct told agent_told[] = {
    {"/agent-realtime", "agent.auth.ack", "Says that the agent is known now.",
     &agent_connected_shape},
    {"/agent-realtime", "agent.auth.error",
     "Says that the agent's credential was refused; its connection ends.", &agent_error_shape},
    {"/agent-realtime", "agent.error",
     "Says that a message failed, or that there is none of its name.", &agent_error_shape},
    {"/agent-realtime", "task.dispatch",
     "Sends a task that was claimed for the agent, where the server does so.",
     &task_dispatch_shape},
    {NULL, NULL, NULL, NULL},
};
