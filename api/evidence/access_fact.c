/*
 * Facts: what the rule makes of each, and where it is from.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_fact.h"

#include "api/access_rule.h"
#include "api/call.h"
#include "api/evidence/access_fact_internal.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/users.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/workspaces.h"

enum fact_kind {
    FACT_ACCOUNT = 1,
    FACT_ACTIVE,
    FACT_SECOND_FACTOR,
    FACT_TOKEN,
    FACT_PLATFORM_ROLE,
    FACT_GRANT,
    FACT_TOKEN_SCOPE,
    FACT_TOKEN_WORKSPACES,
    FACT_TOKEN_NETWORKS,
    FACT_WORKSPACE,
    FACT_MEMBERSHIP,
    FACT_NOT_ARCHIVED,
    FACT_COUNT = FACT_NOT_ARCHIVED
};
static const char *const fact_names[] = {"account",     "active",           "second_factor",
                                         "token",       "platform_role",    "grant",
                                         "token_scope", "token_workspaces", "token_networks",
                                         "workspace",   "membership",       "not_archived",
                                         NULL};

static const char *const effect_names[] = {"required", "helps", "may_refuse", "none", NULL};

static const struct field access_fact_fields[] = {
    {ENUM(access_fact, fact, fact_names), .flags = REQUIRED, .doc = "What it is about."},
    {ENUM(access_fact, effect, effect_names), .flags = REQUIRED,
     .doc = "What it does: without what is required nothing is open; of what helps one is enough; "
            "may_refuse is looked at only by the order itself; none changes nothing."},
    {BOOL(access_fact, is_met), .flags = REQUIRED, .doc = "Is it as the route would have it?"},
    {TEXT(access_fact, value),
     .doc = "What it is: a role, a scope, a state; null where there is none."},
    {TEXT(access_fact, text), .flags = REQUIRED, .doc = "The same as a sentence."},
    {TEXT(access_fact, remedy),
     .doc = "What would have to happen; null where it is met, or nothing would help."},
    {OBJECT(access_fact, event, access_event),
     .doc = "The event that says so; null where nothing happened, or whoever asks may not see it."},
};
const struct shape access_fact_shape =
    SHAPE(access_fact, "What speaks for or against a call of somebody.");

enum status access_judge(
    const struct access_question *question, const struct caller_access *access, struct error *error)
{
    enum status status = access_rule_pass(
        question->route, access, question->workspace, question->is_ledger_public, error);

    if (status != STATUS_OK || !question->is_of_thing || access->is_platform_admin ||
        (access->member_role != 0 && !access->lacks_factor_here))
        return status;
    return error_set_code(
        error, STATUS_NOT_FOUND, "entity_not_found",
        "What the path names lies in a workspace of others: it is not there for them.");
}

static bool opens(const struct access_question *question, const struct caller_access *access)
{
    return access_judge(question, access, NULL) == STATUS_OK;
}

/* Whoever is signed in, and nothing else. */
static struct caller_access anybody(void)
{
    return (struct caller_access){.user_exists = true, .is_active = true, .workspace_exists = true};
}

/* Who is all that one can be, but for one fact, which decides. */
static struct caller_access everything(void)
{
    struct caller_access access = anybody();

    access.is_platform_admin = true;
    access.member_role = MEMBER_OWNER;
    return access;
}

bool access_fact_asks_person(const struct access_question *question)
{
    return access_rule_asks(question->route, question->is_ledger_public) == ACCESS_ASKS_PERSON;
}

void access_fact_require(struct drawing *drawing, bool is_met)
{
    bool is_asked = access_fact_asks_person(drawing->question);

    drawing->fact.effect.is = is_asked ? EFFECT_REQUIRED : EFFECT_NONE;
    drawing->fact.is_met = opt_bool_of(is_met);
}

static void draw_account(struct drawing *drawing)
{
    const struct traced *user = &drawing->question->record->user;
    const struct user_row *row = user->row;
    struct access_fact *fact = &drawing->fact;
    bool is_service = row != NULL && row->kind.is == USER_SERVICE_ACCOUNT;

    access_fact_require(drawing, row != NULL);
    drawing->position = row != NULL ? user->made_at : user->removed_at;
    if (row != NULL) {
        fact->value = text_from(is_service ? "service_account" : "person");
        fact->text = text_from(
            is_service ? "It is an account of programs, which call by API tokens."
                       : "There is such an account.");
    } else if (user->last != NULL) {
        fact->text = text_lit("The account was deleted.");
        fact->remedy = text_lit("None comes back: a platform admin makes another one.");
    } else {
        fact->text = text_lit("There was no such account yet.");
        fact->remedy = text_lit("The account has to be made first.");
    }
}

