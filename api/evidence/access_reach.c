/*
 * What somebody may reach, and since when: all that the facts of explanations can be of one account.
 *
 *   events that name the person ─► ids of what is theirs ─► rows as they stood ─► each with its event
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/access.h"
#include "api/evidence/access_record.h"
#include "api/evidence/access_sign_in.h"
#include "api/evidence/access_walk.h"
#include "api/evidence/entity.h"
#include "api/evidence/moment.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_read.h"
#include "migrations/identity/api_tokens.h"
#include "migrations/identity/users.h"
#include "migrations/tables.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/team_members.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"

enum { MOST_MOMENT = 64, MOST_FOUND = 2000 };

struct access_own_input {
    struct text at;
};
static const struct field access_own_input_fields[] = {
    {TEXT(access_own_input, at), .tag = 1, .flags = ONE_LINE, .min = 1, .max = MOST_MOMENT,
     .doc =
         "The moment: a position, a time of recording (RFC 3339, or a date, which means to its end) "
         "or back from now (-2h); now, when absent."},
};
const struct shape access_own_input_shape = SHAPE(access_own_input, "Moment that is asked for.");

struct access_input {
    struct access_own_input when;
    struct uuid user_id;
};
static const struct field access_input_fields[] = {
    {UUID(access_input, user_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Person, or service account."},
};
const struct shape access_input_shape = SHAPE_WITH(
    access_input, "Account, and the moment that is asked for.", .base = &access_own_input_shape);

enum account_state { ACCOUNT_ACTIVE = 1, ACCOUNT_INACTIVE, ACCOUNT_INVITED, ACCOUNT_NONE };
static const char *const account_states[] = {"active", "inactive", "invited", "none", NULL};

struct access_account {
    struct enum_value kind;
    struct enum_value state;
    const struct access_event *made;
    const struct access_event *since;
    struct enum_value role;
    const struct access_event *role_since;
    struct opt_bool second_factor;
    const struct access_event *second_factor_since;
};
static const struct field access_account_fields[] = {
    {ENUM(access_account, kind, user_kind_names), .flags = OMIT_ABSENT,
     .doc = "What the account is, where it is no person's."},
    {ENUM(access_account, state, account_states), .flags = REQUIRED,
     .doc = "Whether it may be signed in to; none: it was not there yet, or no more."},
    {OBJECT(access_account, made, access_event), .doc = "Event that made it."},
    {OBJECT(access_account, since, access_event),
     .doc = "Event since which its state is what it is."},
    {ENUM(access_account, role, platform_role_names),
     .doc = "Role on the platform; null without an account."},
    {OBJECT(access_account, role_since, access_event), .doc = "Event that gave the role."},
    {BOOL(access_account, second_factor),
     .doc = "Whether signing in takes a second factor; null without an account."},
    {OBJECT(access_account, second_factor_since, access_event),
     .doc = "Event that turned it on or off; null where it never was on."},
};
static const struct shape access_account_shape =
    SHAPE(access_account, "An account as far as it opens anything.");

struct access_membership {
    struct uuid membership_id;
    struct uuid workspace_id;
    struct text name;
    struct opt_bool is_archived;
    struct enum_value role;
    struct uuid provider_id;
    const struct access_event *joined;
    const struct access_event *role_since;
};
static const struct field access_membership_fields[] = {
    {UUID(access_membership, membership_id), .flags = REQUIRED, .doc = "Id of the membership."},
    {UUID(access_membership, workspace_id), .flags = REQUIRED, .doc = "Id of the workspace."},
    {TEXT(access_membership, name), .doc = "Name of the workspace."},
    {BOOL(access_membership, is_archived), .doc = "Whether the workspace is read-only."},
    {ENUM(access_membership, role, member_role_names), .flags = REQUIRED, .doc = "Role in it."},
    {UUID(access_membership, provider_id),
     .doc = "Id of the provider whose rules gave the role; null: a person did."},
    {OBJECT(access_membership, joined, access_event), .doc = "Event that began the membership."},
    {OBJECT(access_membership, role_since, access_event), .doc = "Event that gave the role."},
};
static const struct shape access_membership_shape =
    SHAPE(access_membership, "A workspace that somebody belongs to.");

struct access_team {
    struct uuid team_id;
    struct uuid workspace_id;
    struct text name;
    const struct access_event *joined;
};
static const struct field access_team_fields[] = {
    {UUID(access_team, team_id), .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(access_team, workspace_id), .flags = REQUIRED, .doc = "Id of its workspace."},
    {TEXT(access_team, name), .doc = "Name of the team."},
    {OBJECT(access_team, joined, access_event), .doc = "Event by which they belong to it."},
};
static const struct shape access_team_shape = SHAPE(
    access_team, "A team that somebody belongs to: its nodes are looked after, no right is given.");

struct access_token {
    struct uuid api_token_id;
    struct text name;
    struct enum_value scope;
    struct list workspace_ids;
    struct text networks;
    struct timestamp expires_at;
    const struct access_event *made;
};
static const struct field access_token_fields[] = {
    {UUID(access_token, api_token_id), .flags = REQUIRED, .doc = "Id of the token."},
    {TEXT(access_token, name), .flags = REQUIRED, .doc = "What it is for."},
    {ENUM(access_token, scope, token_scope_names), .flags = REQUIRED,
     .doc = "What it opens of what its owner may."},
    {LIST_OF(access_token, workspace_ids, KIND_UUID),
     .doc = "Workspaces that it is good in; null: all."},
    {TEXT(access_token, networks),
     .doc = "Addresses and networks that it may come from; null: all."},
    {TIMESTAMP(access_token, expires_at), .flags = REQUIRED, .doc = "Time until which it is good."},
    {OBJECT(access_token, made, access_event), .doc = "Event that made it."},
};
static const struct shape access_token_shape =
    SHAPE(access_token, "An API token of somebody, without its text.");

struct access_reach {
    struct uuid user_id;
    const struct access_account *account;
    struct list workspaces;
    struct list teams;
    struct list api_tokens;
    struct list providers;
    int64_t open_sessions;
    const struct moment *at;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field access_reach_fields[] = {
    {UUID(access_reach, user_id), .flags = REQUIRED, .doc = "Whom it is about."},
    {OBJECT(access_reach, account, access_account), .flags = REQUIRED,
     .doc = "Account that opens all of this."},
    {OBJECTS(access_reach, workspaces, access_membership), .flags = REQUIRED,
     .doc =
         "Workspaces that they belong to, the newest membership first. Platform admins reach all."},
    {OBJECTS(access_reach, teams, access_team), .flags = REQUIRED,
     .doc = "Teams that they belong to, the newest first."},
    {OBJECTS(access_reach, api_tokens, access_token), .flags = REQUIRED,
     .doc = "API tokens that are good, the newest first."},
    {OBJECTS(access_reach, providers, access_provider), .flags = REQUIRED,
     .doc = "Providers that they may sign in through."},
    {INT64(access_reach, open_sessions),
     .doc = "Number of sessions that are open; null where they are too many events to count."},
    {OBJECT(access_reach, at, moment), .flags = REQUIRED, .doc = "The moment that was asked for."},
    {INT64(access_reach, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(access_reach, time, moment_time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape access_reach_shape =
    SHAPE(access_reach, "What somebody may reach, and since when.");

/* Ids that events of a type give to what is somebody's. */
struct finding {
    const struct field *field;
    struct uuid *ids;
    size_t count;
};

