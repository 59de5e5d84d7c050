/*
 * Making tokens for screens: who it is for, as the read model knows them, and what it opens.
 *
 *   admission (writer) ─► person (read model) ─► claims ─► token
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/terminal_token.h"

#include "api/call.h"
#include "api/select.h"
#include "api/terminal/terminal_resources.h"
#include "commands/terminal/terminal_commands.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"

enum { TOKEN_S = 120, MOST_CLAIMS = 16384 };

struct terminal_token_view {
    struct uuid session_id;
    struct text terminal_connect_token;
    struct timestamp terminal_connect_expires_at;
};
static const struct field terminal_token_view_fields[] = {
    {UUID(terminal_token_view, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {TEXT(terminal_token_view, terminal_connect_token), .flags = REQUIRED,
     .doc = "Token to connect to the session with."},
    {TIMESTAMP(terminal_token_view, terminal_connect_expires_at), .flags = REQUIRED,
     .doc = "Time until which the token is good for connecting."},
};
const struct shape terminal_token_view_shape =
    SHAPE(terminal_token_view, "A token for a terminal session.");

struct terminal_created_view {
    struct terminal_session_row row;
    struct text transcript_bytes;
    struct text terminal_connect_token;
    struct timestamp terminal_connect_expires_at;
};
static const struct field terminal_created_view_fields[] = {
    {TEXT(terminal_created_view, transcript_bytes), .flags = REQUIRED,
     .doc = "Number of bytes of the transcript, in digits."},
    {TEXT(terminal_created_view, terminal_connect_token), .flags = REQUIRED,
     .doc = "Token to connect to the session with."},
    {TIMESTAMP(terminal_created_view, terminal_connect_expires_at), .flags = REQUIRED,
     .doc = "Time until which the token is good for connecting."},
};
const struct shape terminal_created_view_shape = SHAPE_WITH(
    terminal_created_view,
    "A new terminal session, and a token for it.",
    .base = &terminal_session_row_shape);

struct token_person {
    struct uuid member_id;
};
static const struct field token_person_fields[] = {
    {UUID(token_person, member_id), .flags = SERVER_SET, .doc = "Id of the caller."},
};
static const struct shape token_person_shape = SHAPE(token_person, "Person that a token is for.");

struct token_owner {
    struct text email;
    struct text name;
    struct enum_value role;
};
static const struct field token_owner_fields[] = {
    {TEXT(token_owner, email), .doc = "Email address of the account."},
    {TEXT(token_owner, name), .doc = "Name of the person."},
    {ENUM(token_owner, role, platform_role_names), .doc = "Role on the platform."},
};
static const struct shape token_owner_shape = SHAPE(token_owner, "Whom a token names.");

static const struct query owner_query = {
    .input = &token_person_shape,
    .scope = SCOPE_CALLER,
    .sql =
        {.name = "terminal_token_owner",
         .params = &token_person_shape,
         .row = &token_owner_shape,
         .text = "select email, name, role\n"
                 "from users\n"
                 "where id = :member_id"},
};

/* What a token is made of: the state of a call's handler. */
struct token_order {
    struct uuid session_id;
    struct enum_value mode; /* enum terminal_mode */
};

/* In whose session it is made: it ends with that. */
static const char *sid_claim(const struct call *call)
{
    char id[UUID_TEXT_SIZE];

    if (!uuid_is_present(call->access.session_id))
        return "";
    uuid_print(call->access.session_id, id);
    return text_format(call->arena, ",\"sid\":\"%s\"", id).data;
}

/* Claims by the contract's names, and the way to attach; times in seconds. */
static struct text claims_of(
    struct call *call,
    const struct token_owner *owner,
    const struct token_order *order,
    struct timestamp expires_at)
{
    char user[UUID_TEXT_SIZE];
    char session[UUID_TEXT_SIZE];
    char workspace[UUID_TEXT_SIZE];
    AUTO_BUF out = {0};