static void draw_active(struct drawing *drawing)
{
    const struct traced *user = &drawing->question->record->user;
    const struct user_row *row = user->row;
    struct access_fact *fact = &drawing->fact;

    if (row == NULL)
        return;
    access_fact_require(drawing, opt_bool_is_true(row->is_active));
    drawing->position = traced_since(user, "is_active");
    if (opt_bool_is_true(row->is_active)) {
        fact->value = text_lit("active");
        fact->text = text_lit("The account is switched on.");
    } else if (text_is(row->invite_status, "pending")) {
        fact->value = text_lit("invited");
        fact->text = text_lit("The invitation waits to be accepted.");
        fact->remedy = text_lit("They accept the invitation that was mailed.");
    } else {
        fact->value = text_lit("inactive");
        fact->text = text_lit("The account is switched off.");
        fact->remedy = text_lit("A platform admin switches it on: PATCH /users/:userId, isActive.");
    }
}

/* Is whoever is all else refused for want of one, by everybody's rule or by the workspace's? */
static bool needs_factor(const struct access_question *question, bool *out_here)
{
    const struct workspace_row *workspace = question->record->workspace.row;
    struct caller_access access = everything();

    if (question->is_of_thing) /* of which platform admins see all */
        access.is_platform_admin = question->access.is_platform_admin;
    access.lacks_factor_here =
        workspace != NULL && opt_bool_is_true(workspace->second_factor_required);
    *out_here = access.lacks_factor_here && !opens(question, &access);
    access.lacks_factor_here = false;
    access.lacks_factor = question->record->needs_factor;
    return *out_here || (access.lacks_factor && !opens(question, &access));
}

/* Where none is there, and one is required, by the event that requires it. */
static void draw_missing_factor(struct drawing *drawing, bool is_required_here)
{
    const struct access_record *record = drawing->question->record;
    struct access_fact *fact = &drawing->fact;

    fact->remedy = text_lit("They set one up, and sign in again: POST /auth/mfa/setup/initiate.");
    fact->text = text_from(
        is_required_here ? "The workspace requires a second factor, and they have none."
                         : "Everybody needs a second factor, and they have none.");
    drawing->position = is_required_here
                            ? traced_since(&record->workspace, "second_factor_required")
                            : record->needs_factor_at;
}

static void draw_second_factor(struct drawing *drawing)
{
    const struct traced *user = &drawing->question->record->user;
    const struct user_row *row = user->row;
    struct access_fact *fact = &drawing->fact;
    bool has_one = row != NULL && opt_bool_is_true(row->mfa_enabled);
    bool is_required_here = false;
    bool is_required = needs_factor(drawing->question, &is_required_here);

    if (row == NULL || row->kind.is == USER_SERVICE_ACCOUNT ||
        (!is_required && uuid_is_present(drawing->question->shown.workspace)))
        return;
    fact->effect.is = is_required ? EFFECT_REQUIRED : EFFECT_NONE;
    fact->is_met = opt_bool_of(has_one);
    fact->value = text_from(has_one ? "on" : "off");
    fact->text = text_from(
        has_one ? "Signing in takes a second factor." : "Signing in takes no second factor.");
    if (has_one || traced_since(user, "mfa_enabled") != user->made_at)
        drawing->position = traced_since(user, "mfa_enabled");
    if (is_required && !has_one)
        draw_missing_factor(drawing, is_required_here);
}

/* The platform role that would open it, being in the workspace what they are; 0: none would. */
static int64_t role_that_opens(const struct access_question *question)
{
    static const int64_t roles[] = {ROLE_USER, ROLE_PLATFORM_AUDITOR, ROLE_PLATFORM_ADMIN};
    struct caller_access access = anybody();

    access.member_role = question->access.member_role;
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        access_take_role(&access, roles[i]);
        if (opens(question, &access))
            return roles[i];
    }
    return 0;
}