static bool take_id(const struct record *record, void *context)
{
    struct finding *finding = context;

    finding->ids[finding->count++] = *(const struct uuid *)field_at(finding->field, record->event);
    return finding->count < MOST_FOUND;
}

/* What somebody has of a kind: found by the events that begin it. */
struct holding {
    const struct event_type *type;
    const char *id_field;
    const struct table *table;
    const struct shape *shape;
    bool (*is_over)(const void *row, struct timestamp at); /* though it is there; NULL: never */
    /* Makes an item of a row, in the arena. */
    enum status (*show)(
        struct call *call,
        const struct access_moment *moment,
        const struct traced *traced,
        void *item,
        struct error *error);
};

static enum status find_all(
    struct call *call,
    const struct access_moment *moment,
    const struct holding *holding,
    struct finding *out,
    struct error *error)
{
    const struct access_walk walk = {
        .type = holding->type,
        .user_id = moment->user_id,
        .size = moment->size,
        .each = take_id,
        .context = out,
    };
    enum status status;

    out->field = shape_field(holding->type->shape, text_from(holding->id_field));
    out->ids = arena_array(call->arena, MOST_FOUND, sizeof(*out->ids));
    status = access_walk(call, &walk, error);
    if (status == STATUS_OK && out->count == MOST_FOUND)
        return error_set_code(
            error, STATUS_TOO_LARGE, "history_too_long",
            "It takes too many events to tell what this person may reach");
    return status;
}

