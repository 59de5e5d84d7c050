/*
 * The rule, gate by gate in the contract's order: who is it (401), second factor (403), platform role (403), token (403),
 * workspace (404, 403), second factor and role there (403).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/access_rule.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

enum access_asks access_rule_asks(const struct route *route, bool is_ledger_public)
{
    switch (route->who) {
    case WHO_ANYONE:
        return ACCESS_ASKS_NOTHING;
    case WHO_FOLLOWER:
        return ACCESS_ASKS_FOLLOWER;
    case WHO_DIRECTORY:
        return ACCESS_ASKS_DIRECTORY;
    case WHO_AGENT:
        return ACCESS_ASKS_AGENT;
    case WHO_LEDGER_READER:
        return is_ledger_public ? ACCESS_ASKS_NOTHING : ACCESS_ASKS_PERSON;
    case WHO_USER:
    case WHO_PLATFORM_ADMIN:
    case WHO_WORKSPACE_MEMBER:
    case WHO_WORKSPACE_ADMIN:
    case WHO_PLATFORM_AUDITOR:
    case WHO_WORKSPACE_AUDITOR:
        break;
    }
    return ACCESS_ASKS_PERSON;
}

void access_take_role(struct caller_access *access, int64_t role)
{
    access->is_platform_admin = role == ROLE_PLATFORM_ADMIN;
    access->is_platform_auditor = role == ROLE_PLATFORM_AUDITOR;
    access->is_recovery_admin = role == ROLE_PLATFORM_RECOVERY_ADMIN;
}

static enum status refuse_role(const struct caller_access *access, struct error *error)
{
    if (access->lacks_authority)
        return error_set_code(
            error, STATUS_FORBIDDEN, "authority_not_effective",
            "Your role on the platform does not count: it has no grant that is good. See GET "
            "/users/me/authority.");
    return error_set_code(error, STATUS_FORBIDDEN, "forbidden", "Forbidden resource");
}

bool access_may_recover(const struct route *route, const struct caller_access *access)
{
    return route->is_for_recovery && access->is_recovery_admin;
}

enum status access_rule_account(const struct caller_access *access, struct error *error)
{
    if (access->user_exists && access->is_active &&
        access->session_version == access->token_session_version && !access->has_session_ended)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "session_ended", "Invalid authentication token");
}

static enum status refuse_without_factor(const char *text, struct error *error)
{
    return error_set_code(error, STATUS_FORBIDDEN, "second_factor_required", "%s", text);
}

enum status access_rule_factor(
    const struct route *route, const struct caller_access *access, struct error *error)
{
    if (access->lacks_factor && !route->is_open_without_factor)
        return refuse_without_factor(
            "Everybody needs a second factor here, and you have none.", error);
    return STATUS_OK;
}

/* Auditors change nothing but their own account, whatever they are elsewhere; nor by a question that
 * is asked of a node, by a task. Evidence they may take along, which is recorded. */
static bool may_auditors(const struct route *route)
{
    bool is_question = text_is(text_from(route->method), "GET") && route->command == NULL;

    return is_question || route->is_about_caller || route->who == WHO_WORKSPACE_AUDITOR;
}

static bool may_by_role(const struct route *route, const struct caller_access *access)
{
    if (route->who == WHO_PLATFORM_ADMIN)
        return access->is_platform_admin || access_may_recover(route, access);
    if (route->who == WHO_PLATFORM_AUDITOR || route->who == WHO_LEDGER_READER)
        return access->is_platform_admin || access->is_platform_auditor;
    return !access->is_platform_auditor || may_auditors(route);
}

enum status
access_rule_role(const struct route *route, const struct caller_access *access, struct error *error)
{
    return may_by_role(route, access) ? STATUS_OK : refuse_role(access, error);
}

static bool only_reads(const struct route *route)
{
    if (route->command != NULL)
        return route->command->is_question;
    return text_is(text_from(route->method), "GET");
}

