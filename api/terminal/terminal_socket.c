/*
 * Screens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/terminal_socket.h"

#include "api/audience.h"
#include "api/own_command.h"
#include "api/socket/namespace.h"
#include "api/socket/socket_call.h"
#include "commands/terminal/terminal_commands.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "core/shape/json_peek.h"
#include "core/shape/list.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/terminal_events.h"

enum { CLAIMS_BYTES = 64 << 10, AGAIN_AFTER_S = 1, LARGEST_ACK = 4096 };

static const char token_type[] = "terminal_session";

/* What a screen is told. */
struct screen_session {
    struct uuid id;
    struct enum_value status;
    int64_t cols;
    int64_t rows;
};
static const struct field screen_session_fields[] = {
    {UUID(screen_session, id), .flags = REQUIRED, .doc = "Id of the session."},
    {ENUM(screen_session, status, terminal_status_names), .flags = REQUIRED,
     .doc = "Status of the session."},
    {INT64(screen_session, cols), .flags = REQUIRED, .doc = "Width in columns."},
    {INT64(screen_session, rows), .flags = REQUIRED, .doc = "Height in rows."},
};
static const struct shape screen_session_shape =
    SHAPE(screen_session, "A session, as a screen attaches to it.");

struct terminal_ack {
    struct opt_bool ok;
    struct uuid session_id;
    const struct screen_session *session;
    int64_t cols;
    int64_t rows;
    struct enum_value status;
    int64_t seq;
    struct text message;
};
static const struct field terminal_ack_fields[] = {
    {BOOL(terminal_ack, ok), .flags = REQUIRED, .doc = "Whether it was done."},
    {UUID(terminal_ack, session_id), .flags = OMIT_ABSENT, .doc = "Id of the session."},
    {OBJECT(terminal_ack, session, screen_session), .flags = OMIT_ABSENT,
     .doc = "The session that the screen is attached to."},
    {INT64(terminal_ack, cols), .flags = OMIT_ABSENT, .doc = "Width in columns."},
    {INT64(terminal_ack, rows), .flags = OMIT_ABSENT, .doc = "Height in rows."},
    {ENUM(terminal_ack, status, terminal_status_names), .flags = OMIT_ABSENT,
     .doc = "Status of the session."},
    {INT64(terminal_ack, seq), .flags = OMIT_ABSENT, .doc = "Number of the chunk."},
    {TEXT(terminal_ack, message), .flags = OMIT_ABSENT, .doc = "What is wrong."},
};
const struct shape terminal_ack_shape =
    SHAPE(terminal_ack, "Acknowledgement about a terminal session.");

static struct terminal_ack ack_of(const struct terminal_view *view)
{
    return (struct terminal_ack){
        .ok = OPT_TRUE,
        .session_id = view->session_id,
        .cols = INT64_ABSENT,
        .rows = INT64_ABSENT,
        .seq = INT64_ABSENT,
    };
}

static void acknowledge(struct call *call, const struct terminal_ack *ack)
{
    call_answer_shape(call, 200, &terminal_ack_shape, ack);
}

void terminal_acknowledge_chunk(struct call *call, const void *answer)
{
    struct terminal_ack ack = ack_of(answer);

    ack.seq = ((const struct terminal_view *)answer)->seq;
    acknowledge(call, &ack);
}

void terminal_acknowledge_status(struct call *call, const void *answer)
{
    struct terminal_ack ack = ack_of(answer);

    ack.status = ((const struct terminal_view *)answer)->status;
    acknowledge(call, &ack);
}

void terminal_screen_typed(struct call *call, const void *answer)
{
    struct terminal_ack ack = ack_of(answer);

    acknowledge(call, &ack);
}

void terminal_screen_resized(struct call *call, const void *answer)
{
    const struct terminal_view *view = answer;
    struct terminal_ack ack = ack_of(view);

    ack.cols = view->cols;
    ack.rows = view->rows;
    acknowledge(call, &ack);
}

void terminal_screen_terminated(struct call *call, const void *answer)
{
    terminal_acknowledge_status(call, answer);
}

