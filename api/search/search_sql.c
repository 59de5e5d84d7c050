/*
 * The statements of a search, made of its groups. What is asked for stands in a row of its own ("asked"): so PostgreSQL
 * plans without the values, once a connection, and the plan does not change with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_sql.h"

#include "core/base/buf.h"
#include "core/base/must.h"

#include <pthread.h>
#include <stdio.h>

enum { STATEMENT_BYTES = 32 << 10 };

#define MOST       "10" /* SEARCH_MOST_HITS */
#define FOUND      "100"
#define PEOPLE     "1000" /* of whom few may be members */
#define SAMPLE     "50"   /* of the newest texts, which show what is rare: */
#define SAMPLE_FEW "5"    /* what less than so many of them contain */
#define LIKE       " like " SEARCH_ASKED("pattern")

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

static const struct field search_lead_fields[] = {
    {UUID(search_lead, workspace_id), .flags = REQUIRED, .doc = "Workspace that is searched."},
    {LIST_OF(search_lead, texts, KIND_UUID), .doc = "Ids of texts of the group that match."},
    {LIST_OF(search_lead, nodes, KIND_UUID), .doc = "Ids of nodes whose texts match."},
    {LIST_OF(search_lead, names, KIND_TEXT), .doc = "Names that match."},
};
const struct shape search_lead_shape = SHAPE(search_lead, "What leads to rows of a group.");

static const struct field search_row_fields[] = {
    {INT64(search_row, place), .flags = REQUIRED, .doc = "Place of the group among all."},
    {UUID(search_row, id), .doc = "Id of the hit; absent in the last row of a group."},
    {TEXT(search_row, title), .doc = "Title of the hit."},
    {TEXT(search_row, subtitle), .doc = "Subtitle of the hit."},
    {TIMESTAMP(search_row, created_at), .doc = "Time of its creation."},
    {BOOL(search_row, has_more), .doc = "In the last row: whether older ones may be wanted."},
    {LIST_OF(search_row, found, KIND_UUID), .doc = "In the last row: ids of texts that match."},
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
        "\nfrom %s\nwhere %s.workspace_id = " SEARCH_ASKED(
            "workspace_id") "\n    and %s.id is not null",
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
        buf_add_c(out, " and search_texts.workspace_id = " SEARCH_ASKED("workspace_id"));
    buf_printf(
        out,
        "\n    and search_texts.text like (select rare.patterns[1] from rare_%s rare)\n"
        "    and search_texts.text like (select coalesce(rare.patterns[2], rare.patterns[1])\n"
        "        from rare_%s rare)\n    and search_texts.text || ''" LIKE ")",
        name, name);
}

/* Whether the group's page is not filled by the near ones, and has older rows. */
static void add_more(const struct search_group *group, struct buf *out)
{
    const char *table = group->table;

    buf_printf(
        out,
        ",\nmore_%s as materialized (\nselect (select count(*) from near_%s) < " SEARCH_ASKED(
            "wanted") "\n    and (select count(*) from newest_%s) = %s as more)",
        table, table, table, group->newest);
}

/* Of nodes also where another group asks for theirs. */
static void add_whether_found_is_wanted(const struct search_group *group, struct buf *out)
{
    buf_printf(out, "(select more from more_%s)", group->table);
    for (const struct search_group *other = search_groups; other->name != NULL; other++) {
        if (group->kind == SEARCH_NODE && other->is_of_node)
            buf_printf(out, " or (select more from more_%s)", other->table);
    }
}

/* The columns of a row that shows a hit. */
static void add_hit_columns(size_t place, struct buf *out)
{
    const struct search_group *group = &search_groups[place];

    buf_printf(
        out,
        "select %zu::bigint as place, %s.id, %s as title,\n    %s as subtitle, %s.created_at,\n"
        "    null::boolean as has_more, null::jsonb as found\n",
        place, group->table, group->title, group->subtitle, group->table);
}

static void add_joins(const struct search_group *group, struct buf *out)
{
    buf_printf(out, "\njoin %s on %s.id = hits.id", group->table, group->table);
    if (group->joins != NULL)
        buf_printf(out, "\n%s", group->joins);
}

