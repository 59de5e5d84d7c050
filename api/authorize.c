/*
 * What a call must pass, in the contract's order: who is it (401), a second factor where one is required (403),
 * platform role (403), rate (429), workspace (404, 403), role there (403). Input is looked at only behind that. What routes ask of people
 * is the rule of access_rule.h; here are the facts that it is over, and what becomes of its word.
 *
 * What a token's owner may do is asked of the writer's model, so that taking a right away works at
 * once, and remembered by the loop (access.h) until such facts change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authorize.h"

#include "api/access_rule.h"
#include "api/admission.h"
#include "api/api_token.h"
#include "api/bearer_token.h"
#include "commands/identity/directory_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "core/base/encode.h"
#include "core/base/failpoint.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/keyed_digest.h"

#include <stdio.h>

/* What a token of ours says. Fields that others added are read over. */
struct claims {
    struct uuid sub;
    int64_t session_version;
    struct text type;
    struct text email;
    struct text role;
    struct text name;
    int64_t iat;
    int64_t exp;
    struct uuid session_id;
    struct uuid workspace_id;
    struct text mode;
    struct uuid sid;
};

static const struct field claims_fields[] = {
    {UUID(claims, sub), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(claims, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version of the token."},
    {TEXT(claims, type), .tag = 3, .doc = "Purpose of a token that is no access token."},
    {TEXT(claims, email), .tag = 4, .doc = "Email address; not used."},
    {TEXT(claims, role), .tag = 5, .doc = "Role on the platform; not used."},
    {TEXT(claims, name), .tag = 6, .doc = "Display name; not used."},
    {INT64(claims, iat), .tag = 7, .doc = "Time of issue, in seconds since 1970."},
    {INT64(claims, exp), .tag = 8, .doc = "Time of expiry, in seconds since 1970."},
    {UUID(claims, session_id), .tag = 9,
     .doc = "Terminal session that it opens; read by its socket."},
    {UUID(claims, workspace_id), .tag = 10, .doc = "Workspace of the session; read there, too."},
    {TEXT(claims, mode), .tag = 11, .doc = "Way to attach to the session; read there, too."},
    {UUID(claims, sid), .tag = 12, .doc = "Session of the person that it was made in."},
};
static const struct shape claims_shape = SHAPE(claims, "Claims of an access token.");

static void refuse_call(struct call *call, enum status status, const char *code, const char *text)
{
    struct error error;

    error_set_code(&error, status, code, "%s", text);
    call_refuse(call, &error);
}

/* "Bearer <token>", the scheme in any case; absent when it is something else. */
static struct text bearer(const struct http_request *request)
{
    struct text header = text_trim(http_header(request, "Authorization"));
    struct text scheme = text_slice(header, 0, 7);

    if (!text_equal_ignoring_case(scheme, text_lit("Bearer ")) &&
        !text_equal_ignoring_case(scheme, text_lit("Bearer\t")))
        return (struct text){NULL, 0};
    return text_trim(text_slice(header, 7, header.size));
}

static struct uuid workspace_of(const struct call *call)
{
    struct uuid id = UUID_NONE;

    for (size_t i = 0; i < call->path_param_count; i++) {
        if (text_is(call->path_params[i].name, "workspaceId") &&
            !uuid_parse(call->path_params[i].value, &id))
            return UUID_NONE;
    }
    return id;
}

static bool names_workspace(const struct call *call)
{
    return route_is_inside(call->route);
}

static struct text workspace_text(const struct call *call)
{
    for (size_t i = 0; i < call->path_param_count; i++) {
        if (text_is(call->path_params[i].name, "workspaceId"))
            return call->path_params[i].value;
    }
    return text_lit("");
}

/* Whose allowance it is: a person's wherever they are, since one address may speak for many (the
 * server of a dashboard); else that of the address, or of the network that one subscriber has. */
static struct text allowance_of(const struct call *call)
{
    struct http_address address;
    char *printed = arena_take(call->arena, HTTP_PEER_SIZE);

    if (call->actor.kind == ACTOR_USER || call->actor.kind == ACTOR_DIRECTORY)
        uuid_print(call->actor.id, printed);
    else if (http_address_parse(call->request->remote_address, &address))
        http_address_print_block(&address, printed);
    else
        return call->request->remote_address;
    return text_from(printed);
}

void authorize_answer_too_many(struct call *call, const struct throttle_verdict *verdict)
{
    struct error error;

    atomic_fetch_add(&call->services->meter->throttled, 1);
    call_header(call, "Retry-After", text_format(call->arena, "%lld", (long long)verdict->reset_s));
    error_set_code(
        &error, STATUS_TOO_MANY, "too_many_requests", "ThrottlerException: Too Many Requests");
    call_answer_error(call, &error);
}

/* True when the call may go on; else it has been answered. */
static bool may_at_this_rate(struct call *call)
{
    const struct services *services = call->services;
    struct throttle_verdict verdict;

    if (call->route->throttle == THROTTLE_NONE)
        return true;
    verdict =
        throttle_hit(services->throttle, call->route_index, allowance_of(call), monotonic_us());
    if (verdict.limit == 0)
        return true;
    if (!verdict.is_allowed) {
        authorize_answer_too_many(call, &verdict);
        return false;
    }
    call_header(
        call, "X-RateLimit-Limit", text_format(call->arena, "%lld", (long long)verdict.limit));
    call_header(
        call, "X-RateLimit-Remaining",
        text_format(call->arena, "%lld", (long long)verdict.remaining));
    call_header(
        call, "X-RateLimit-Reset", text_format(call->arena, "%lld", (long long)verdict.reset_s));
    return true;
}

/* Tokens cost time to check, so whoever came with too many bad ones is not looked at for a while;
 * those whose token is known already never get here. */
static bool may_be_looked_at(struct call *call)
{
    struct throttle_verdict verdict =
        throttle_look(call->services->failures, 0, allowance_of(call), monotonic_us());

    if (!verdict.is_allowed)
        authorize_answer_too_many(call, &verdict);
    return verdict.is_allowed;
}

static void note_failure(struct call *call)
{
    (void)throttle_hit(call->services->failures, 0, allowance_of(call), monotonic_us());
}

static void refuse_anonymous(struct call *call)
{
    note_failure(call);
    refuse_call(call, STATUS_UNAUTHENTICATED, "unauthenticated", "Unauthorized");
}

static bool may_in_workspace(struct call *call)
{
    struct error error;
    enum status status =
        access_rule_workspace(call->route, &call->access, workspace_text(call), &error);

    if (status == STATUS_FORBIDDEN)
        call_refuse(call, &error);
    else if (status != STATUS_OK)
        call_answer_error(call, &error);
    return status == STATUS_OK;
}

/* False: answered. */
static bool may_by_token(struct call *call)
{
    struct error error;

    if (api_token_check(call, &error) != STATUS_OK) {
        call_refuse(call, &error);
        return false;
    }
    api_token_note_use(call);
    return true;
}

static void take_token(struct caller_access *access, const struct access_lookup *facts)
{
    access->user_id = facts->user_id;
    access->session_id = facts->token_id;
    access->token_session_version = facts->session_version;
    access->token_ends_at = facts->token_ends_at;
    access->token_scope = facts->token_scope.is;
    access->token_is_for_here = opt_bool_is_true(facts->token_is_for_here);
    access->token_used_at = facts->token_used_at;
    snprintf(
        access->token_networks, sizeof(access->token_networks), "%.*s",
        TEXT_ARGS(facts->token_networks));
}

/* The facts are known: judge by them. */
static void check_access(struct call *call)
{
    const struct caller_access *access = &call->access;
    struct error error;

    if (access_rule_account(access, &error) != STATUS_OK) {
        note_failure(call);
        call_refuse(call, &error);
        return;
    }
    call->actor = (struct actor){ACTOR_USER, access->user_id, access->session_id};
    if (access_rule_factor(call->route, access, &error) != STATUS_OK ||
        access_rule_role(call->route, access, &error) != STATUS_OK) {
        call_refuse(call, &error);
        return;
    }
    if (access->token_scope != 0 && !may_by_token(call))
        return;
    if (may_at_this_rate(call) && may_in_workspace(call))
        call->authorized(call);
}

/* A follower may be shown a token before it has heard of its session: what it refuses may be open a moment later, and no event
 * says so to those who are known. */
static bool may_remember(const struct call *call)
{
    struct error error;

    return call->services->forward == NULL ||
           access_rule_account(&call->access, &error) == STATUS_OK;
}

static void on_access(struct call *call)
{
    const struct access_lookup *facts = call->submission.answer;
    struct caller_access *access = &call->access;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    if (uuid_is_present(facts->token_id))
        take_token(access, facts);
    access->user_exists = opt_bool_is_true(facts->user_exists);
    access->is_active = opt_bool_is_true(facts->is_active);
    access_take_role(access, facts->role.is);
    access->lacks_authority = opt_bool_is_true(facts->lacks_authority);
    access->role_ends_at = facts->role_ends_at;
    access->session_version = facts->session_version;
    access->workspace_exists = opt_bool_is_true(facts->workspace_exists);
    access->member_role = facts->member_role.is;
    access->has_session_ended = opt_bool_is_true(facts->has_session_ended);
    access->lacks_factor = opt_bool_is_true(facts->lacks_factor);
    access->lacks_factor_here = opt_bool_is_true(facts->lacks_factor_here);
    access->has_no_factor = opt_bool_is_true(facts->has_no_factor);
    if (may_remember(call))
        access_cache_put(call->loop->access, access);
    check_access(call);
}

/* A socket outlives the token that opened it, where that was made for nothing else. */
static struct timestamp when_shown(const struct call *call)
{
    return call->shown_at.us == 0 ? call->arrived_at : call->shown_at;
}

static bool is_of_type(const struct claims *claims, const char *type)
{
    return type == NULL ? !text_is_present(claims->type) : text_is(claims->type, type);
}

/* STATUS_UNAUTHENTICATED or STATUS_INVALID when it is no token of ours; anything else is no fault of
 * the caller. */
static enum status
read_token(struct call *call, struct text token, struct claims *out, struct error *error)
{
    struct text json;
    enum status status;

    *out =
        (struct claims){.session_version = INT64_ABSENT, .iat = INT64_ABSENT, .exp = INT64_ABSENT};
    if (token.size == 0)
        return error_set(error, STATUS_UNAUTHENTICATED, "There is no token.");
    status =
        jwt_verify(call->arena, call->services->jwt_secret, token, when_shown(call), &json, error);
    if (status == STATUS_OK)
        status = shape_json_read(&claims_shape, json, call->arena, out, error);
    if (status == STATUS_OK && !is_of_type(out, call->token_type))
        status = error_set(error, STATUS_UNAUTHENTICATED, "The token is for something else.");
    return status;
}

/* The facts of the token's owner are asked for. */
static void ask(struct call *call, const struct claims *claims)
{
    struct query_access *question = arena_one(call->arena, struct query_access);
    struct caller_access *access = &call->access;

    access->user_id = claims->sub;
    access->token_session_version = claims->session_version;
    access->session_id = claims->sid;
    if (claims->iat != INT64_ABSENT && claims->iat <= INT64_MAX / US_PER_S)
        access->token_made_at.us = claims->iat * US_PER_S;
    if (claims->exp != INT64_ABSENT && claims->exp <= INT64_MAX / US_PER_S)
        access->token_ends_at.us = claims->exp * US_PER_S;
    question->user_id = access->user_id;
    question->workspace_id = access->workspace_id;
    question->session_id = access->session_id;
    call_submit(call, &query_access_command, question, on_access);
}

/* The same of an API token: whose it is the writer says. */
static void ask_of_token(struct call *call, struct text token)
{
    struct query_access *question = arena_one(call->arena, struct query_access);

    if (!bearer_token_is_whole(&api_token_kind, token)) {
        refuse_anonymous(call);
        return;
    }
    question->workspace_id = call->access.workspace_id;
    question->token_digest =
        bytes_copy(call->arena, (struct bytes){call->access.token.bytes, DIGEST_SIZE});
    call_submit(call, &query_access_command, question, on_access);
}

/* What is remembered of a token that is for one thing must not open another. */
static struct digest name_token(struct call *call, struct text token)
{
    if (call->token_type == NULL)
        return sha256(bytes_of_text(token));
    return sha256(
        bytes_of_text(text_format(call->arena, "%s %.*s", call->token_type, TEXT_ARGS(token))));
}

static void authorize_user(struct call *call)
{
    struct text token = bearer(call->request);
    const struct caller_access *known;
    struct claims claims;
    struct error error;
    enum status status;

    call->access = (struct caller_access){
        .token = name_token(call, token),
        .workspace_id = names_workspace(call) ? workspace_of(call) : UUID_NONE,
        .generation = atomic_load(call->services->access_generation),
    };
    known = access_cache_get(
        call->loop->access, call->access.generation, &call->access.token, call->access.workspace_id,
        when_shown(call));
    if (known != NULL) {
        call->access = *known;
        check_access(call);
        return;
    }
    if (!may_be_looked_at(call))
        return;
    if (bearer_token_is_meant(&api_token_kind, token) && call->token_type == NULL) {
        ask_of_token(call, token);
        return;
    }
    status = read_token(call, token, &claims, &error);
    if (status == STATUS_OK)
        ask(call, &claims);
    else if (status == STATUS_UNAUTHENTICATED || status == STATUS_INVALID)
        refuse_anonymous(call);
    else
        call_answer_error(call, &error);
}

static void on_agent(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call->authorized(call);
    else
        call_answer_refusal(call);
}

static void ask_agent(struct call *call)
{
    struct query_agent *question = arena_one(call->arena, struct query_agent);

    question->node_id = call->actor.id;
    question->credential_digest = (struct bytes){call->credential.bytes, DIGEST_SIZE};
    call_submit(call, &query_agent_command, question, on_agent);
}

/* Agents are recognised by the writer, with the order that they bring: here only the form. Where a
 * large body is to come, or no order, it is asked before. */
static void authorize_agent(struct call *call)
{
    struct text token = bearer(call->request);
    struct text node = text_trim(http_header(call->request, "x-agent-node-id"));
    struct uuid node_id;

    if (call->is_identified) {
        call->authorized(call);
        return;
    }
    if (token.size == 0 || node.size == 0) {
        refuse_call(
            call, STATUS_UNAUTHENTICATED, "agent_credentials_missing",
            "x-agent-node-id and Authorization: Bearer <agent-token> are required");
        return;
    }
    if (!uuid_parse(node, &node_id)) {
        refuse_call(
            call, STATUS_UNAUTHENTICATED, "agent_credentials_invalid", "Invalid agent credentials");
        return;
    }
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = node_id};
    call->credential = sha256(bytes_of_text(token));
    if (!may_at_this_rate(call))
        return;
    if (admission_needs_caller(call) || call->route->command == NULL)
        ask_agent(call);
    else
        call->authorized(call);
}

static void on_follower(struct call *call)
{
    const struct known_follower *known = call->submission.answer;

    if (call->submission.status == STATUS_OK) {
        call->follower = known->follower_id;
        call->authorized(call);
        return;
    }
    note_failure(call);
    call_answer_refusal(call);
}

/* Asked each time: an admission that ends ends at once. */
static void authorize_follower(struct call *call)
{
    struct text token = bearer(call->request);
    struct query_follower *question = arena_one(call->arena, struct query_follower);

    call->actor = (struct actor){.kind = ACTOR_STRANGER};
    if (!may_be_looked_at(call))
        return;
    if (token.size == 0) {
        refuse_anonymous(call);
        return;
    }
    question->token_digest = keyed_digest_follower(call->services->keyring, call->arena, token);
    call_submit(call, &query_follower_command, question, on_follower);
}

static void on_directory(struct call *call)
{
    const struct known_directory *known = call->submission.answer;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    if (!uuid_is_present(known->provider_id)) {
        refuse_anonymous(call);
        return;
    }
    call->actor = (struct actor){ACTOR_DIRECTORY, known->provider_id, known->token_id};
    call->access =
        (struct caller_access){.session_id = known->token_id, .token_used_at = known->used_at};
    if (!may_at_this_rate(call))
        return;
    api_token_note_use(call);
    call->authorized(call);
}

/* Asked each time: a token that ends, or a provider that is switched off, opens nothing at once. */
static void authorize_directory(struct call *call)
{
    struct text token = bearer(call->request);
    struct query_directory *question = arena_one(call->arena, struct query_directory);

    call->actor = (struct actor){.kind = ACTOR_STRANGER};
    if (!may_be_looked_at(call))
        return;
    if (!bearer_token_is_whole(&directory_kind, token)) {
        refuse_anonymous(call);
        return;
    }
    question->token_digest = bearer_token_digest(call, token);
    call_submit(call, &query_directory_command, question, on_directory);
}

static void let_anyone(struct call *call)
{
    call->actor = (struct actor){.kind = ACTOR_STRANGER};
    if (may_at_this_rate(call))
        call->authorized(call);
}

void authorize_call(struct call *call)
{
    bool is_ledger_public = opt_bool_is_true(call->services->settings->ledger_public);
    struct error error;

    if (failpoint_pass(FAILPOINT_AUTHORIZE, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    switch (access_rule_asks(call->route, is_ledger_public)) {
    case ACCESS_ASKS_NOTHING:
        let_anyone(call);
        return;
    case ACCESS_ASKS_FOLLOWER:
        authorize_follower(call);
        return;
    case ACCESS_ASKS_DIRECTORY:
        authorize_directory(call);
        return;
    case ACCESS_ASKS_AGENT:
        authorize_agent(call);
        return;
    case ACCESS_ASKS_PERSON:
        authorize_user(call);
        return;
    }
}