/* Alone: what nobody can do without; with a membership beside it: what helps. */
static int64_t effect_of_role(const struct access_question *question, int64_t role, bool *out_met)
{
    struct caller_access alone = anybody();
    struct caller_access owner = anybody();
    struct caller_access plain = anybody();
    struct caller_access admin = everything();

    access_take_role(&alone, role);
    access_take_role(&owner, role);
    owner.member_role = MEMBER_OWNER;
    admin.member_role = 0;
    *out_met = opens(question, &alone);
    if (!opens(question, &owner))
        return opens(question, &admin) ? EFFECT_REQUIRED : EFFECT_NONE;
    if (opens(question, &plain))
        return EFFECT_NONE;
    plain.member_role = MEMBER_OWNER;
    return opens(question, &plain) ? EFFECT_HELPS : EFFECT_REQUIRED;
}

static void draw_platform_role(struct drawing *drawing)
{
    const struct access_question *question = drawing->question;
    const struct traced *user = &question->record->user;
    const struct user_row *row = user->row;
    struct access_fact *fact = &drawing->fact;
    int64_t wanted = role_that_opens(question);
    bool is_met = false;

    if (row == NULL)
        return;
    fact->effect.is = effect_of_role(question, row->role.is, &is_met);
    fact->is_met = opt_bool_of(is_met);
    fact->value = text_from(enum_name(platform_role_names, row->role));
    fact->text = text_format(
        drawing->call->arena, "On the platform they are %s%s.", fact->value.data,
        fact->effect.is == EFFECT_REQUIRED && !is_met && question->access.is_platform_auditor
            ? ", who changes nothing"
            : "");
    if (!is_met && fact->effect.is != EFFECT_NONE && wanted != 0 &&
        row->kind.is != USER_SERVICE_ACCOUNT) /* which has no other role */
        fact->remedy = text_format(
            drawing->call->arena, "A platform admin makes them %s: PATCH /users/:userId, role.",
            platform_role_names[wanted - 1]);
    drawing->position = traced_since(user, "role");
}

/* Where authority is strict: what the role is worth. It does as much as the role does. */
static void draw_grant(struct drawing *drawing)
{
    const struct access_question *question = drawing->question;
    const struct authority_record *authority = &question->record->authority;
    const struct user_row *row = question->record->user.row;
    struct access_fact *fact = &drawing->fact;
    bool lacks = question->access.lacks_authority;
    bool is_met = false;

    if (row == NULL || row->role.is == ROLE_USER || !authority->is_strict)
        return;
    fact->effect.is = effect_of_role(question, row->role.is, &is_met);
    fact->is_met = opt_bool_of(!lacks);
    fact->value = text_from(lacks ? "missing" : "good");
    fact->text = text_from(
        lacks ? "Authority is strict, and the role has no grant that is good: it does not count."
              : "The role counts: a product root key has signed its grant.");
    if (lacks)
        fact->remedy = text_lit("Whoever holds the product root key signs a grant, which is handed "
                                "in: POST /installation/role-grants.");
    drawing->position =
        authority->grant.row == NULL ? authority->declared_at : authority_record_since(authority);
}

static bool is_somewhere(const struct drawing *drawing)
{
    return uuid_is_present(drawing->question->place.workspace_id);
}

/* Who asks about themselves, and is not in the workspace, learns no more of it than a call would tell. */
static bool is_outside(const struct drawing *drawing)
{
    const struct access_question *question = drawing->question;

    return question->shown.is_own && !question->access.is_platform_admin &&
           question->access.member_role == 0;
}

static void draw_workspace(struct drawing *drawing)
{
    const struct traced *workspace = &drawing->question->record->workspace;
    struct access_fact *fact = &drawing->fact;

    if (!is_somewhere(drawing))
        return;
    access_fact_require(drawing, workspace->row != NULL);
    if (!is_outside(drawing))
        drawing->position = workspace->row != NULL ? workspace->made_at : workspace->removed_at;
    fact->text = text_from(
        workspace->row != NULL    ? "There is such a workspace."
        : workspace->last != NULL ? "The workspace was deleted."
                                  : "There was no such workspace yet.");
}

/* The least role in the workspace that would open it to an ordinary user; 0: none would. */
static int64_t member_role_that_opens(const struct access_question *question)
{
    struct caller_access access = anybody();

    for (int64_t role = MEMBER_VIEWER; role >= MEMBER_OWNER; role--) {
        access.member_role = role;
        if (opens(question, &access))
            return role;
    }
    return 0;
}

