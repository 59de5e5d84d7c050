/*
 * The audit trail: who did what, when, from where. One rule for each type of event (audit.h) says
 * what; who, when and from where are the record's.
 *
 * Address and user agent are absent when the person was forgotten, and when the program acted by
 * itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/audit_logs.h"

#include "core/base/must.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/users.h"
#include "migrations/platform/audit_actors.h"
#include "projections/audit.h"
#include "projections/json_of.h"
#include "projections/origin_key.h"
#include "projections/platform/platform.h"

/* Of each list: the scope that it asks for, and whether the entry names the workspace. */
static const struct {
    enum audit_scope scope;
    bool has_workspace;
} lists[] = {
    [AUDIT_PLATFORM] = {AUDIT_SCOPE_PLATFORM, false},
    [AUDIT_WORKSPACE] = {AUDIT_SCOPE_WORKSPACE, true},
    [AUDIT_PLATFORM_AND_WORKSPACE] = {AUDIT_SCOPE_PLATFORM, true},
};

struct changes {
    struct json before;
    struct json after;
};
static const struct field changes_fields[] = {
    {JSON(changes, before), .doc = "Values before the change."},
    {JSON(changes, after), .doc = "Values after the change."},
};
static const struct shape changes_shape = SHAPE(changes, "What an event changed.");

const struct audit_rule *audit_rule_of(const struct event_type *type)
{
    for (size_t i = 0; audit_catalog[i] != NULL; i++) {
        for (const struct audit_rule *rule = audit_catalog[i]; rule->event != NULL; rule++) {
            if (rule->event == type)
                return rule;
        }
    }
    return NULL;
}

static struct value_context context_of(struct rows *rows, const struct record *record)
{
    return (struct value_context){.arena = rows_arena(rows), .record = record};
}

static struct uuid key_of(const struct audit_rule *rule, const struct value_context *context)
{
    return value_uuid(context, rule->key.source == VALUE_NONE ? &rule->target_id : &rule->key);
}

/* The rule of a type that has a handler. */
static const struct audit_rule *rule_of(const struct record *record)
{
    const struct audit_rule *rule = audit_rule_of(record->type);

    must(rule != NULL);
    return rule;
}

/* A stranger counts as a user without a name, as the clients know it. */
static bool is_person(const struct record *record)
{
    enum actor_kind kind = record_actor(record).kind;

    return kind == ACTOR_USER || kind == ACTOR_STRANGER;
}

static struct uuid user_of(const struct audit_rule *rule, const struct value_context *context)
{
    struct actor actor = record_actor(context->record);

    if (rule->is_by_target)
        return value_uuid(context, &rule->target_id);
    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void prefetch(struct rows *rows, const struct record *record)
{
    const struct audit_rule *rule = rule_of(record);
    const struct value_context context = context_of(rows, record);

    rows_prefetch(rows, &users_table, user_of(rule, &context));
    if (rule->table != NULL)
        rows_prefetch(rows, rule->table, key_of(rule, &context));
}

static bool leaves_entry(const struct audit_rule *rule, const struct value_context *context)
{
    if (rule->only_if.source != VALUE_NONE && !value_is_true(context, &rule->only_if))
        return false;
    if (rule->only_where != NULL && !rule->only_where(context->record))
        return false;
    if (rule->is_by_users_only && record_actor(context->record).kind != ACTOR_USER)
        return false;
    return !value_is_true(context, &rule->unless);
}

/* Who, when, and from where. */
static struct audit_log_row
entry_of(struct rows *rows, const struct audit_rule *rule, const struct value_context *context)
{
    const struct record *record = context->record;
    const struct origin *origin = record->body.origin;
    const struct user_row *user = rows_get(rows, &users_table, user_of(rule, context));

    return (struct audit_log_row){
        .id = row_id(record, &audit_logs_table, 0),
        .actor_type =
            {rule->is_by_target || is_person(record) ? AUDIT_ACTOR_USER : AUDIT_ACTOR_SYSTEM},
        .actor_user_id = user_of(rule, context),
        .actor_email_snapshot = user == NULL ? (struct text){0} : user->email,
        .ip_address = origin == NULL ? (struct text){0} : origin->address.text,
        .user_agent = origin == NULL ? (struct text){0} : origin->user_agent.text,
        .created_at = record->entry.recorded_at,
        .origin_key = origin_key(origin),
    };
}

static enum audit_list list_of(const struct audit_rule *rule, const struct record *record)
{
    if (rule->list != AUDIT_OWNER)
        return rule->list;
    return uuid_is_present(record->entry.workspace) ? AUDIT_WORKSPACE : AUDIT_PLATFORM;
}

static struct text label_of(const struct audit_rule *rule, const struct value_context *context)
{
    struct text label = {NULL, 0};

