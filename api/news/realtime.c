/*
 * Who comes in, and which rooms they are in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/realtime.h"

#include "api/audience.h"
#include "api/socket/namespace.h"
#include "api/socket/rooms.h"
#include "api/socket/socket_call.h"
#include "api/told.h"
#include "commands/node/subscription_commands.h"
#include "core/crypto/crypto.h"
#include "core/shape/alteration.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/ledger_read.h"

enum { CLAIMS_BYTES = 64 << 10 };

static bool check_token(struct socket *socket, struct text token)
{
    AUTO_ARENA arena = arena_new(CLAIMS_BYTES);
    struct text claims;
    struct error error;

    if (jwt_verify(
            arena, socket->session->services->jwt_secret, token, timestamp_now(), &claims,
            &error) == STATUS_OK ||
        !text_is(text_from(error.code), "token_expired"))
        return true; /* anything else is for the row of "connect" to say */
    socket_refuse(socket, "UNAUTHORIZED", "Authentication token expired");
    return false;
}

static struct rooms *rooms_of(const struct socket *socket)
{
    return socket->session->loop->rooms;
}

static struct socket *socket_of(struct listener *listener)
{
    return (struct socket *)(void *)((char *)listener - offsetof(struct socket, listener));
}

static bool is_allowed(struct uuid workspace_id, const void *context)
{
    return audience_includes(context, workspace_id);
}

/* A platform admin hears of all workspaces that are there by now. Of those that are made later they hear,
 * as they would of those of others, once they subscribe. */
static void take_scope(struct listener *listener, const struct user_scope *scope)
{
    struct socket *socket = socket_of(listener);
    bool is_admin = scope->role.is == ROLE_PLATFORM_ADMIN;
    const struct uuid *ids = scope->workspace_ids.items;
    struct rooms *rooms = rooms_of(socket);
    struct timestamp now = ledger_now(socket->session->services->ledger);

    rooms_hear_all(rooms, &socket->member, is_admin ? now : (struct timestamp){0});
    if (!is_admin)
        rooms_keep_allowed(rooms, &socket->member, is_allowed, scope);
    for (size_t i = 0; !is_admin && i < scope->workspace_ids.count; i++) {
        if (!rooms_has_exception(&socket->member, ids[i]))
            rooms_join(rooms, &socket->member, (struct room_name){ROOM_WORKSPACE, ids[i]}, ids[i]);
    }
}

static void end(struct listener *listener)
{
    struct socket *socket = socket_of(listener);

    rooms_leave_all(rooms_of(socket), &socket->member);
    session_close(socket->session);
}

bool realtime_prepare_connect(struct call *call, void *input)
{
    struct query_user_scope *question = input;

    question->user_id = call->actor.id;
    return true;
}

void realtime_answer_connect(struct call *call, const void *answer)
{
    const struct user_scope *scope = answer;
    struct socket *socket = socket_call_of(call)->socket;
    struct listener *listener = &socket->listener;
    struct error error;

    if (!opt_bool_is_true(scope->is_active) ||
        scope->session_version != call->access.token_session_version) {
        error_set_code(
            &error, STATUS_UNAUTHENTICATED, "session_ended", "Invalid authentication token");
        call_answer_error(call, &error);
        return;
    }
    listener->scoped = take_scope;
    listener->ended = end;
    listener_set_caller(listener, &call->access);
    if (socket->state == SOCKET_JOINING) {
        take_scope(listener, scope);
        audience_add(call->loop->audience, listener, call->access.generation);
    }
    call_answer_json(call, 200, text_lit(""));
}

/* What can be heard of by name. */
struct topic {
    enum room_kind kind;
    const char *noun;
    const char *member; /* of the payload */
};
static const struct topic node_topic = {ROOM_NODE, "node", "nodeId"};
static const struct topic workspace_topic = {ROOM_WORKSPACE, "workspace", "workspaceId"};

struct node_subscription {
    struct text node_id;
    struct list altered;
};
static const struct field node_subscription_fields[] = {
    {TEXT(node_subscription, node_id), .tag = 1, .doc = "Id of the node."},
    {OBJECTS(node_subscription, altered, alteration), .tag = 2, .flags = SERVER_SET,
     .doc = "What was left aside of the payload."},
};
const struct shape node_subscription_shape =
    SHAPE_WITH(node_subscription, "Node to hear of.", .is_lenient = true, .altered_tag = 2);

struct workspace_subscription {
    struct text workspace_id;
    struct list altered;
};
static const struct field workspace_subscription_fields[] = {
    {TEXT(workspace_subscription, workspace_id), .tag = 1, .doc = "Id of the workspace."},
    {OBJECTS(workspace_subscription, altered, alteration), .tag = 2, .flags = SERVER_SET,
     .doc = "What was left aside of the payload."},
};
const struct shape workspace_subscription_shape = SHAPE_WITH(
    workspace_subscription, "Workspace to hear of.", .is_lenient = true, .altered_tag = 2);

struct subscription_view {
    struct opt_bool subscribed;
    struct opt_bool unsubscribed;
    struct text node_id;
    struct text workspace_id;
};
static const struct field subscription_view_fields[] = {
    {BOOL(subscription_view, subscribed), .flags = OMIT_ABSENT,
     .doc = "True: what happens there is sent from now on."},
    {BOOL(subscription_view, unsubscribed), .flags = OMIT_ABSENT, .doc = "True: no longer."},
    {TEXT(subscription_view, node_id), .flags = OMIT_ABSENT, .doc = "Id of the node."},
    {TEXT(subscription_view, workspace_id), .flags = OMIT_ABSENT, .doc = "Id of the workspace."},
};
const struct shape subscription_view_shape =
    SHAPE(subscription_view, "Acknowledgement of a subscription.");

