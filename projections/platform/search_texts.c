/*
 * What searches look through. Of nodes, teams, schedules, templates, rolling runs and people it follows the rows
 * of other projectors, which run before this one: a table of what is searched says which. Of tasks and system
 * events, their projectors put it here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/search_texts.h"

#include "core/base/must.h"
#include "core/label/label.h"
#include "core/unicode/unicode.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/template_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/users.h"
#include "migrations/node/nodes.h"
#include "migrations/rolling/rolling_runs.h"
#include "migrations/schedule/schedules.h"
#include "migrations/template/templates.h"
#include "migrations/workspace/teams.h"
#include "projections/details.h"

enum { MOST_TEXTS = 2, MOST_EVENTS = 7, PART_BYTES = 1000 };

/* Rows by the id of their stream, and which of their columns are searched. */
struct searched {
    enum search_kind kind;
    const struct table *table;
    struct value_ref workspace_id;
    struct value_ref texts[MOST_TEXTS];
    struct list (*labels)(struct arena *arena, const void *row); /* NULL: it bears none */
    const struct event_type *events[MOST_EVENTS]; /* that may change these; NULL ends */
};

static struct list labels_of_node(struct arena *arena, const void *row)
{
    return label_set_read(arena, ((const struct node_row *)row)->labels);
}

static const struct searched searched[] = {
    {.kind = SEARCH_NODE,
     .table = &nodes_table,
     .workspace_id = OF_ROW(node_row, workspace_id),
     .texts = {OF_ROW(node_row, name), OF_ROW(node_row, hostname)},
     .labels = labels_of_node,
     .events =
         {&node_added_event, &node_removed_event, &node_labels_changed_event,
          &node_labels_reported_event}},
    {.kind = SEARCH_TEAM,
     .table = &teams_table,
     .workspace_id = OF_ROW(team_row, workspace_id),
     .texts = {OF_ROW(team_row, name), OF_ROW(team_row, description)},
     .events = {&team_created_event, &team_changed_event, &team_deleted_event}},
    {.kind = SEARCH_SCHEDULE,
     .table = &schedules_table,
     .workspace_id = OF_ROW(schedule_row, workspace_id),
     .texts = {OF_ROW(schedule_row, name), OF_ROW(schedule_row, command)},
     .events = {&schedule_created_event, &schedule_deleted_event}},
    {.kind = SEARCH_TEMPLATE,
     .table = &templates_table,
     .workspace_id = OF_ROW(template_row, workspace_id),
     .texts = {OF_ROW(template_row, name), OF_ROW(template_row, description)},
     .events = {&template_created_event, &template_changed_event, &template_deleted_event}},
    {.kind = SEARCH_RUN,
     .table = &rolling_runs_table,
     .workspace_id = OF_ROW(rolling_run_row, workspace_id),
     .texts = {OF_ROW(rolling_run_row, name), OF_ROW(rolling_run_row, type)},
     .events = {&rolling_run_created_event}},
    {.kind = SEARCH_PERSON,
     .table = &users_table,
     .texts = {OF_ROW(user_row, name), OF_ROW(user_row, email)},
     .events =
         {&user_registered_event, &user_created_event, &user_updated_event, &user_deleted_event,
          &person_erased_event, &service_account_created_event, &user_provisioned_event}},
};

/* Or NULL. */
static const struct searched *find_searched(const struct event_type *type)
{
    for (size_t i = 0; i < COUNT_OF(searched); i++) {
        for (size_t k = 0; k < MOST_EVENTS && searched[i].events[k] != NULL; k++) {
            if (searched[i].events[k] == type)
                return &searched[i];
        }
    }
    return NULL;
}

/* Of a record that this projector handles. */
static const struct searched *searched_by(const struct record *record)
{
    const struct searched *what = find_searched(record->type);

    must(what != NULL);
    return what;
}

/* With a line more, as it is compared; of what is long, how it begins. */
static struct text with_line(struct arena *arena, struct text lines, struct text line)
{
    struct text folded = unicode_folded(arena, text_first_bytes(line, PART_BYTES));

    if (folded.size == 0)
        return lines;
    return lines.size == 0 ? folded
                           : text_format(arena, "%.*s\n%.*s", TEXT_ARGS(lines), TEXT_ARGS(folded));
}

static struct text lines_of(struct arena *arena, const struct text *parts, size_t count)
{
    struct text lines = {NULL, 0};

    for (size_t i = 0; i < count; i++)
        lines = with_line(arena, lines, parts[i]);
    return lines;
}

struct uuid search_text_put(
    struct rows *rows,
    enum search_kind kind,
    struct uuid workspace_id,
    const struct text *parts,
    size_t count)
{
    struct search_text_row row = {
        .workspace_id = workspace_id,
        .kind = {kind},
        .text = lines_of(rows_arena(rows), parts, count),
    };
    const struct bytes pieces[] = {
        {workspace_id.bytes, sizeof(workspace_id.bytes)},
        bytes_of_text(text_from(search_kind_names[kind - 1])),
        bytes_of_text(row.text)};

    if (row.text.size == 0 || !uuid_is_present(workspace_id))
        return UUID_NONE;
    row.id = rows_key(pieces, COUNT_OF(pieces));
    rows_put(rows, &search_texts_table, &row);
    return row.id;
}

static void want(struct rows *rows, const struct record *record)
{
    const struct searched *what = searched_by(record);

    rows_prefetch(rows, what->table, record->entry.stream);
    rows_prefetch(rows, &search_texts_table, record->entry.stream);
}

static struct text text_of(const struct searched *what, const struct value_context *context)
{
    struct arena *arena = context->arena;
    struct text parts[MOST_TEXTS];
    struct list labels = {NULL, 0};
    const struct label *all;
    struct text lines;

    for (size_t i = 0; i < MOST_TEXTS; i++)
        parts[i] = value_text(context, &what->texts[i]);
    lines = lines_of(arena, parts, MOST_TEXTS);
    if (what->labels != NULL)
        labels = what->labels(arena, context->row);
    all = labels.items;
    for (size_t i = 0; i < labels.count; i++)
        lines = with_line(
            arena, lines,
            text_format(arena, "%.*s=%.*s", TEXT_ARGS(all[i].key), TEXT_ARGS(all[i].value)));
    return lines;
}

/* The row as it is by now; of one that is gone, or says nothing any more, no text stays. */
static void apply(struct rows *rows, const struct record *record)
{
    const struct searched *what = searched_by(record);
    const struct uuid id = record->entry.stream;
    const struct value_context context = {
        .arena = rows_arena(rows),
        .record = record,
        .row_shape = what->table->shape,
        .row = rows_get(rows, what->table, id),
    };
    struct search_text_row row = {.id = id, .kind = {what->kind}};

    if (record->type == &person_erased_event)
        rows_erase(rows, &search_texts_table, id);
    if (context.row != NULL) {
        row.workspace_id = value_uuid(&context, &what->workspace_id);
        row.text = text_of(what, &context);
    }
    if (row.text.size > 0)
        rows_put(rows, &search_texts_table, &row);
    else
        rows_delete(rows, &search_texts_table, id);
}

static const struct handler handler = {.want = want, .apply = apply};

static const struct handler *handler_of(const struct event_type *type)
{
    return find_searched(type) == NULL ? NULL : &handler;
}

static const struct table *const tables[] = {&search_texts_table, NULL};

const struct projector search_texts_projector = {
    .name = "search_texts", .version = 2, .tables = tables, .handler_of = handler_of};