/* Those that are there at the moment. */
static enum status list_all(
    struct call *call,
    const struct access_moment *moment,
    const struct holding *holding,
    struct list *out,
    struct error *error)
{
    struct finding finding = {.count = 0};
    enum status status = find_all(call, moment, holding, &finding, error);
    char *items = arena_array(call->arena, finding.count + 1, holding->shape->size);
    size_t count = 0;

    for (size_t i = 0; status == STATUS_OK && i < finding.count; i++) {
        struct traced traced;
        status = traced_look(call, holding->table, finding.ids[i], moment->size, &traced, error);
        if (status == STATUS_OK && traced.row != NULL &&
            (holding->is_over == NULL || !holding->is_over(traced.row, moment->at)))
            status =
                holding->show(call, moment, &traced, items + count++ * holding->shape->size, error);
    }
    *out = (struct list){items, count};
    return status;
}

static enum status show_membership(
    struct call *call,
    const struct access_moment *moment,
    const struct traced *traced,
    void *item,
    struct error *error)
{
    const struct membership_row *row = traced->row;
    const struct workspace_row *workspace;
    struct access_membership *out = item;
    struct traced place;
    enum status status =
        traced_look(call, &workspaces_table, row->workspace_id, moment->size, &place, error);

    *out = (struct access_membership){
        .membership_id = row->id,
        .workspace_id = row->workspace_id,
        .role = row->role,
        .provider_id = row->provider_id};
    if (status == STATUS_OK)
        status = access_event_at(call, &moment->shown, traced->made_at, &out->joined, error);
    if (status == STATUS_OK)
        status = access_event_at(
            call, &moment->shown, traced_since(traced, "role"), &out->role_since, error);
    if (status != STATUS_OK || place.row == NULL)
        return status;
    workspace = place.row;
    out->name = workspace->name;
    out->is_archived = workspace->is_archived;
    return STATUS_OK;
}

static enum status show_team(
    struct call *call,
    const struct access_moment *moment,
    const struct traced *traced,
    void *item,
    struct error *error)
{
    const struct team_member_row *row = traced->row;
    struct access_team *out = item;
    struct traced team;
    enum status status = traced_look(call, &teams_table, row->team_id, moment->size, &team, error);

    *out = (struct access_team){.team_id = row->team_id, .workspace_id = row->workspace_id};
    if (status == STATUS_OK && team.row != NULL)
        out->name = ((const struct team_row *)team.row)->name;
    if (status == STATUS_OK)
        status = access_event_at(call, &moment->shown, traced->made_at, &out->joined, error);
    return status;
}

static enum status show_token(
    struct call *call,
    const struct access_moment *moment,
    const struct traced *traced,
    void *item,
    struct error *error)
{
    const struct api_token_row *row = traced->row;
    struct access_token *out = item;

    *out = (struct access_token){
        .api_token_id = row->id,
        .name = row->name,
        .scope = row->scope,
        .workspace_ids = row->workspace_ids,
        .networks = row->networks,
        .expires_at = row->expires_at,
    };
    return access_event_at(call, &moment->shown, traced->made_at, &out->made, error);
}

/* That it has expired is on record a little later. */
static bool is_token_over(const void *row, struct timestamp at)
{
    return at.us >= ((const struct api_token_row *)row)->expires_at.us;
}