    if (rule->label_of != NULL)
        return rule->label_of(context);
    for (size_t i = 0; label.size == 0 && i < COUNT_OF(rule->label); i++)
        label = value_text(context, &rule->label[i]);
    return label;
}

static struct json changes_of(const struct audit_rule *rule, const struct value_context *context)
{
    const struct changes changes = {
        details_json(context, rule->before), details_json(context, rule->after)};

    if (rule->before == NULL)
        return (struct json){0};
    return json_of(context->arena, &changes_shape, &changes);
}

/* Of the workspace's trail, or without one of the platform's. */
static void
put_actor(struct rows *rows, const struct audit_log_row *entry, struct uuid workspace_id)
{
    const struct uuid person = entry->actor_user_id;
    const struct text address = entry->actor_email_snapshot;
    const struct bytes pieces[] = {
        {workspace_id.bytes, sizeof(workspace_id.bytes)},
        {person.bytes, sizeof(person.bytes)},
        bytes_of_text(address)};
    const struct audit_actor_row row = {
        .id = rows_key(pieces, COUNT_OF(pieces)),
        .scope = {uuid_is_present(workspace_id) ? AUDIT_SCOPE_WORKSPACE : AUDIT_SCOPE_PLATFORM},
        .workspace_id = workspace_id,
        .actor_user_id = person,
        .actor_email_snapshot = address,
    };

    rows_put(rows, &audit_actors_table, &row);
}

/* For each trail that shows the entry. What is there already is not written again. */
static void note_actor(struct rows *rows, const struct audit_log_row *entry)
{
    if (!text_is_present(entry->actor_email_snapshot))
        return;
    if (entry->scope.is == AUDIT_SCOPE_PLATFORM)
        put_actor(rows, entry, UUID_NONE);
    if (uuid_is_present(entry->workspace_id))
        put_actor(rows, entry, entry->workspace_id);
}

/* The person whom the label may name: rules of people look at their row. */
static struct uuid named_user(const struct audit_rule *rule, const struct value_context *context)
{
    return rule->table == &users_table ? key_of(rule, context) : UUID_NONE;
}

static void erase(struct rows *rows, const struct record *record)
{
    if (record->type == &origins_dropped_event)
        origin_erase(rows, &audit_logs_table, record->event);
    if (record->type != &person_erased_event)
        return;
    rows_erase(rows, &audit_logs_table, record->entry.stream);
    rows_erase(rows, &audit_actors_table, record->entry.stream);
}

static void apply(struct rows *rows, const struct record *record)
{
    const struct audit_rule *rule = rule_of(record);
    struct value_context context = context_of(rows, record);
    bool is_other = uuid_is_present(value_uuid(&context, &rule->other_if));
    struct audit_log_row row;
    enum audit_list list;

    erase(rows, record);
    if (!leaves_entry(rule, &context))
        return;
    if (rule->table != NULL) {
        context.row_shape = rule->table->shape;
        context.row = rows_get(rows, rule->table, key_of(rule, &context));
    }
    row = entry_of(rows, rule, &context);
    list = list_of(rule, record);
    row.scope = (struct enum_value){(int64_t)lists[list].scope};
    row.workspace_id = lists[list].has_workspace ? record->entry.workspace : UUID_NONE;
    row.action = text_from(is_other ? rule->other_action : rule->action);
    row.target_type = text_from(rule->target_type);
    row.target_id = value_text(&context, &rule->target_id);
    row.target_label = label_of(rule, &context);
    row.named_user_id = named_user(rule, &context);
    row.changes = changes_of(rule, &context);
    row.metadata = details_json(&context, is_other ? rule->other_metadata : rule->metadata);
    rows_append(rows, &audit_logs_table, &row);
    note_actor(rows, &row);
}

static const struct handler handler = {.want = prefetch, .apply = apply};

static const struct handler *handler_of(const struct event_type *type)
{
    const struct audit_rule *rule = audit_rule_of(type);

    return rule == NULL || rule->no_entry != NULL ? NULL : &handler;
}

static const struct table *const tables[] = {&audit_logs_table, &audit_actors_table, NULL};

const struct projector audit_logs_projector = {
    .name = "audit_logs",
    .version = 7,
    .tables = tables,
    .handler_of = handler_of,
    .reads_personal = true,
};