static void draw_membership(struct drawing *drawing)
{
    const struct access_question *question = drawing->question;
    const struct traced *membership = &question->record->membership;
    const struct membership_row *row = membership->row;
    struct access_fact *fact = &drawing->fact;
    struct caller_access member = anybody();
    int64_t wanted = member_role_that_opens(question);

    if (!is_somewhere(drawing))
        return;
    member.member_role = question->access.member_role;
    fact->effect.is = wanted == 0 ? EFFECT_NONE : EFFECT_HELPS;
    fact->is_met = opt_bool_of(opens(question, &member));
    drawing->position = membership->removed_at;
    fact->text = text_from(
        membership->last != NULL ? "They are a member of the workspace no more."
                                 : "They are no member of the workspace.");
    if (row != NULL) {
        drawing->position = traced_since(membership, "role");
        fact->value = text_from(enum_name(member_role_names, row->role));
        fact->text = text_format(
            drawing->call->arena, "In the workspace they are %s%s.", fact->value.data,
            uuid_is_present(row->provider_id) ? ", by the rules of a provider" : "");
    }
    if (wanted != 0 && !opt_bool_is_true(fact->is_met))
        fact->remedy = text_format(
            drawing->call->arena, "An owner or admin of the workspace makes them %s.",
            member_role_names[wanted - 1]);
}

/* Whether an order minds that the workspace is only read its own code says: most do. */
static void draw_not_archived(struct drawing *drawing)
{
    const struct route *route = drawing->question->route;
    const struct traced *workspace = &drawing->question->record->workspace;
    const struct workspace_row *row = workspace->row;
    bool only_reads = text_is(text_from(route->method), "GET") && route->command == NULL;
    struct access_fact *fact = &drawing->fact;

    if (!is_somewhere(drawing) || row == NULL || is_outside(drawing))
        return;
    fact->effect.is = only_reads ? EFFECT_NONE : EFFECT_MAY_REFUSE;
    fact->is_met = opt_bool_of(!opt_bool_is_true(row->is_archived));
    fact->value = text_from(opt_bool_is_true(row->is_archived) ? "archived" : "open");
    drawing->position = traced_since(workspace, "is_archived");
    fact->text = text_lit("The workspace is not archived.");
    if (!opt_bool_is_true(row->is_archived))
        return;
    fact->text =
        text_lit("The workspace is archived: it is read, and most changes of it are refused.");
    fact->remedy = text_lit(
        "An owner or admin takes it out of the archive: PATCH /workspaces/:workspaceId, isArchived.");
}

static void (*const drawers[])(struct drawing *drawing) = {
    [FACT_ACCOUNT - 1] = draw_account,
    [FACT_ACTIVE - 1] = draw_active,
    [FACT_SECOND_FACTOR - 1] = draw_second_factor,
    [FACT_TOKEN - 1] = access_fact_token,
    [FACT_PLATFORM_ROLE - 1] = draw_platform_role,
    [FACT_GRANT - 1] = draw_grant,
    [FACT_TOKEN_SCOPE - 1] = access_fact_token_scope,
    [FACT_TOKEN_WORKSPACES - 1] = access_fact_token_workspaces,
    [FACT_TOKEN_NETWORKS - 1] = access_fact_token_networks,
    [FACT_WORKSPACE - 1] = draw_workspace,
    [FACT_MEMBERSHIP - 1] = draw_membership,
    [FACT_NOT_ARCHIVED - 1] = draw_not_archived,
};

/* What is said of an account ends in whose rules did it, where they did. */
static void tell_rules(struct drawing *drawing)
{
    struct access_fact *fact = &drawing->fact;

    if (fact->event == NULL || !uuid_is_present(fact->event->provider_id))
        return;
    must(text_ends_with(fact->text, text_lit(".")));
    fact->text = text_format(
        drawing->call->arena, "%.*s, by the rules of a provider.",
        TEXT_ARGS(text_first_bytes(fact->text, fact->text.size - 1)));
}

enum status access_facts(
    struct call *call,
    const struct access_question *question,
    struct list *out,
    struct error *error)
{
    struct access_fact *facts = arena_array(call->arena, FACT_COUNT, sizeof(*facts));
    size_t count = 0;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(drawers); i++) {
        struct drawing drawing = {.call = call, .question = question, .position = INT64_ABSENT};
        drawers[i](&drawing);
        if (drawing.fact.effect.is == 0)
            continue; /* it means nothing here */
        drawing.fact.fact.is = (int64_t)i + 1;
        status =
            access_event_at(call, &question->shown, drawing.position, &drawing.fact.event, error);
        tell_rules(&drawing);
        facts[count++] = drawing.fact;
    }
    *out = (struct list){facts, count};
    return status;
}