/* A subscription under way. */
struct subscription {
    const struct topic *topic;
    bool is_wanted; /* else it is to end */
    struct text said;
    struct uuid id;
};

static void leave(struct socket *socket, const struct subscription *subscription)
{
    struct rooms *rooms = rooms_of(socket);

    if (subscription->topic->kind == ROOM_WORKSPACE)
        rooms_set_exception(rooms, &socket->member, subscription->id, true);
    rooms_leave(
        rooms, &socket->member, (struct room_name){subscription->topic->kind, subscription->id});
}

static void
join(struct socket *socket, const struct subscription *subscription, struct uuid workspace_id)
{
    struct rooms *rooms = rooms_of(socket);

    if (subscription->topic->kind == ROOM_WORKSPACE)
        rooms_set_exception(rooms, &socket->member, subscription->id, false);
    rooms_join(
        rooms, &socket->member, (struct room_name){subscription->topic->kind, subscription->id},
        workspace_id);
}

static void on_found(struct call *call)
{
    const struct subscription *subscription = call->handler_state;
    const struct subscription_lookup *found = call->submission.answer;
    struct socket *socket = socket_call_of(call)->socket;
    bool is_of_node = subscription->topic == &node_topic;
    struct subscription_view view = {
        .subscribed.is = subscription->is_wanted ? OPT_TRUE.is : 0,
        .unsubscribed.is = subscription->is_wanted ? 0 : OPT_TRUE.is,
        .node_id = is_of_node ? subscription->said : (struct text){NULL, 0},
        .workspace_id = is_of_node ? (struct text){NULL, 0} : subscription->said,
    };

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    if (socket->state == SOCKET_JOINED && subscription->is_wanted)
        join(socket, subscription, found->workspace_id);
    else if (socket->state == SOCKET_JOINED)
        leave(socket, subscription);
    call_answer_shape(call, 200, &subscription_view_shape, &view);
}

/* False: the call has been answered. */
static bool read_subscription(struct call *call, struct subscription *subscription)
{
    const struct topic *topic = subscription->topic;
    struct error error;

    subscription->said = json_peek_text(
        call->arena, json_peek_member(call->arena, call->request->body, topic->member));
    if (subscription->said.size == 0)
        error_set_code(
            &error, STATUS_INVALID, "validation_failed", "%s is required for %s subscriptions",
            topic->member, topic->noun);
    else if (!uuid_parse(subscription->said, &subscription->id))
        error_set_code(
            &error, STATUS_FORBIDDEN, "forbidden", "Unable to authorize %s subscription",
            topic->noun);
    else if (
        subscription->is_wanted &&
        rooms_joined(&socket_call_of(call)->socket->member) >= MOST_SUBSCRIPTIONS)
        error_set_code(
            &error, STATUS_TOO_MANY, "too_many_requests",
            "A connection may hear of %d nodes and workspaces by name. End another one first.",
            MOST_SUBSCRIPTIONS);
    else
        return true;
    call_answer_error(call, &error);
    return false;
}

static void begin(struct call *call, const struct topic *topic, bool is_wanted)
{
    struct subscription *subscription = arena_one(call->arena, struct subscription);
    struct query_subscription *question = arena_one(call->arena, struct query_subscription);

    subscription->topic = topic;
    subscription->is_wanted = is_wanted;
    call->handler_state = subscription;
    if (!read_subscription(call, subscription))
        return;
    question->user_id = call->actor.id;
    question->sees_all = opt_bool_of(call->access.is_platform_admin);
    if (topic->kind == ROOM_NODE)
        question->node_id = subscription->id;
    else
        question->workspace_id = subscription->id;
    call_submit(call, &query_subscription_command, question, on_found);
}

void realtime_subscribe_node(struct call *call)
{
    begin(call, &node_topic, true);
}

void realtime_unsubscribe_node(struct call *call)
{
    begin(call, &node_topic, false);
}

void realtime_subscribe_workspace(struct call *call)
{
    begin(call, &workspace_topic, true);
}

void realtime_unsubscribe_workspace(struct call *call)
{
    begin(call, &workspace_topic, false);
}

struct exception {
    struct text code;
    struct text message;
};
static const struct field exception_fields[] = {
    {TEXT(exception, code), .doc = "Kind of the failure."},
    {TEXT(exception, message), .doc = "What failed, in plain words."},
};
static const struct shape exception_shape = SHAPE(exception, "A message that failed.");

const struct told realtime_told[] = {
    {"/realtime", "exception", "Says that a message failed.", &exception_shape},
    {NULL, NULL, NULL, NULL},
};

static void tell_failure(struct socket_call *message, const struct error *error)
{
    static const struct {
        enum status status;
        const char *code;
        const char *text; /* NULL: the error's */
    } rows[] = {
        {STATUS_INVALID, "BAD_REQUEST", NULL},
        {STATUS_NOT_FOUND, "NOT_FOUND", NULL},
        {STATUS_FORBIDDEN, "FORBIDDEN", NULL},
        {STATUS_TOO_MANY, "TOO_MANY_REQUESTS", NULL},
        {STATUS_UNAUTHENTICATED, "UNAUTHORIZED",
         "Authentication required for realtime subscriptions"},
    };
    struct exception exception = {
        text_lit("UNAVAILABLE"), text_lit("The server cannot look that up at the moment.")};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].status != error->status)
            continue;
        exception.code = text_from(rows[i].code);
        exception.message = text_from(rows[i].text == NULL ? error->text : rows[i].text);
    }
    socket_emit_shape(message->socket, "exception", &exception_shape, &exception);
}

const struct namespace realtime_namespace = {
    .name = "/realtime",
    .wants_token = true,
    .prepare = check_token,
    .failed = tell_failure,
};
