/*
 * System events: what operators are notified of, with a message that names the node. One rule for
 * a type of event (system_events.h) says what; where and when are the node's and the record's.
 *
 * The node's row still shows what was before the event: that projector runs after this one. Those
 * of tasks and schedules run before it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/events.h"

#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/outbox.h"
#include "projections/notification/outbox.h"
#include "projections/platform/platform.h"
#include "projections/search_texts.h"
#include "projections/system_events.h"

/* The first of those of this type, which stand together. */
static const struct system_event_rule *find_rule(const struct event_type *type)
{
    for (size_t i = 0; system_event_catalog[i] != NULL; i++) {
        const struct system_event_rule *rule = system_event_catalog[i];
        for (; rule->event != NULL; rule++) {
            if (rule->event == type)
                return rule;
        }
    }
    return NULL;
}

/* Of a record that this projector handles. */
static const struct system_event_rule *rule_of(const struct record *record)
{
    const struct system_event_rule *rule = find_rule(record->type);

    must(rule != NULL);
    return rule;
}

/* A node that another row names is fetched when that row is there. */
static void prefetch(struct rows *rows, const struct record *record)
{
    const struct system_event_rule *rule = rule_of(record);
    const struct value_context context = {.arena = rows_arena(rows), .record = record};

    rows_prefetch(rows, &nodes_table, value_uuid(&context, &rule->node_id));
    if (rule->table != NULL)
        rows_prefetch(rows, rule->table, value_uuid(&context, &rule->key));
    outbox_prefetch(rows, record);
}

/* The node that the event is about, and the row that values are taken from; NULL where it is gone. */
static const struct node_row *
look_up(struct rows *rows, const struct system_event_rule *rule, struct value_context *context)
{
    const struct node_row *node;

    if (rule->table != NULL) {
        context->row_shape = rule->table->shape;
        context->row = rows_get(rows, rule->table, value_uuid(context, &rule->key));
    }
    node = rows_get(rows, &nodes_table, value_uuid(context, &rule->node_id));
    if (rule->table == NULL) {
        context->row_shape = &node_row_shape;
        context->row = node;
    }
    return node;
}

/* The row, without a message when this event makes none after all. `node` may be NULL. */
static struct event_row row_of(
    const struct system_event_rule *rule,
    const struct value_context *context,
    const struct node_row *node)
{
    return (struct event_row){
        .id = row_id(context->record, &events_table, 0),
        .workspace_id = node == NULL ? context->record->entry.workspace : node->workspace_id,
        .node_id = node == NULL ? UUID_NONE : node->id,
        .type = text_from(rule->type),
        .severity =
            {rule->severity != 0 ? (int64_t)rule->severity
                                 : value_enum(context, &rule->severity_of)},
        .message = rule->message(context, node),
        .metadata = details_json(context, rule->metadata),
        .created_at = context->record->entry.recorded_at,
        .task_id = value_uuid(context, &rule->task_id),
    };
}

/* What it is found by. */
static struct uuid text_of(struct rows *rows, const struct event_row *row)
{
    const struct text parts[] = {row->type, row->message};

    return search_text_put(rows, SEARCH_EVENT, row->workspace_id, parts, COUNT_OF(parts));
}

static void apply(struct rows *rows, const struct record *record)
{
    const struct system_event_rule *rule = rule_of(record);
    struct value_context context = {.arena = rows_arena(rows), .record = record};
    const struct node_row *node = look_up(rows, rule, &context);
    struct node_row changed;
    struct event_row row;

    if ((node == NULL && !rule->may_lack_node) || (rule->table != NULL && context.row == NULL))
        return;
    row = row_of(rule, &context, node);
    while (!text_is_present(row.message) && rule[1].event == rule->event)
        row = row_of(++rule, &context, node);
    if (!text_is_present(row.message))
        return;
    row.text_id = text_of(rows, &row);
    rows_append(rows, &events_table, &row);
    if (node != NULL && rule->change_node != NULL) {
        changed = *node;
        rule->change_node(&changed, record);
        node = &changed;
    }
    outbox_add_event(rows, record, node, &row);
}

static void erase_results(struct rows *rows, const struct record *record)
{
    rows_erase(rows, &events_table, record->entry.stream);
}

static const struct handler handler = {.want = prefetch, .apply = apply};
static const struct handler erasing = {.apply = erase_results};

static const struct handler *handler_of(const struct event_type *type)
{
    if (type == &task_output_dropped_event)
        return &erasing;
    return find_rule(type) == NULL ? NULL : &handler;
}

static const struct table *const tables[] = {&events_table, NULL};

static const struct table *const adds_to[] = {&outbox_table, &search_texts_table, NULL};

const struct projector events_projector = {
    .name = "events",
    .version = 8,
    .tables = tables,
    .handler_of = handler_of,
    .adds_to = adds_to,
};