static const struct holding membership_holding = {
    .type = &member_added_event,
    .id_field = "membership_id",
    .table = &memberships_table,
    .shape = &access_membership_shape,
    .show = show_membership,
};
static const struct holding team_holding = {
    .type = &team_member_added_event,
    .id_field = "team_membership_id",
    .table = &team_members_table,
    .shape = &access_team_shape,
    .show = show_team,
};
static const struct holding token_holding = {
    .type = &api_token_created_event,
    .id_field = "token_id",
    .table = &api_tokens_table,
    .shape = &access_token_shape,
    .is_over = is_token_over,
    .show = show_token,
};

static int64_t state_of(const struct user_row *row)
{
    if (row == NULL)
        return ACCOUNT_NONE;
    if (opt_bool_is_true(row->is_active))
        return ACCOUNT_ACTIVE;
    return text_is(row->invite_status, "pending") ? ACCOUNT_INVITED : ACCOUNT_INACTIVE;
}

static enum status show_account(
    struct call *call,
    const struct access_moment *moment,
    struct access_account *out,
    struct error *error)
{
    const struct access_shown *shown = &moment->shown;
    const struct user_row *row;
    struct traced user;
    int64_t factor_at;
    enum status status =
        traced_look(call, &users_table, moment->user_id, moment->size, &user, error);

    if (status != STATUS_OK)
        return status;
    row = user.row;
    out->state.is = state_of(row);
    status = access_event_at(call, shown, user.made_at, &out->made, error);
    if (status != STATUS_OK || row == NULL)
        return status == STATUS_OK
                   ? access_event_at(call, shown, user.removed_at, &out->since, error)
                   : status;
    out->kind = row->kind;
    out->role = row->role;
    out->second_factor = row->mfa_enabled;
    factor_at = traced_since(&user, "mfa_enabled");
    status = access_event_at(call, shown, traced_since(&user, "is_active"), &out->since, error);
    if (status == STATUS_OK)
        status = access_event_at(call, shown, traced_since(&user, "role"), &out->role_since, error);
    if (status == STATUS_OK && factor_at != user.made_at)
        status = access_event_at(call, shown, factor_at, &out->second_factor_since, error);
    return status;
}

static enum status look(
    struct call *call,
    const struct access_moment *moment,
    struct access_reach *out,
    struct error *error)
{
    struct access_account *account = arena_one(call->arena, struct access_account);
    enum status status = show_account(call, moment, account, error);

    out->account = account;
    if (status == STATUS_OK)
        status = list_all(call, moment, &membership_holding, &out->workspaces, error);
    if (status == STATUS_OK)
        status = list_all(call, moment, &team_holding, &out->teams, error);
    if (status == STATUS_OK)
        status = list_all(call, moment, &token_holding, &out->api_tokens, error);
    if (status == STATUS_OK)
        status = access_providers(call, moment, &out->providers, error);
    if (status == STATUS_OK)
        status = access_open_sessions(call, moment, &out->open_sessions, error);
    return status;
}

static enum status must_be(struct call *call, struct uuid user_id, struct error *error)
{
    const struct entity_input asked = {
        .kind = enum_from(table_entities, text_lit("user")), .id = user_id};
    const struct entity entity = entity_of(&asked);
    enum status status = entity_must_be(call, &entity, error);

    if (status == STATUS_NOT_FOUND)
        error_field(error, "userId");
    return status;
}

static void
answer_reach(struct call *call, const struct access_own_input *input, struct access_moment *moment)
{
    struct moment at = {.position = 0};
    struct access_reach reach = {.user_id = moment->user_id, .at = &at, .time = {1}};
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(call->services->ledger);
    status = moment_read(call->services->ledger, input->at, "at", &at, &error);
    if (status == STATUS_OK)
        status = must_be(call, moment->user_id, &error);
    moment->size = moment_size(&at);
    moment->at = access_time(call, input->at, &at);
    if (status == STATUS_OK)
        status = look(call, moment, &reach, &error);
    reach.ledger_size = (int64_t)call->ledger_size;
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &access_reach_shape, &reach);
    else
        call_answer_error(call, &error);
}

void access_handle(struct call *call)
{
    const struct access_input *input = call->input;
    struct access_moment moment = {.user_id = input->user_id};

    answer_reach(call, &input->when, &moment);
}

void access_own_handle(struct call *call)
{
    struct access_moment moment = {.user_id = call->actor.id, .shown.is_own = true};

    answer_reach(call, call->input, &moment);
}