/* The near ones, and the group's last row. */
static void add_near_rows(size_t place, struct buf *out)
{
    const struct search_group *group = &search_groups[place];

    add_hit_columns(place, out);
    buf_printf(out, "from near_%s hits", group->table);
    add_joins(group, out);
    buf_printf(
        out,
        "\nunion all\nselect %zu, null, null, null, null, (select more from more_%s),\n    case when ",
        place, group->table);
    add_whether_found_is_wanted(group, out);
    buf_printf(
        out,
        "\n    then (select to_jsonb(array_agg(found.id)) from (select id from found_%s limit %s) "
        "found) end",
        name_of(group->kind), group->kind == SEARCH_PERSON ? PEOPLE : FOUND);
}

/* A label has no blank and no quote, of which there are some between labels: no pattern with one finds any. */
static void make_near(struct buf *out)
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
        add_more(group, out);
        add_found(group, out);
    }
    buf_add_c(
        out, "\nselect rows.place, rows.id, rows.title, rows.subtitle, rows.created_at,\n"
             "    rows.has_more, rows.found\nfrom (\n");
    for (size_t place = 0; place < SEARCH_GROUPS; place++) {
        buf_add_c(out, place == 0 ? "" : "\nunion all\n");
        add_near_rows(place, out);
    }
    buf_add_c(out, ") rows\norder by rows.place, rows.created_at desc nulls last, rows.id desc");
}

/* A way to rows of a group: by values of a column. */
struct way {
    const char *lead; /* the values, of search_lead */
    const char *column;
    bool has_halves; /* its index has the group's halves before the time */
};

/* The newest rows of each value. */
static void add_way(const struct search_group *group, const struct way *way, struct buf *out)
{
    const char *table = group->table;

    buf_printf(
        out,
        "select far.id, far.created_at\nfrom unnest((select asked.%s from asked)) found(value)\n",
        way->lead);
    if (way->has_halves)
        buf_add_c(out, "cross join (values (false), (true)) either(value)\n");
    buf_printf(
        out,
        "cross join lateral (select %s.id, %s.created_at\n    from %s\n"
        "    where %s.workspace_id = " SEARCH_ASKED("workspace_id") " and %s.%s = found.value",
        table, table, table, table, table, way->column);
    if (way->has_halves)
        buf_printf(out, " and %s.%s = either.value", table, group->halves);
    add_newest_first(table, out);
    buf_add_c(out, MOST ") far");
}

static void make_far(size_t place, struct buf *out)
{
    const struct search_group *group = &search_groups[place];
    bool has_halves = group->halves != NULL;

    buf_add_c(
        out, "with asked as materialized (select :workspace_id::uuid as workspace_id,\n"
             "    :texts::uuid[] as texts, :nodes::uuid[] as nodes, :names::text[] as names)\n");
    add_hit_columns(place, out);
    buf_add_c(out, "from (");
    add_way(group, &(struct way){"texts", group->text_column, false}, out);
    if (group->is_of_node) {
        buf_add_c(out, "\nunion\n");
        add_way(group, &(struct way){"nodes", "node_id", has_halves}, out);
    }
    if (group->names != NULL) {
        buf_add_c(out, "\nunion\n");
        add_way(group, &(struct way){"names", group->names_column, has_halves}, out);
    }
    buf_add_c(out, "\norder by created_at desc, id desc\nlimit " MOST ") hits");
    add_joins(group, out);
    buf_printf(out, "\norder by %s.created_at desc, %s.id desc", group->table, group->table);
}

/* Each ends with a zero byte. */
static struct buf near_statement;
static struct buf far_statements[SEARCH_GROUPS];
static char far_names[SEARCH_GROUPS][sizeof("search_far_00")];

static void end_statement(struct buf *statement)
{
    buf_add_char(statement, '\0');
    must(!buf_is_full(statement));
}

static void make_statements(void)
{
    buf_init(&near_statement, STATEMENT_BYTES);
    make_near(&near_statement);
    end_statement(&near_statement);
    for (size_t place = 0; place < SEARCH_GROUPS; place++) {
        buf_init(&far_statements[place], STATEMENT_BYTES);
        make_far(place, &far_statements[place]);
        end_statement(&far_statements[place]);
        snprintf(far_names[place], sizeof(far_names[place]), "search_far_%zu", place);
    }
}

static void make_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    must(pthread_once(&once, make_statements) == 0);
}

struct sql search_near_sql(void)
{
    make_once();
    return (struct sql){
        .name = "search",
        .text = buf_text(&near_statement).data,
        .params = &search_question_shape,
        .row = &search_row_shape,
    };
}

struct sql search_far_sql(size_t place)
{
    make_once();
    return (struct sql){
        .name = far_names[place],
        .text = buf_text(&far_statements[place]).data,
        .params = &search_lead_shape,
        .row = &search_row_shape,
    };
}
