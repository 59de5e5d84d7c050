/*
 * The groups of a search, and their statement. What is asked for stands in a row of its own ("asked"): so PostgreSQL
 * plans without the values, once a connection, and the plan does not change with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_sql.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"

#include <pthread.h>

enum { STATEMENT_BYTES = 64 << 10 };

#define NEWEST        "400"
#define NEWEST_MANY   "100" /* of what there may be very many rows of */
#define MOST          "10"  /* SEARCH_MOST_HITS */
#define FOUND         "100"
#define PEOPLE        "1000" /* of whom few may be members */
#define ASKED(column) "(select asked." column " from asked)"
#define LIKE          " like " ASKED("pattern")

const struct search_group search_groups[] = {
    {.name = "nodes",
     .table = "nodes",
     .kind = SEARCH_NODE,
     .text_column = "id",
     .own_text = "nodes.search",
     .newest = NEWEST,
     .also = "lower(nodes.os)" LIKE " or lower(nodes.arch)" LIKE,
     .title = "nodes.name",
     .subtitle = "nodes.hostname || ' · ' || nodes.os || '/' || nodes.arch"},
    {.name = "tasks",
     .table = "tasks",
     .kind = SEARCH_TASK,
     .newest = NEWEST_MANY,
     .text_column = "text_id",
     .halves = "is_internal",
     .is_of_node = true,
     .names_column = "status",
     .names = task_status_names,
     .joins = "left join nodes on nodes.id = tasks.node_id",
     .title = "coalesce(tasks.payload ->> 'title', tasks.payload ->> 'name',\n"
              "    tasks.payload ->> 'label', tasks.payload ->> 'command', tasks.type)",
     .subtitle = "tasks.status || ' · ' || coalesce(nodes.name, tasks.node_id::text)"},
    {.name = "scheduled_tasks",
     .table = "scheduled_tasks",
     .kind = SEARCH_SCHEDULE,
     .newest = NEWEST,
     .text_column = "id",
     .is_of_node = true,
     .joins = "left join nodes on nodes.id = scheduled_tasks.node_id",
     .title = "scheduled_tasks.name",
     .subtitle =
         "case when scheduled_tasks.enabled then 'enabled' else 'disabled' end || ' · ' ||\n"
         "    coalesce(nodes.name, scheduled_tasks.node_id::text, '')"},
    {.name = "templates",
     .table = "templates",
     .kind = SEARCH_TEMPLATE,
     .newest = NEWEST,
     .text_column = "id",
     .title = "templates.name",
     .subtitle = "templates.description"},
    {.name = "events",
     .table = "events",
     .kind = SEARCH_EVENT,
     .newest = NEWEST_MANY,
     .text_column = "text_id",
     .names_column = "severity",
     .names = severity_names,
     .title = "events.type",
     .subtitle = "events.severity || ' · ' || events.message"},
    {.name = "members",
     .table = "memberships",
     .kind = SEARCH_PERSON,
     .newest = NEWEST,
     .text_column = "user_id",
     .also = "memberships.role" LIKE,
     .joins = "left join users on users.id = memberships.user_id",
     .title = "coalesce(users.name, memberships.user_id::text)",
     .subtitle = "concat_ws(' · ', users.email, memberships.role)"},
    {.name = "teams",
     .table = "teams",
     .kind = SEARCH_TEAM,
     .newest = NEWEST,
     .text_column = "id",
     .title = "teams.name",
     .subtitle = "teams.description"},
    {.name = NULL},
};

static const struct field search_question_fields[] = {
    {UUID(search_question, workspace_id), .flags = FROM_PATH, .doc = "Workspace that is searched."},
    {TEXT(search_question, q), .flags = TRIM | ONE_LINE, .max = 200,
     .doc = "Text that is looked for, in any case; without one, nothing is found."},
    {INT64(search_question, limit), .flags = HAS_FALLBACK | CLAMP, .min = 1,
     .max = SEARCH_MOST_HITS, .fallback = 5, .doc = "Greatest number of hits in each group."},
    {TEXT(search_question, pattern), .flags = SERVER_SET, .doc = "Text as statements look for it."},
};
const struct shape search_question_shape = SHAPE(search_question, "What is searched for.");

