/*
 * Folding what is on record of somebody's access.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_record.h"

#include "api/call.h"
#include "api/evidence/entity.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_read.h"
#include "migrations/identity/api_tokens.h"
#include "migrations/identity/users.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/workspaces.h"

enum { MOST_SEARCHES = 10, SEARCHED_AT_ONCE = 100, RECORD_BYTES = 64 << 20 };

struct tracing {
    struct call *call;
    const struct entity *entity;
    struct traced *traced;
};

static void forget_steps(void *context)
{
    struct tracing *tracing = context;
    struct traced *traced = tracing->traced;

    *traced = (struct traced){
        .table = tracing->entity->table, .made_at = INT64_ABSENT, .removed_at = INT64_ABSENT};
    for (size_t i = 0; i < TRACED_MOST_FIELDS; i++)
        traced->set_at[i] = INT64_ABSENT;
}

static void note_step(const struct fold_step *step, void *context)
{
    struct tracing *tracing = context;
    const struct entity *entity = tracing->entity;
    struct traced *traced = tracing->traced;
    int64_t position = step->record->entry.position;
    uint64_t bits = entity_differences(entity, step->before, step->after);

    if (step->before == NULL)
        traced->made_at = position;
    if (step->after == NULL) {
        void *last = arena_take(tracing->call->arena, entity->table->shape->size);
        shape_copy(entity->table->shape, tracing->call->arena, step->before, last);
        traced->last = last;
        traced->removed_at = position;
        return;
    }
    for (size_t i = 0; i < TRACED_MOST_FIELDS; i++) {
        if ((bits >> i & 1) != 0)
            traced->set_at[i] = position;
    }
}

enum status traced_look(
    struct call *call,
    const struct table *table,
    struct uuid id,
    uint64_t size,
    struct traced *out,
    struct error *error)
{
    const struct entity entity = {table, text_from(table->name), id, UUID_NONE};
    struct tracing tracing = {call, &entity, out};
    const struct entity_watcher watcher = {forget_steps, note_step, &tracing};
    struct entity_view view = {.row = NULL};
    enum status status;

    forget_steps(&tracing);
    if (!uuid_is_present(id))
        return STATUS_OK;
    status = entity_look(call, &entity, size, &watcher, &view, error);
    if (status == STATUS_OK)
        out->row = view.row;
    return status;
}

int64_t traced_since(const struct traced *traced, const char *name)
{
    const struct shape *shape = traced->table->shape;

    for (size_t i = 0; i < shape_count(shape); i++) {
        if (text_is(text_from(shape_field_at(shape, i)->name), name))
            return traced->set_at[i];
    }
    must(!"a field of the table");
    return INT64_ABSENT;
}

/* What the event at a position gave an id to. */
static enum status read_id(
    struct call *call,
    const struct access_search *search,
    int64_t position,
    struct uuid *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_BYTES);
    const struct field *field = shape_field(search->type->shape, text_from(search->id_field));
    struct record record;
    enum status status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)position}, arena, &record, error);

    must(field != NULL);
    if (status == STATUS_OK)
        *out = *(const struct uuid *)field_at(field, record.event);
    return status;
}

static enum status refuse_too_long(struct error *error)
{
    return error_set_code(
        error, STATUS_TOO_LARGE, "history_too_long",
        "It takes too many events to tell what this person may reach");
}

static enum status take_ids(
    struct call *call,
    const struct access_search *search,
    const struct timeline_event *events,
    size_t count,
    struct list *out,
    struct error *error)
{
    struct uuid *ids = arena_array(call->arena, out->count + count, sizeof(*ids));
    enum status status = STATUS_OK;

    for (size_t i = 0; i < out->count; i++)
        ids[i] = ((const struct uuid *)out->items)[i];
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = read_id(call, search, events[i].entry.position, &ids[out->count + i], error);
    *out = (struct list){ids, out->count + count};
    return status;
}

