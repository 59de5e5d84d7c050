/*
 * The gates of a call, in the contract's order: who is it (401), platform role (403), rate (429),
 * workspace (404, 403), role there (403). Input is looked at only behind them.
 *
 * What a token's owner may do is asked of the writer's model, so that taking a right away works at
 * once, and remembered by the worker until such facts change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/steps.h"
#include "commands/identity/identity_commands.h"
#include "core/base/alloc.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

enum { MOST_CACHED = 4096 };

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
};

static const struct field claims_fields[] = {
    {UUID(claims, sub), .tag = 1, .flags = REQUIRED, .doc = "The user."},
    {INT64(claims, session_version), .tag = 2, .flags = REQUIRED, .doc = "Of the session."},
    {TEXT(claims, type), .tag = 3, .doc = "Set on tokens that are for one purpose only."},
    {TEXT(claims, email), .tag = 4, .doc = "Not looked at."},
    {TEXT(claims, role), .tag = 5, .doc = "Not looked at."},
    {TEXT(claims, name), .tag = 6, .doc = "Not looked at."},
    {INT64(claims, iat), .tag = 7, .doc = "Issued at, in seconds."},
    {INT64(claims, exp), .tag = 8, .doc = "Ends at, in seconds."},
};
static const struct shape claims_shape = SHAPE(claims, "Claims of an access token.");

static void refuse_call(struct call *call, enum status status, const char *code, const char *text)
{
    struct error error;

    error_set_code(&error, status, code, "%s", text);
    monitor_note_refusal(call->server->monitor, call, error.code);
    call_answer_error(call, &error);
}

static void refuse_anonymous(struct call *call)
{
    refuse_call(call, STATUS_UNAUTHENTICATED, "unauthenticated", "Unauthorized");
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
    return call->route->who == WHO_WORKSPACE_MEMBER || call->route->who == WHO_WORKSPACE_ADMIN;
}

static struct text workspace_text(const struct call *call)
{
    for (size_t i = 0; i < call->path_param_count; i++) {
        if (text_is(call->path_params[i].name, "workspaceId"))
            return call->path_params[i].value;
    }
    return text_lit("");
}

/* True when the call may go on; else it has been answered. */
static bool may_at_this_rate(struct call *call)
{
    struct server *server = call->server;
    struct throttle_verdict verdict = {.is_allowed = true};

    if (call->route->throttle == THROTTLE_NONE)
        return true;
    verdict = throttle_hit(
        server->throttle, call->route_index, call->request->remote_address, monotonic_us());
    if (verdict.limit == 0)
        return true;
    if (!verdict.is_allowed) {
        atomic_fetch_add(&server->meter->throttled, 1);
        call_header(
            call, "Retry-After", text_format(call->arena, "%lld", (long long)verdict.reset_s));
        refuse_call(
            call, STATUS_TOO_MANY, "too_many_requests", "ThrottlerException: Too Many Requests");
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

static void answer_no_workspace(struct call *call)
{
    struct error error;
    struct uuid id;

    if (uuid_parse(workspace_text(call), &id))
        error_set_code(
            &error, STATUS_NOT_FOUND, "workspace_not_found", "Workspace %.*s was not found",
            TEXT_ARGS(workspace_text(call)));
    else
        error_set_code(
            &error, STATUS_INVALID, "validation_failed", "%s", "workspaceId must be a UUID");
    call_answer_error(call, &error);
}

static bool may_in_workspace(struct call *call)
{
    const struct access *access = &call->access;
    bool is_insider = access->is_platform_admin || access->member_role != 0;
    bool is_admin = access->is_platform_admin || access->member_role == MEMBER_OWNER ||
                    access->member_role == MEMBER_ADMIN;

    if (!names_workspace(call))
        return true;
    if (!access->workspace_exists) {
        answer_no_workspace(call);
        return false;
    }
    if (!is_insider) {
        refuse_call(
            call, STATUS_FORBIDDEN, "not_a_member", "You do not have access to this workspace.");
        return false;
    }
    if (call->route->who == WHO_WORKSPACE_ADMIN && !is_admin) {
        refuse_call(call, STATUS_FORBIDDEN, "forbidden", "Forbidden resource");
        return false;
    }
    return true;
}

/* The facts are known: judge by them. */
static void check_access(struct call *call, int64_t session_version)
{
    const struct access *access = &call->access;

    if (!access->user_exists || !access->is_active || access->session_version != session_version) {
        refuse_call(call, STATUS_UNAUTHENTICATED, "session_ended", "Invalid authentication token");
        return;
    }
    call->actor = (struct actor){.kind = ACTOR_USER, .id = access->user_id};
    if (call->route->who == WHO_PLATFORM_ADMIN && !access->is_platform_admin) {
        refuse_call(call, STATUS_FORBIDDEN, "forbidden", "Forbidden resource");
        return;
    }
    if (may_at_this_rate(call) && may_in_workspace(call))
        decode_call(call);
}

static struct uuid cache_key(struct uuid user, struct uuid workspace)
{
    struct uuid key = UUID_NONE;

    for (size_t i = 0; i < sizeof(key.bytes); i++)
        key.bytes[i] = user.bytes[i] ^ workspace.bytes[15 - i];
    return key;
}

static void forget_access(struct worker *worker)
{
    size_t cursor = 0;
    struct uuid key;
    void *value;

    while (map_next(worker->access, &cursor, &key, &value))
        heap_free(value);
    map_clear(worker->access);
}

static const struct access *
recall_access(struct worker *worker, struct uuid user, struct uuid workspace)
{
    uint64_t generation = atomic_load(&worker->server->access_generation);
    const struct access *access;

    if (worker->access_generation != generation) {
        forget_access(worker);
        worker->access_generation = generation;
    }
    access = map_get(worker->access, cache_key(user, workspace));
    if (access == NULL || !uuid_equal(access->user_id, user) ||
        !uuid_equal(access->workspace_id, workspace))
        return NULL;
    return access;
}

static void remember_access(struct worker *worker, const struct access *access)
{
    struct access *kept;

    if (access->generation != worker->access_generation)
        return; /* such facts changed while the question was on its way */
    if (map_count(worker->access) >= MOST_CACHED)
        forget_access(worker);
    kept = heap_new(sizeof(*kept));
    *kept = *access;
    heap_free(map_put(worker->access, cache_key(access->user_id, access->workspace_id), kept));
}

static void on_access(struct call *call)
{
    const struct access_lookup *facts = call->submission.answer;
    struct access *access = &call->access;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    access->user_exists = opt_bool_is_true(facts->user_exists);
    access->is_active = opt_bool_is_true(facts->is_active);
    access->is_platform_admin = facts->role.is == ROLE_PLATFORM_ADMIN;
    access->session_version = facts->session_version;
    access->workspace_exists = opt_bool_is_true(facts->workspace_exists);
    access->workspace_is_archived = opt_bool_is_true(facts->workspace_is_archived);
    access->member_role = facts->member_role.is;
    if (call->worker != NULL)
        remember_access(call->worker, access);
    check_access(call, *(const int64_t *)call->scratch);
}

static void ask(struct call *call)
{
    struct query_access *question = arena_one(call->arena, struct query_access);

    question->user_id = call->access.user_id;
    question->workspace_id = call->access.workspace_id;
    submission_init(&call->submission, &query_access_command);
    call->submission.input = question;
    call->submission.arena = call->arena;
    call->submission.actor = (struct actor){.kind = ACTOR_SYSTEM};
    call_submit(call, on_access);
}

static void gate_user(struct call *call)
{
    struct server *server = call->server;
    struct text token = bearer(call->request);
    struct claims claims = {.session_version = INT64_ABSENT};
    struct error error;
    struct text json;
    const struct access *known = NULL;
    int64_t *session = arena_one(call->arena, int64_t);

    if (token.size == 0 ||
        jwt_verify(call->arena, server->jwt_secret, token, call->arrived_at, &json, &error) !=
            STATUS_OK ||
        shape_json_read(&claims_shape, json, call->arena, &claims, &error) != STATUS_OK ||
        text_is_present(claims.type)) {
        refuse_anonymous(call);
        return;
    }
    *session = claims.session_version;
    call->scratch = session;
    call->access = (struct access){
        .user_id = claims.sub,
        .workspace_id = names_workspace(call) ? workspace_of(call) : UUID_NONE,
        .generation = atomic_load(&server->access_generation),
    };
    if (call->worker != NULL)
        known = recall_access(call->worker, claims.sub, call->access.workspace_id);
    if (known == NULL) {
        ask(call);
        return;
    }
    call->access = *known;
    check_access(call, claims.session_version);
}

/* Agents are recognised by the writer, with the order that they bring: here only the form. */
static void gate_agent(struct call *call)
{
    struct text token = bearer(call->request);
    struct text node = text_trim(http_header(call->request, "x-agent-node-id"));
    struct uuid node_id;

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
    if (may_at_this_rate(call))
        decode_call(call);
}

void gate_call(struct call *call)
{
    switch (call->route->who) {
    case WHO_ANYONE:
        call->actor = (struct actor){.kind = ACTOR_STRANGER};
        if (may_at_this_rate(call))
            decode_call(call);
        return;
    case WHO_AGENT:
        gate_agent(call);
        return;
    case WHO_USER:
    case WHO_PLATFORM_ADMIN:
    case WHO_WORKSPACE_MEMBER:
    case WHO_WORKSPACE_ADMIN:
        gate_user(call);
        return;
    }
}