static const struct field search_row_fields[] = {
    {INT64(search_row, place), .flags = REQUIRED, .doc = "Place of the group among all."},
    {UUID(search_row, id), .flags = REQUIRED, .doc = "Id of the hit."},
    {TEXT(search_row, title), .flags = REQUIRED, .doc = "Title of the hit."},
    {TEXT(search_row, subtitle), .doc = "Subtitle of the hit."},
};
const struct shape search_row_shape = SHAPE(search_row, "A row that a search found.");

static const char *name_of(enum search_kind kind)
{
    return search_kind_names[kind - 1];
}

static void add_newest_first(const char *of, struct buf *out)
{
    buf_printf(out, "\norder by %s.created_at desc, %s.id desc\nlimit ", of, of);
}

/* Texts that match, of a kind. Few letters have no trigram: the index would be read whole for them. */
static void add_found(enum search_kind kind, struct buf *out)
{
    const char *name = name_of(kind);

    buf_printf(
        out, ",\nfound_%s as materialized (\nselect search_texts.id\nfrom search_texts\nwhere ",
        name);
    if (kind == SEARCH_PERSON)
        buf_add_c(out, "search_texts.workspace_id is null");
    else
        buf_printf(
            out,
            "search_texts.workspace_id = " ASKED("workspace_id") " and search_texts.kind = '%s'",
            name);
    buf_add_c(out, "\n    and search_texts.text" LIKE "\n    and " ASKED("pattern") " ~ '\\w{3}')");
}

/* The newest rows of the workspace: by the index of their time, or of each half of them. */
static void add_newest(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    if (group->halves != NULL)
        buf_printf(
            out, "select %s.*\nfrom (values (false), (true)) either(value)\ncross join lateral (",
            table);
    buf_printf(
        out,
        "select %s.*\nfrom %s\nwhere %s.workspace_id = " ASKED(
            "workspace_id") "\n    and %s.id is not null",
        table, table, table, table);
    if (group->halves != NULL)
        buf_printf(out, " and %s.%s = either.value", table, group->halves);
    add_newest_first(table, out);
    buf_add_c(out, group->newest);
    if (group->halves == NULL)
        return;
    buf_printf(out, ") %s", table);
    add_newest_first(table, out);
    buf_add_c(out, group->newest);
}

/* Not by a join, which PostgreSQL might carry out by reading all texts. */
static void add_text(const char *table, const char *column, struct buf *out)
{
    buf_printf(
        out, "(select search_texts.text from search_texts where search_texts.id = %s.%s)" LIKE,
        table, column);
}

/* Those of them that match. */
static void add_near(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    buf_printf(
        out, ",\nnear_%s as materialized (\nselect %s.id, %s.created_at\nfrom (", table, table,
        table);
    add_newest(group, out);
    buf_printf(out, ") %s\nwhere ", table);
    if (group->own_text != NULL)
        buf_printf(out, "%s" LIKE, group->own_text);
    else
        add_text(table, group->text_column, out);
    if (group->is_of_node) {
        buf_add_c(out, "\n    or ");
        add_text(table, "node_id", out);
    }
    if (group->names != NULL)
        buf_printf(out, " or %s.%s" LIKE, table, group->names_column);
    if (group->also != NULL)
        buf_printf(out, " or %s", group->also);
    add_newest_first(table, out);
    buf_add_c(out, MOST ")");
}

/* A way to rows beyond those: by values of a column, of which so many at most are gone by. */
struct way {
    const char *column;
    const char *most;
    bool has_halves; /* its index has the group's halves before the time */
};