enum status access_find(
    struct call *call, const struct access_search *search, struct list *out, struct error *error)
{
    const struct timeline_filter filter = {
        .workspace = search->workspace_id,
        .entity = search->user_id,
        .type = text_from(search->type->name),
    };
    struct timeline_search left = {.filter = &filter, .end = search->size, .newest_first = true};
    enum status status = STATUS_OK;

    *out = (struct list){NULL, 0};
    for (int i = 0; status == STATUS_OK && i < MOST_SEARCHES; i++) {
        const struct timeline_event *events = NULL;
        size_t wanted = search->limit - out->count;
        size_t count = 0;
        left.work = TIMELINE_WORK;
        status = timeline_find(
            call->services->ledger, call->services->index, &left,
            wanted < SEARCHED_AT_ONCE ? wanted : SEARCHED_AT_ONCE, call->arena, &events, &count,
            error);
        if (status == STATUS_OK)
            status = take_ids(call, search, events, count, out, error);
        if (status != STATUS_OK || left.from >= left.end || out->count == search->limit)
            return status;
    }
    return status == STATUS_OK ? refuse_too_long(error) : status;
}

/* The newest membership: a person has one at a time. */
static enum status find_membership(
    struct call *call, const struct access_place *place, struct uuid *out, struct error *error)
{
    const struct access_search search = {
        .type = &member_added_event,
        .id_field = "membership_id",
        .user_id = place->user_id,
        .workspace_id = place->workspace_id,
        .size = place->size,
        .limit = 1,
    };
    struct list found = {NULL, 0};
    enum status status = STATUS_OK;

    *out = UUID_NONE;
    if (uuid_is_present(place->workspace_id))
        status = access_find(call, &search, &found, error);
    if (status == STATUS_OK && found.count > 0)
        *out = *(const struct uuid *)found.items;
    return status;
}

enum status access_record_look(
    struct call *call,
    const struct access_place *place,
    struct access_record *out,
    struct error *error)
{
    struct uuid membership_id = UUID_NONE;
    enum status status = find_membership(call, place, &membership_id, error);

    if (status == STATUS_OK)
        status = traced_look(call, &users_table, place->user_id, place->size, &out->user, error);
    if (status == STATUS_OK)
        status = traced_look(
            call, &memberships_table, membership_id, place->size, &out->membership, error);
    if (status == STATUS_OK)
        status = traced_look(
            call, &workspaces_table, place->workspace_id, place->size, &out->workspace, error);
    if (status == STATUS_OK)
        status =
            traced_look(call, &api_tokens_table, place->token_id, place->size, &out->token, error);
    return status;
}

static bool is_for(const struct api_token_row *token, struct uuid workspace_id)
{
    const struct uuid *ids = token->workspace_ids.items;

    for (size_t i = 0; i < token->workspace_ids.count; i++) {
        if (uuid_equal(ids[i], workspace_id))
            return true;
    }
    return token->workspace_ids.count == 0;
}

static void take_token(
    struct caller_access *access,
    const struct access_place *place,
    const struct access_record *record,
    struct timestamp at)
{
    const struct api_token_row *token = record->token.row;

    access->has_session_ended = token == NULL || at.us >= token->expires_at.us;
    if (token == NULL)
        return;
    access->token_scope = token->scope.is;
    access->token_is_for_here = is_for(token, place->workspace_id);
}

struct caller_access access_record_facts(
    const struct access_place *place, const struct access_record *record, struct timestamp at)
{
    const struct user_row *user = record->user.row;
    const struct membership_row *membership = record->membership.row;
    struct caller_access access = {
        .user_id = place->user_id,
        .workspace_id = place->workspace_id,
        .user_exists = user != NULL,
        .is_active = user != NULL && opt_bool_is_true(user->is_active),
        .is_platform_admin = user != NULL && user->role.is == ROLE_PLATFORM_ADMIN,
        .is_platform_auditor = user != NULL && user->role.is == ROLE_PLATFORM_AUDITOR,
        .workspace_exists = record->workspace.row != NULL,
        .member_role = membership == NULL ? 0 : membership->role.is,
    };

    if (uuid_is_present(place->token_id))
        take_token(&access, place, record, at);
    return access;
}