    uuid_print(call->actor.id, user);
    uuid_print(order->session_id, session);
    uuid_print(call->access.workspace_id, workspace);
    buf_init(&out, MOST_CLAIMS);
    buf_printf(&out, "{\"sub\":\"%s\",\"email\":", user);
    json_write_text(&out, owner->email);
    buf_printf(&out, ",\"role\":\"%s\",\"name\":", enum_name(platform_role_names, owner->role));
    json_write_text(&out, owner->name);
    buf_printf(
        &out,
        ",\"sessionVersion\":%lld%s,\"type\":\"terminal_session\",\"sessionId\":\"%s\","
        "\"workspaceId\":\"%s\",\"mode\":\"%s\",\"iat\":%lld,\"exp\":%lld}",
        (long long)call->access.session_version, sid_claim(call), session, workspace,
        enum_name(terminal_mode_names, order->mode), (long long)(call->arrived_at.us / US_PER_S),
        (long long)(expires_at.us / US_PER_S));
    return text_copy(call->arena, buf_text(&out));
}

static enum status make_token(
    struct call *call,
    const struct token_order *order,
    struct text *out_token,
    struct timestamp *out_expires_at,
    struct error *error)
{
    const struct token_person person = {call->actor.id};
    const void *rows = NULL;
    size_t count = 0;
    enum status status = call_query(call, &owner_query, &person, &rows, &count, error);

    if (status == STATUS_OK && count == 0)
        status = error_set(error, STATUS_UNAUTHENTICATED, "Invalid authentication token");
    if (status != STATUS_OK)
        return status;
    *out_expires_at = timestamp_plus_us(call->arrived_at, INT64_C(1) * TOKEN_S * US_PER_S);
    return jwt_sign(
        call->arena, call->services->jwt_secret, claims_of(call, rows, order, *out_expires_at),
        out_token, error);
}

static enum status fill_created(
    struct call *call,
    const struct token_order *order,
    struct terminal_created_view *out,
    struct error *error)
{
    const void *row = NULL;
    enum status status =
        select_row(call, &terminal_session_resource, order->session_id, &row, error);

    if (status != STATUS_OK)
        return status;
    if (row == NULL)
        return error_set(error, STATUS_NOT_FOUND, "The terminal session is gone");
    out->row = ((const struct terminal_session_view *)row)->row;
    out->transcript_bytes = ((const struct terminal_session_view *)row)->transcript_bytes;
    return make_token(
        call, order, &out->terminal_connect_token, &out->terminal_connect_expires_at, error);
}

static void show_created(struct call *call)
{
    struct terminal_created_view view = {0};
    struct error error;

    if (fill_created(call, call->handler_state, &view, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    call_answer_shape(call, call->route->status, &terminal_created_view_shape, &view);
}

static struct token_order *new_order(struct call *call, const void *answer, struct enum_value mode)
{
    struct token_order *order = arena_one(call->arena, struct token_order);

    order->session_id = ((const struct terminal_view *)answer)->session_id;
    order->mode.is = mode.is == 0 ? TERMINAL_CONTROL : mode.is;
    call->handler_state = order;
    return order;
}

void terminal_answer_created(struct call *call, const void *answer)
{
    (void)new_order(call, answer, (struct enum_value){TERMINAL_CONTROL});
    call_wait_shown(call, call->submission.size, show_created);
}

static void show_token(struct call *call)
{
    const struct token_order *order = call->handler_state;
    struct terminal_token_view view = {.session_id = order->session_id};
    struct error error;

    if (make_token(
            call, order, &view.terminal_connect_token, &view.terminal_connect_expires_at, &error) ==
        STATUS_OK)
        call_answer_shape(call, call->route->status, &terminal_token_view_shape, &view);
    else
        call_answer_error(call, &error);
}

void terminal_answer_token(struct call *call, const void *answer)
{
    const struct query_terminal_admission *question = call->input;

    (void)new_order(call, answer, question->mode);
    call_wait_head(call, show_token);
}