struct screen_error {
    struct text session_id; /* as sent */
    struct text message;
};
static const struct field screen_error_fields[] = {
    {TEXT(screen_error, session_id), .doc = "Id of the session, as it was sent."},
    {TEXT(screen_error, message), .flags = REQUIRED, .doc = "What is wrong."},
};
static const struct shape screen_error_shape = SHAPE(screen_error, "Failure, as a screen is told.");

/* Coming in. */

static struct uuid id_in(struct arena *arena, struct text claims, const char *name)
{
    struct text said = json_peek_text(arena, json_peek_member(arena, claims, name));
    struct uuid id;

    return uuid_parse(said, &id) ? id : UUID_NONE;
}

static int64_t mode_in(struct arena *arena, struct text claims)
{
    struct text mode = json_peek_text(arena, json_peek_member(arena, claims, "mode"));

    for (int64_t i = 0; terminal_mode_names[i] != NULL; i++) {
        if (text_is(mode, terminal_mode_names[i]))
            return i + 1;
    }
    return TERMINAL_CONTROL;
}

static const char *refusal_of(const struct error *error)
{
    if (error->status == STATUS_UNAVAILABLE)
        return "Authentication token could not be verified";
    return text_is(text_from(error->code), "token_expired") ? "Authentication token expired"
                                                            : "Invalid authentication token";
}

/* What the token is for; whose it is, and whether they are still there, the row of "connect" asks. */
static bool prepare(struct socket *socket, struct text token)
{
    AUTO_ARENA arena = arena_new(CLAIMS_BYTES);
    struct text claims;
    struct error error;

    if (jwt_verify(
            arena, socket->session->services->jwt_secret, token, timestamp_now(), &claims,
            &error) != STATUS_OK) {
        socket_refuse(socket, "UNAUTHORIZED", refusal_of(&error));
        return false;
    }
    socket->workspace_id = id_in(arena, claims, "workspaceId");
    socket->subject_id = id_in(arena, claims, "sessionId");
    socket->mode = mode_in(arena, claims);
    socket->connection_id = uuid_new();
    if (text_is(json_peek_text(arena, json_peek_member(arena, claims, "type")), token_type) &&
        uuid_is_present(socket->workspace_id) && uuid_is_present(socket->subject_id))
        return true;
    socket_refuse(socket, "UNAUTHORIZED", "Invalid terminal connection token.");
    return false;
}

void terminal_screen_connect(struct call *call)
{
    struct socket *socket = socket_call_of(call)->socket;

    socket->user_id = call->actor.id;
    socket->user_session = call->actor.session;
    call_answer_json(call, 200, text_lit(""));
}

static struct socket *socket_of(struct listener *listener)
{
    return (struct socket *)(void *)((char *)listener - offsetof(struct socket, listener));
}

static void end(struct listener *listener)
{
    session_close(socket_of(listener)->session);
}

static bool administers(const struct user_scope *scope, struct uuid workspace_id)
{
    return scope->role.is == ROLE_PLATFORM_ADMIN ||
           list_has_uuid(&scope->administered_ids, workspace_id);
}

static void detach(struct socket *socket);

static void tell_loss(struct socket *socket)
{
    char id[UUID_TEXT_SIZE];
    struct screen_error loss = {
        .message = text_lit("You have no access to this terminal session any more.")};

    uuid_print(socket->subject_id, id);
    loss.session_id = text_from(id);
    socket_emit_shape(socket, "terminal.error", &screen_error_shape, &loss);
}

/* Whoever has lost the right to see the session sees no more of it, and is in control of nothing. The socket
 * stays: what it had sent by then is answered, and it may attach again once it may. */
static void check_scope(struct listener *listener, const struct user_scope *scope)
{
    struct socket *socket = socket_of(listener);

    if (administers(scope, socket->workspace_id))
        return;
    audience_remove(listener);
    rooms_leave_all(socket->session->loop->rooms, &socket->member);
    detach(socket);
    tell_loss(socket);
}

/* Attaching, and what follows. */