/* The newest rows of each value, where the near ones do not fill the page. */
static void end_way(const struct search_group *group, const struct way *way, struct buf *out)
{
    const char *table = group->table;

    buf_printf(out, "\n    limit %s) found\n", way->most);
    if (way->has_halves)
        buf_add_c(out, "cross join (values (false), (true)) either(value)\n");
    buf_printf(
        out,
        "cross join lateral (select %s.id, %s.created_at\n    from %s\n    where %s.workspace_id = " ASKED(
            "workspace_id") " and %s.%s = found.value",
        table, table, table, table, table, way->column);
    if (way->has_halves)
        buf_printf(out, " and %s.%s = either.value", table, group->halves);
    add_newest_first(table, out);
    buf_add_c(out, MOST ") far");
}

static void begin_way(struct buf *out)
{
    buf_add_c(out, "\nunion\nselect far.id, far.created_at\nfrom (select found.value\n    from ");
}

static void add_gate(const struct search_group *group, struct buf *out)
{
    buf_printf(
        out, " found(value)\n    where (select count(*) from near_%s) < " ASKED("wanted"),
        group->table);
}

static void add_way_by_text(
    const struct search_group *group, enum search_kind kind, const struct way *way, struct buf *out)
{
    begin_way(out);
    buf_printf(out, "found_%s", name_of(kind));
    add_gate(group, out);
    end_way(group, way, out);
}

static void add_way_by_name(const struct search_group *group, struct buf *out)
{
    const struct way way = {group->names_column, FOUND, group->halves != NULL};

    begin_way(out);
    for (size_t i = 0; group->names[i] != NULL; i++)
        buf_printf(out, "%s('%s')", i == 0 ? "(values " : ", ", group->names[i]);
    buf_add_char(out, ')');
    add_gate(group, out);
    buf_add_c(out, "\n    and found.value" LIKE);
    end_way(group, &way, out);
}

static void add_hits(const struct search_group *group, size_t place, struct buf *out)
{
    const char *table = group->table;
    const struct way own = {
        group->text_column, group->kind == SEARCH_PERSON ? PEOPLE : FOUND, false};
    const struct way by_node = {"node_id", FOUND, group->halves != NULL};

    buf_printf(
        out,
        "select %zu as place, %s.id, %s as title,\n    %s as subtitle, %s.created_at\n"
        "from (select near_%s.id, near_%s.created_at\nfrom near_%s",
        place, table, group->title, group->subtitle, table, table, table, table);
    add_way_by_text(group, group->kind, &own, out);
    if (group->is_of_node)
        add_way_by_text(group, SEARCH_NODE, &by_node, out);
    if (group->names != NULL)
        add_way_by_name(group, out);
    buf_printf(
        out,
        "\norder by created_at desc, id desc\nlimit " MOST ") hits\njoin %s on %s.id = hits.id",
        table, table);
    if (group->joins != NULL)
        buf_printf(out, "\n%s", group->joins);
}

static void add_statement(struct buf *out)
{
    buf_add_c(
        out, "with asked as materialized (\nselect :workspace_id::uuid as workspace_id,\n"
             "    :pattern::text as pattern, :limit::bigint as wanted)");
    for (const struct search_group *group = search_groups; group->name != NULL; group++) {
        add_found(group->kind, out);
        add_near(group, out);
    }
    buf_add_c(out, "\nselect hits.place, hits.id, hits.title, hits.subtitle\nfrom (\n");
    for (size_t i = 0; search_groups[i].name != NULL; i++) {
        buf_add_c(out, i == 0 ? "" : "\nunion all\n");
        add_hits(&search_groups[i], i, out);
    }
    buf_add_c(out, ") hits\norder by hits.place, hits.created_at desc, hits.id desc");
}

static struct buf statement; /* ends with a zero byte */

static void make_statement(void)
{
    buf_init(&statement, STATEMENT_BYTES);
    add_statement(&statement);
    buf_add_char(&statement, '\0');
    must(!buf_is_full(&statement));
}

struct sql search_sql(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    must(pthread_once(&once, make_statement) == 0);
    return (struct sql){
        .name = "search",
        .text = buf_text(&statement).data,
        .params = &search_question_shape,
        .row = &search_row_shape,
    };
}