int64_t access_rule_scope(const struct route *route)
{
    if (route->needs_session)
        return 0;
    if (route->who != WHO_USER && route->who != WHO_WORKSPACE_MEMBER)
        return TOKEN_ADMIN;
    return only_reads(route) ? TOKEN_READ : TOKEN_WORK;
}

enum status access_rule_token(
    const struct route *route, const struct caller_access *access, struct error *error)
{
    int64_t needed = access_rule_scope(route);

    if (access->token_scope == 0)
        return STATUS_OK;
    if (needed == 0)
        return error_set_code(
            error, STATUS_FORBIDDEN, "api_token_not_enough", "No API token opens this: sign in.");
    if (access->token_scope < needed)
        return error_set_code(
            error, STATUS_FORBIDDEN, "api_token_scope", "This API token lacks the scope %s.",
            token_scope_names[needed - 1]);
    if (!access->token_is_for_here)
        return error_set_code(
            error, STATUS_FORBIDDEN, "api_token_workspace",
            "This API token is good in some workspaces only, and not here.");
    return STATUS_OK;
}

static enum status refuse_no_workspace(struct text workspace, struct error *error)
{
    struct uuid id;

    if (uuid_parse(workspace, &id))
        return error_set_code(
            error, STATUS_NOT_FOUND, "workspace_not_found", "Workspace %.*s was not found",
            TEXT_ARGS(workspace));
    return error_set_code(
        error, STATUS_INVALID, "validation_failed", "%s", "workspaceId must be a UUID");
}

enum status access_rule_workspace(
    const struct route *route,
    const struct caller_access *access,
    struct text workspace,
    struct error *error)
{
    bool is_auditing = route->who == WHO_WORKSPACE_AUDITOR && access->is_platform_auditor;
    bool is_over_all = access->is_platform_admin || access_may_recover(route, access);
    bool is_insider = is_over_all || access->member_role != 0 || is_auditing;
    bool is_admin =
        is_over_all || access->member_role == MEMBER_OWNER || access->member_role == MEMBER_ADMIN;

    if (!route_is_inside(route))
        return STATUS_OK;
    if (!access->workspace_exists)
        return refuse_no_workspace(workspace, error);
    if (!is_insider)
        return error_set_code(
            error, STATUS_FORBIDDEN, "not_a_member", "You do not have access to this workspace.");
    if (access->lacks_factor_here)
        return refuse_without_factor(
            "This workspace requires a second factor, and you have none.", error);
    if (route->who != WHO_WORKSPACE_MEMBER && !is_admin && !is_auditing)
        return refuse_role(access, error);
    return STATUS_OK;
}

static enum status pass_person(
    const struct route *route,
    const struct caller_access *access,
    struct text workspace,
    struct error *error)
{
    enum status status = access_rule_account(access, error);

    if (status == STATUS_OK)
        status = access_rule_factor(route, access, error);
    if (status == STATUS_OK)
        status = access_rule_role(route, access, error);
    if (status == STATUS_OK)
        status = access_rule_token(route, access, error);
    if (status == STATUS_OK)
        status = access_rule_workspace(route, access, workspace, error);
    return status;
}

enum status access_rule_pass(
    const struct route *route,
    const struct caller_access *access,
    struct text workspace,
    bool is_ledger_public,
    struct error *error)
{
    switch (access_rule_asks(route, is_ledger_public)) {
    case ACCESS_ASKS_NOTHING:
        return STATUS_OK;
    case ACCESS_ASKS_PERSON:
        return pass_person(route, access, workspace, error);
    case ACCESS_ASKS_AGENT:
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "agent_credentials_missing",
            "This is for agents, which show the credential of their node.");
    case ACCESS_ASKS_DIRECTORY:
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "unauthenticated",
            "This is for directories that send their people, by a token of theirs.");
    case ACCESS_ASKS_FOLLOWER:
        break;
    }
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "unauthenticated",
        "This is for servers that were admitted to follow, by a token of theirs.");
}