bool terminal_screen_check(struct call *call, void *input)
{
    const struct field *session = shape_field(call->input_shape, text_lit("session_id"));
    const struct socket *socket = socket_call_of(call)->socket;
    struct error error;

    if (uuid_equal(*(struct uuid *)field_in(session, input), socket->subject_id))
        return true;
    error_set_code(
        &error, STATUS_FORBIDDEN, "terminal_token_scope",
        "Terminal websocket token is not authorized for this session.");
    call_answer_error(call, &error);
    return false;
}

bool terminal_screen_check_attach(struct call *call, void *input)
{
    ((struct attach_terminal *)input)->mode.is = socket_call_of(call)->socket->mode;
    return terminal_screen_check(call, input);
}

static void enter(struct call *call, struct socket *socket)
{
    struct rooms *rooms = call->loop->rooms;
    struct listener *listener = &socket->listener;

    rooms_join(
        rooms, &socket->member, (struct room_name){ROOM_TERMINAL, socket->subject_id}, UUID_NONE);
    rooms_join(
        rooms, &socket->member, (struct room_name){ROOM_TERMINAL, socket->connection_id},
        UUID_NONE);
    if (listener->audience != NULL)
        return;
    listener->scoped = check_scope;
    listener->ended = end;
    listener_set_caller(listener, &call->access);
    listener->ends_at = (struct timestamp){0}; /* the token only opens it */
    audience_add(call->loop->audience, listener, call->access.generation);
}

void terminal_screen_attached(struct call *call, const void *answer)
{
    const struct terminal_view *view = answer;
    const struct screen_session session = {view->session_id, view->status, view->cols, view->rows};
    struct socket *socket = socket_call_of(call)->socket;
    struct terminal_ack ack = ack_of(view);

    ack.session_id = UUID_NONE;
    ack.session = &session;
    if (socket->state == SOCKET_JOINED)
        enter(call, socket);
    else
        detach(socket); /* it has left meanwhile */
    acknowledge(call, &ack);
}

/* The error goes first, then the acknowledgement. */
static void on_failed(struct socket_call *message, const struct error *error)
{
    struct call *call = &message->call;
    struct screen_error failure = {
        .session_id = json_peek_text(
            call->arena, json_peek_member(call->arena, call->request->body, "sessionId")),
        .message = text_from(error->text),
    };
    struct terminal_ack ack = ack_of(&(struct terminal_view){0});
    AUTO_BUF out = {0};

    if (text_is(text_from(error->code), "validation_failed"))
        failure.message = text_lit("Bad Request Exception");
    ack.ok = OPT_FALSE;
    ack.message = failure.message;
    socket_emit_shape(message->socket, "terminal.error", &screen_error_shape, &failure);
    buf_init(&out, LARGEST_ACK);
    shape_json_write(&terminal_ack_shape, &ack, &out);
    socket_call_acknowledge(message, buf_text(&out));
}

/* Leaving. What the writer cannot take now is said again soon: control that nobody has must end. */

static void on_again(void *context)
{
    struct socket *socket = context;

    detach(socket);
    socket_release(socket);
}

static void detach(struct socket *socket)
{
    const struct detach_terminal order = {socket->subject_id, socket->connection_id};
    const struct own_command own = {
        .command = &detach_terminal_command,
        .input = &order,
        .actor = {ACTOR_USER, socket->user_id, socket->user_session},
    };

    if (own_command_submit(socket->session->services->writer, &own))
        return;
    if (socket->timer == NULL)
        socket->timer = loop_timer_new(socket->session->loop->loop, on_again, socket);
    (void)socket_keep(socket);
    loop_timer_set(socket->timer, AGAIN_AFTER_S * (int64_t)US_PER_S);
}

static void on_left(struct socket *socket)
{
    audience_remove(&socket->listener);
    detach(socket);
}

const struct namespace terminal_namespace = {
    .name = "/terminal",
    .token_type = token_type,
    .wants_token = true,
    .is_leaders = true,
    .prepare = prepare,
    .failed = on_failed,
    .left = on_left,
};
