/*
 * The groups of a search, and their statement. What is asked for stands in a row of its own ("asked"): so PostgreSQL
 * plans without the values, once a connection, and the plan does not change with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_sql.h"

#include "api/search/search_pieces.h"
#include "api/select.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"

#include <pthread.h>

enum { STATEMENT_BYTES = 64 << 10 };

#define NEWEST        "200"
#define NEWEST_MANY   "100" /* of what there may be very many rows of */
#define MOST          "10"  /* SEARCH_MOST_HITS */
#define FOUND         "100"
#define PEOPLE        "1000" /* of whom few may be members */
#define SAMPLE        "50"   /* of the newest texts, which show what is rare: */
#define SAMPLE_FEW    "5"    /* what less than so many of them contain */
#define ASKED(column) "(select asked." column " from asked)"
#define LIKE          " like " ASKED("pattern")

const struct search_group search_groups[] = {
    {.name = "nodes",
     .table = "nodes",
     .kind = SEARCH_NODE,
     .text_column = "id",
     .own_text = "nodes.search",
     .newest = NEWEST,
     .also = "lower(nodes.label_words) like " ASKED("word") " or lower(nodes.os)" LIKE
                                                            " or lower(nodes.arch)" LIKE,
     .title = "nodes.name",
     .subtitle = "nodes.hostname || ' · ' || nodes.os || '/' || nodes.arch"},
    {.name = "tasks",
     .table = "tasks",
     .kind = SEARCH_TASK,
     .newest = NEWEST_MANY,
     .reads = "tasks.id, tasks.created_at, tasks.text_id, tasks.node_id, tasks.status",
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
    {.name = "rolling_runs",
     .table = "rolling_runs",
     .kind = SEARCH_RUN,
     .newest = NEWEST,
     .text_column = "id",
     .title = "rolling_runs.name",
     .subtitle = "rolling_runs.status"},
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
    {TEXT(search_question, pieces), .flags = SERVER_SET, .doc = "Pieces of it, one a line."},
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

/* The newest rows of the workspace: by the index of their time, or of each half of them. */
static void add_newest(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    if (group->halves != NULL)
        buf_printf(
            out, "select %s.*\nfrom (values (false), (true)) either(value)\ncross join lateral (",
            table);
    buf_add_c(out, "select ");
    if (group->reads != NULL)
        buf_add_c(out, group->reads);
    else
        buf_printf(out, "%s.*", table);
    buf_printf(
        out,
        "\nfrom %s\nwhere %s.workspace_id = " ASKED("workspace_id") "\n    and %s.id is not null",
        table, table, table);
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
        out, "(select search_texts.text from search_texts where search_texts.id = %s.%s)", table,
        column);
}

static void add_own_text(const struct search_group *group, struct buf *out)
{
    if (group->own_text != NULL)
        buf_add_c(out, group->own_text);
    else
        add_text(group->table, group->text_column, out);
}

/* What they are found by beside the text that they are read with. */
static void add_otherwise(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    buf_add_c(out, "false");
    if (group->is_of_node) {
        buf_add_c(out, "\n    or ");
        add_text(table, "node_id", out);
        buf_add_c(out, LIKE);
    }
    if (group->names != NULL)
        buf_printf(out, "\n    or %s.%s" LIKE, table, group->names_column);
    if (group->also != NULL)
        buf_printf(out, "\n    or %s", group->also);
}

/* The newest rows, and those of them that match. */
static void add_near(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    buf_printf(
        out, ",\nnewest_%s as materialized (\nselect %s.id, %s.created_at, ", table, table, table);
    add_own_text(group, out);
    buf_add_c(out, " as text,\n    ");
    add_otherwise(group, out);
    buf_add_c(out, " as matches\nfrom (");
    add_newest(group, out);
    buf_printf(
        out,
        ") %s),\nnear_%s as materialized (\nselect newest.id, newest.created_at\n"
        "from newest_%s newest\nwhere newest.text" LIKE " or newest.matches",
        table, table, table);
    add_newest_first("newest", out);
    buf_add_c(out, MOST ")");
}

/* The two pieces that the fewest of the newest texts contain: of equal ones the last, which tells names that begin
 * alike apart. The second one only where it is rare, too. */
static void add_rare(const struct search_group *group, struct buf *out)
{
    buf_printf(
        out,
        ",\nrare_%s as materialized (\n"
        "select array_agg(two.pattern order by two.seen, two.place desc) as patterns\n"
        "from (select pieces.pattern, pieces.place, seen.seen,\n"
        "        row_number() over (order by seen.seen, pieces.place desc) as rank\n"
        "    from pieces\n"
        "    cross join lateral (select count(*) as seen\n"
        "        from (select newest.text from newest_%s newest limit " SAMPLE ") sample\n"
        "        where sample.text like pieces.pattern) seen) two\n"
        "where two.rank = 1 or two.rank = 2 and two.seen < " SAMPLE_FEW ")",
        name_of(group->kind), group->table);
}

/* The texts that match. The index is asked for the pieces only, so the whole is no column's text. */
static void add_found(const struct search_group *group, struct buf *out)
{
    const char *name = name_of(group->kind);

    add_rare(group, out);
    buf_printf(
        out,
        ",\nfound_%s as materialized (\nselect search_texts.id\nfrom search_texts\n"
        "where search_texts.kind = '%s'",
        name, name);
    if (group->kind != SEARCH_PERSON)
        buf_add_c(out, " and search_texts.workspace_id = " ASKED("workspace_id"));
    buf_printf(
        out,
        "\n    and search_texts.text like (select rare.patterns[1] from rare_%s rare)\n"
        "    and search_texts.text like (select coalesce(rare.patterns[2], rare.patterns[1])\n"
        "        from rare_%s rare)\n    and search_texts.text || ''" LIKE ")",
        name, name);
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

/* A label has no blank and no quote, of which there are some between labels: no pattern with one finds any. */
static void add_statement(struct buf *out)
{
    buf_add_c(
        out, "with asked as materialized (\nselect :workspace_id::uuid as workspace_id,\n"
             "    :pattern::text as pattern, :limit::bigint as wanted,\n"
             "    case when :pattern::text !~ '[ '']' then :pattern::text end as word),\n"
             "pieces as materialized (\nselect '%' || piece.text || '%' as pattern, piece.place\n"
             "from string_to_table(:pieces::text, E'\\n') with ordinality piece(text, place)\n"
             "where piece.text ~ '\\w{3}')");
    for (const struct search_group *group = search_groups; group->name != NULL; group++) {
        add_near(group, out);
        add_found(group, out);
    }
    buf_add_c(out, "\nselect hits.place, hits.id, hits.title, hits.subtitle\nfrom (\n");
    for (size_t i = 0; search_groups[i].name != NULL; i++) {
        buf_add_c(out, i == 0 ? "" : "\nunion all\n");
        add_hits(&search_groups[i], i, out);
    }
    buf_add_c(out, ") hits\norder by hits.place, hits.created_at desc, hits.id desc");
}

void search_prepare(struct arena *arena, struct search_question *question)
{
    question->pattern = select_pattern(arena, question->q);
    question->pieces = search_pieces(arena, question->pattern);
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
