/*
 * Every list on a million rows: the plan of each scope, filter and page reads what it shows and
 * little more; nobody sees rows of others; and a walk by cursors is right while others write.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/cursor.h"
#include "api/resource_sql.h"
#include "api/route.h"
#include "api/search/search.h"
#include "core/base/must.h"
#include "migrations/task/tasks.h"
#include "tests/support/expect.h"
#include "tests/support/many_rows.h"
#include "tests/support/plan.h"
#include "tests/support/postgres.h"

#include <stdlib.h>
#include <string.h>

/* Ids are numbers: of the workspaces, of which the first has half of all rows, and one has none; of a person who
 * belongs to three of them, and of one who belongs to the empty one. */
enum { MEMBER = 7, MEMBERSHIPS = 3, EMPTY_WORKSPACE = 1500, LONE_MEMBER = 8, FEW_ROWS = 20 };

static const char *conninfo;
static struct db *db;
static struct arena *arena;
static struct error error;

static void run(const char *script)
{
    expect_ok(db_script(db, script, &error), &error);
}

static void stop(void)
{
    db_close(db);
    arena_free(arena);
}

/* Once for all tests. */
static void given_a_million_rows(void)
{
    if (db != NULL)
        return;
    arena = arena_new(256 << 20);
    conninfo = make_database();
    expect_ok(db_open(conninfo, 10, 0, &db, &error), &error);
    expect_ok(many_rows_make(db, &error), &error);
    run("set plan_cache_mode = force_generic_plan");
    must(atexit(stop) == 0);
}

static struct uuid id_of(int64_t n)
{
    struct uuid id = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80}};

    for (int i = 15; i > 9; i--, n >>= 8)
        id.bytes[i] = (uint8_t)n;
    return id;
}

/* Who asks, and where. */
enum view_of { OF_WORKSPACE, OF_MEMBER, OF_ALL, OF_OPEN, VIEWS };
static const char *const view_names[] = {"of a workspace", "of a member", "of all", "of all open"};

struct asked {
    const struct resource *resource;
    const struct shape *shape;
    struct resource_input *input;
};

static struct asked make_asked(const struct resource *resource, enum view_of of)
{
    struct asked asked = {
        .resource = resource, .shape = resource_input_shape(resource, true, arena)};
    struct resource_input *input = arena_take(arena, asked.shape->size);

    shape_clear(asked.shape, input);
    input->limit = resource->limit.usual;
    input->offset = resource->has_no_offset ? INT64_ABSENT : 0;
    if (of == OF_WORKSPACE)
        input->workspace_id = id_of(1);
    if (of == OF_MEMBER)
        input->member_id = id_of(MEMBER);
    input->sees_all = opt_bool_of(of >= OF_ALL);
    input->has_no_factor = opt_bool_of(of == OF_OPEN);
    if (resource->scope == SCOPE_PARENT)
        input->parent_id = id_of(2);
    asked.input = input;
    return asked;
}

/* Which values are asked for: those of a few rows; of no row; of many rows, but none of the first
 * workspace's: its lists find nothing soon only by an index of both; or of many of its rows. */
enum asked_for { FEW, NOTHING, ELSEWHERE, MANY, ASKED };
static const char *const asked_names[] = {"few", "no row", "elsewhere", "many"};
static enum asked_for asked_for;

/* By name of the filter; the last row is for all others. */
static const struct {
    const char *name;
    const char *texts[ASKED];
} texts_to_ask[] = {
    {"status", {"queued", "cancelled", "failed", "success"}},
    {"severity", {"critical", "no row has this", "warning", "info"}},
    {"search", {"host-777", "no row has this", "elsewhere", "host-"}},
    {"selector", {"rare", "nothing", "elsewhere", "usual"}},
    {"actor", {"p777", "no row has this", "elsewhere", "@example.org"}},
    {NULL, {"rare", "no row has this", "elsewhere", "usual"}},
};

static struct text text_to_ask(const char *name)
{
    size_t i = 0;

    while (texts_to_ask[i].name != NULL && strcmp(texts_to_ask[i].name, name) != 0)
        i++;
    return text_from(texts_to_ask[i].texts[asked_for]);
}

static void ask_filter(struct asked *asked, size_t n)
{
    const struct filter *filter = &asked->resource->filters[n];
    const struct field *field = resource_filter_field(asked->resource, asked->shape, n);
    void *place = field_in(field, asked->input);
    struct text text = text_to_ask(filter->name);

    if (field->kind == KIND_UUID)
        *(struct uuid *)place = id_of(asked_for == FEW || asked_for == MANY ? 2 : 99999999);
    else if (field->kind == KIND_TIMESTAMP)
        must(timestamp_parse(
            strcmp(filter->name, "from") == 0 ? text_lit("2026-01-01T00:10:00Z")
                                              : text_lit("2026-01-05T00:00:00Z"),
            place));
    else if (field->kind == KIND_BOOL)
        *(struct opt_bool *)place = OPT_TRUE;
    else if (field->kind == KIND_ENUM)
        *(struct enum_value *)place = strcmp(asked->resource->name, "nodes") == 0
                                          ? (struct enum_value){1}
                                          : enum_from(field->names, text);
    else if (field->kind == KIND_INT64)
        *(int64_t *)place = asked_for == FEW ? 2 : -1;
    else
        *(struct text *)place = text;
    if (filter->comparison == FILTER_CONTAINS)
        *(struct text *)field_in(resource_pattern_field(asked->shape, n), asked->input) =
            text_format(arena, "%%%.*s%%", TEXT_ARGS(text));
    if (filter->comparison == FILTER_SELECTS)
        *(struct text *)field_in(resource_pattern_field(asked->shape, n), asked->input) = text;
}

/* A cursor in the midst of the rows. */
static void ask_deep(struct asked *asked)
{
    for (size_t i = 0; i < resource_order_count(asked->resource); i++) {
        const struct field *field = resource_cursor_field(asked->shape, i);
        void *place = field_in(field, asked->input);
        if (field->kind == KIND_UUID)
            *(struct uuid *)place = id_of(100000);
        else if (field->kind == KIND_TIMESTAMP)
            must(timestamp_parse(text_lit("2026-01-02T03:46:40Z"), place));
        else if (field->kind == KIND_BOOL)
            *(struct opt_bool *)place = OPT_FALSE;
        else
            *(int64_t *)place = 0;
    }
}

/* Every node of a plan counts, for each membership. A list that is answered whole may join with a
 * table of 21,000 people by reading that. */
static int64_t most_rows(const struct resource *resource)
{
    return resource->limit.most > 100 ? 30000 : 6 * resource->limit.most * MEMBERSHIPS + 3000;
}

static struct text plan_of_list(const struct asked *asked)
{
    struct sql sql = resource_list_sql(asked->resource, asked->shape, asked->input, arena);

    return plan_of(db, &sql, asked->input, arena);
}

/* Is such a table read from end to end? A part of the plan may be for other values, and is not executed then. */
static bool is_scanned(struct text plan)
{
    static const char *const scans[] = {
        "Seq Scan on tasks", "Seq Scan on task_logs", "Seq Scan on events",
        "Seq Scan on audit_logs", "Seq Scan on nodes"};

    while (plan.size > 0) {
        struct text line = text_cut(&plan, '\n');
        for (size_t i = 0; i < COUNT_OF(scans); i++) {
            if (text_contains(line, text_from(scans[i])) &&
                !text_contains(line, text_lit("(never executed)")))
                return true;
        }
    }
    return false;
}

static void expect_bounded(const struct asked *asked, enum view_of of, const char *what)
{
    struct text plan = plan_of_list(asked);
    int64_t read = plan_rows_read(arena, plan);
    struct text message = text_format(
        arena, "%s %s, %s: %lld rows\n%.*s", asked->resource->name, view_names[of], what,
        (long long)read, TEXT_ARGS(plan));

    expect_at(
        !is_scanned(plan) && read <= most_rows(asked->resource), __FILE__, __LINE__,
        text_c(arena, message));
}

static void each_list(void (*visit)(const struct resource *resource, enum view_of of))
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            bool is_inside = route_is_inside(route);
            if (route->lists == NULL)
                continue;
            if (is_inside)
                visit(route->lists, OF_WORKSPACE);
            for (int of = resource_is_of_workspaces(route->lists) ? OF_MEMBER : OF_ALL;
                 !is_inside && of < VIEWS; of++)
                visit(route->lists, (enum view_of)of);
        }
    }
}

/* The plan for a column that no row has a value in says nothing. */
static void expect_values(const struct resource *resource, const char *column)
{
    struct text count;
    struct text query = text_format(
        arena,
        "select count(*) from pg_stats where tablename = '%s' and attname = '%s'\n"
        "    and null_frac < 1 and n_distinct <> 1",
        resource->table->name, column);

    expect_ok(db_value(db, arena, query.data, &count, &error), &error);
    expect_at(
        text_is(count, "1"), __FILE__, __LINE__,
        text_format(
            arena, "tests/support/many_rows.c gives %s.%s no values to tell apart",
            resource->table->name, column)
            .data);
}

/* A text that is an id, of somebody and of nobody. */
static void expect_ids_bounded(const struct resource *resource, enum view_of of, size_t n)
{
    static const int64_t ids[] = {2, 99999999};

    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct asked asked = make_asked(resource, of);
        void *id = field_in(resource_value_id_field(asked.shape, n), asked.input);
        ask_filter(&asked, n);
        *(struct uuid *)id = id_of(ids[i]);
        expect_bounded(&asked, of, text_format(arena, "%s, an id", resource->filters[n].name).data);
    }
}

static void expect_filters_bounded(const struct resource *resource, enum view_of of)
{
    for (size_t i = 0; i < resource_filter_count(resource); i++) {
        struct asked first = make_asked(resource, of);
        struct asked deep = make_asked(resource, of);
        expect_values(resource, resource_filter_column(&resource->filters[i]));
        ask_filter(&first, i);
        expect_bounded(&first, of, resource->filters[i].name);
        ask_filter(&deep, i);
        ask_deep(&deep);
        expect_bounded(&deep, of, text_format(arena, "%s, deep", resource->filters[i].name).data);
        for (asked_for = NOTHING; asked_for < ASKED; asked_for++) {
            struct asked other = make_asked(resource, of);
            ask_filter(&other, i);
            expect_bounded(
                &other, of,
                text_format(arena, "%s, %s", resource->filters[i].name, asked_names[asked_for])
                    .data);
        }
        asked_for = FEW;
        if (resource->filters[i].id_column != NULL)
            expect_ids_bounded(resource, of, i);
    }
}

static void expect_list_bounded(const struct resource *resource, enum view_of of)
{
    struct asked first = make_asked(resource, of);
    struct asked deep = make_asked(resource, of);

    expect_bounded(&first, of, "first page");
    ask_deep(&deep);
    expect_bounded(&deep, of, "deep page");
    expect_filters_bounded(resource, of);
    if (resource->has_row_cursor) {
        struct asked after = make_asked(resource, of);
        after.input->after_id = id_of(100000);
        expect_bounded(&after, of, "after a row");
    }
}

static void every_list_reads_little_more_than_it_shows(void)
{
    given_a_million_rows();
    each_list(expect_list_bounded);
}

/* "set (n_distinct = 1)": from then on PostgreSQL plans as if all rows were of one workspace. */
static void given_workspaces_counted(const char *how)
{
    static const char *const tables[] = {"nodes",           "tasks",      "events", "rolling_runs",
                                         "scheduled_tasks", "audit_logs", NULL};

    for (size_t i = 0; tables[i] != NULL; i++)
        run(text_format(
                arena, "alter table %s alter column workspace_id %s; analyze %s", tables[i], how,
                tables[i])
                .data);
}

static void expect_nothing_read(const struct resource *resource, enum view_of of)
{
    struct asked asked = make_asked(resource, of);
    struct text plan;
    int64_t read;

    if (of >= OF_ALL || resource->scope == SCOPE_PARENT)
        return;
    if (of == OF_WORKSPACE)
        asked.input->workspace_id = id_of(EMPTY_WORKSPACE);
    if (of == OF_MEMBER)
        asked.input->member_id = id_of(LONE_MEMBER);
    plan = plan_of_list(&asked);
    read = plan_rows_read(arena, plan);
    expect_at(
        read <= FEW_ROWS, __FILE__, __LINE__,
        text_format(
            arena, "%s %s: %lld rows\n%.*s", resource->name, view_names[of], (long long)read,
            TEXT_ARGS(plan))
            .data);
}

static void a_list_of_an_empty_workspace_reads_no_row_of_others(void)
{
    given_a_million_rows();
    given_workspaces_counted("set (n_distinct = 1)");
    each_list(expect_nothing_read);
    given_workspaces_counted("reset (n_distinct)");
}

/* What stands in PostgreSQL's sample of a column it takes every hundredth row to contain. */
static void expect_search_bounded(const struct resource *resource, enum view_of of, size_t n)
{
    const struct filter *filter = &resource->filters[n];
    struct asked asked = make_asked(resource, of);
    struct text query = text_format(
        arena,
        "select '%%' || split_part((histogram_bounds::text::text[])[50], E'\n', 1) || '%%'\n"
        "from pg_stats\n"
        "where tablename = '%s' and attname = '%s'",
        resource->table->name, resource_filter_column(filter));
    struct text pattern;

    expect_ok(db_value(db, arena, query.data, &pattern, &error), &error);
    expect(text_is_present(pattern));
    ask_filter(&asked, n);
    *(struct text *)field_in(resource_pattern_field(asked.shape, n), asked.input) = pattern;
    expect_bounded(&asked, of, text_format(arena, "%s, sampled", filter->name).data);
}

static void expect_searches_bounded(const struct resource *resource, enum view_of of)
{
    for (size_t i = 0; i < resource_filter_count(resource); i++) {
        const struct filter *filter = &resource->filters[i];
        if (filter->comparison == FILTER_CONTAINS && !filter->has_few_values)
            expect_search_bounded(resource, of, i);
    }
}

static void a_sample_of_values_misleads_no_search(void)
{
    given_a_million_rows();
    each_list(expect_searches_bounded);
}

/* Of each group the newest hundreds with their texts, and what a hundred texts lead to. Schedules, templates and members
 * of a workspace are few, and may be read whole; here there are 10,000 of each. */
enum { MOST_SEARCHED = 110000 };

/* Adds to the rows that are read. */
static enum status look(
    void *context,
    const struct sql *sql,
    const void *params,
    const void **out_rows,
    size_t *out_count,
    struct error *out_error)
{
    struct text plan = plan_of(db, sql, params, arena);

    expect_at(!text_contains(plan, text_lit("Seq Scan on ")), __FILE__, __LINE__, plan.data);
    *(int64_t *)context += plan_rows_read(arena, plan);
    return db_query(db, sql, params, arena, out_rows, out_count, out_error);
}

static void a_search_of_a_workspace_reads_little_whatever_it_looks_for(void)
{
    static const char *const texts[] = {"job 777", "node 777",  "job",      "node",
                                        "usual",   "elsewhere", "jo",       "p1777@example.",
                                        "failed",  "queued",    "critical", "no text has this"};

    given_a_million_rows();
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        int64_t read = 0;
        const struct search_reader reader = {look, &read};
        struct search_question question = {
            .workspace_id = id_of(1), .q = text_from(texts[i]), .limit = SEARCH_MOST_HITS};
        struct list pages[SEARCH_GROUPS];
        expect_ok(search_find(&reader, &question, arena, pages, &error), &error);
        expect_at(read <= MOST_SEARCHED, __FILE__, __LINE__, texts[i]);
    }
}

static const void *read_page(const struct asked *asked, size_t *out_count)
{
    struct sql sql = resource_list_sql(asked->resource, asked->shape, asked->input, arena);
    const void *rows = NULL;

    expect_ok(db_query(db, &sql, asked->input, arena, &rows, out_count, &error), &error);
    return rows;
}

/* Which workspace a row belongs to, or none where the view does not show it. */
static struct uuid workspace_of(const struct resource *resource, const void *row)
{
    const char *column = resource->scope_column == NULL ? "workspace_id" : resource->scope_column;
    const struct field *field = shape_field(resource_view(resource), text_from(column));

    return resource->scope != SCOPE_WORKSPACE || field == NULL
               ? UUID_NONE
               : *(const struct uuid *)field_at(field, row);
}

static bool is_own(struct uuid workspace_id)
{
    for (int64_t n = 1; n <= MEMBERSHIPS; n++) {
        if (uuid_equal(workspace_id, id_of(n)))
            return true;
    }
    return false;
}

static void expect_own_rows(const struct resource *resource, enum view_of of)
{
    struct asked asked = make_asked(resource, of);
    size_t count = 0;
    const char *rows;

    if (of >= OF_ALL || resource->scope != SCOPE_WORKSPACE)
        return;
    asked.input->limit = resource->limit.most;
    rows = read_page(&asked, &count);
    expect_at(count > 0, __FILE__, __LINE__, resource->name);
    for (size_t i = 0; i < count; i++) {
        struct uuid workspace = workspace_of(resource, rows + i * resource_view(resource)->size);
        bool holds = of == OF_WORKSPACE ? uuid_equal(workspace, id_of(1)) : is_own(workspace);
        expect_at(holds, __FILE__, __LINE__, resource->name);
    }
}

static void nobody_lists_rows_of_other_workspaces(void)
{
    given_a_million_rows();
    each_list(expect_own_rows);
}

static void expect_nothing_of_foreign_parents(const struct resource *resource, enum view_of of)
{
    struct asked asked = make_asked(resource, of);
    size_t own = 0;
    size_t foreign = 0;

    if (resource->scope != SCOPE_PARENT || of >= OF_ALL)
        return;
    read_page(&asked, &own);
    expect_at(own > 0, __FILE__, __LINE__, resource->name);
    /* The row 51 belongs to workspace 51, for tasks and teams alike. */
    asked.input->parent_id = id_of(51);
    read_page(&asked, &foreign);
    expect_at(foreign == 0, __FILE__, __LINE__, resource->name);
}

static void nobody_lists_what_belongs_to_a_parent_of_others(void)
{
    given_a_million_rows();
    each_list(expect_nothing_of_foreign_parents);
}

static void expect_foreign_row_hidden(const struct resource *resource)
{
    const struct shape *shape = resource_input_shape(resource, false, arena);
    const struct field *id = shape_field(shape, text_from(resource_id_parameter(resource)));
    struct resource_input *input = arena_take(arena, shape->size);
    struct sql sql;
    size_t count = 1;

    if (resource->scope != SCOPE_WORKSPACE || resource->id_parameter != NULL)
        return;
    shape_clear(shape, input);
    *(struct uuid *)field_in(id, input) = id_of(51);
    input->member_id = id_of(MEMBER);
    sql = resource_row_sql(resource, shape, input, arena);
    expect_ok(db_query(db, &sql, input, arena, NULL, &count, &error), &error);
    expect_at(count == 0, __FILE__, __LINE__, resource->name);
    *(struct uuid *)field_in(id, input) = id_of(2);
    expect_ok(db_query(db, &sql, input, arena, NULL, &count, &error), &error);
    expect_at(count == 1, __FILE__, __LINE__, resource->name);
}

static void nobody_reads_a_row_of_another_workspace(void)
{
    given_a_million_rows();
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route->reads != NULL)
                expect_foreign_row_hidden(route->reads);
        }
    }
}

enum { WALKED = 2000, PAGE = 7 };

/* Between two pages others delete every third of the rows (those are not waited for) and insert
 * some, before and behind the place that the walk has reached. */
static void given_others_writing(struct db *other, int64_t step)
{
    struct text script = text_format(
        arena,
        "delete from tasks where workspace_id = n(500) and id in (n(%lld), n(%lld));\n"
        "insert into tasks (id, workspace_id, is_internal, status, created_at)\n"
        "values (n(%lld), n(500), false, 'success', at(%lld));",
        (long long)(5000000 + 3 * step), (long long)(5000000 + WALKED - WALKED % 3 - 3 * step),
        (long long)(6000000 + step), (long long)((step * 7919) % WALKED));

    expect_ok(db_script(other, script.data, &error), &error);
}

/* 1 and more: how often the row was shown. */
static void note_seen(int64_t seen[WALKED], const struct task_row *row)
{
    int64_t n = 0;

    for (int i = 10; i < 16; i++)
        n = n << 8 | row->id.bytes[i];
    if (n >= 5000000 && n < 5000000 + WALKED)
        seen[n - 5000000]++;
}

static void a_walk_by_cursors_shows_each_row_once_while_others_write(void)
{
    const struct resource *tasks = NULL;
    int64_t seen[WALKED] = {0};
    struct text after = {NULL, 0};
    struct db *other = NULL;
    size_t count = PAGE;

    given_a_million_rows();
    for (const struct route *route = task_routes; tasks == NULL; route++)
        tasks = route->lists;
    expect_ok(
        db_script(
            db,
            "insert into tasks (id, workspace_id, is_internal, status, created_at)\n"
            "select n(5000000 + i), n(500), false, 'success', at(i / 4)\n"
            "from generate_series(0, 1999) i",
            &error),
        &error);
    expect_ok(db_open(conninfo, 10, 0, &other, &error), &error);
    for (int64_t step = 0; count == PAGE; step++) {
        struct asked asked = make_asked(tasks, OF_WORKSPACE);
        const struct task_row *rows;
        asked.input->workspace_id = id_of(500);
        asked.input->limit = PAGE;
        asked.input->after = after;
        expect_ok(cursor_read(tasks, asked.shape, asked.input, arena, &error), &error);
        rows = read_page(&asked, &count);
        for (size_t i = 0; i < count; i++)
            note_seen(seen, &rows[i]);
        if (count > 0)
            after = cursor_make(tasks, &rows[count - 1], arena);
        given_others_writing(other, step);
    }
    db_close(other);
    for (int64_t i = 0; i < WALKED; i++)
        expect(i % 3 == 0 ? seen[i] <= 1 : seen[i] == 1);
}

static const struct test tests[] = {
    TEST(every_list_reads_little_more_than_it_shows),
    TEST(a_list_of_an_empty_workspace_reads_no_row_of_others),
    TEST(a_sample_of_values_misleads_no_search),
    TEST(a_search_of_a_workspace_reads_little_whatever_it_looks_for),
    TEST(nobody_lists_rows_of_other_workspaces),
    TEST(nobody_lists_what_belongs_to_a_parent_of_others),
    TEST(nobody_reads_a_row_of_another_workspace),
    TEST(a_walk_by_cursors_shows_each_row_once_while_others_write),
};

const struct suite test_lists_suite = SUITE("api/resource_sql", tests);
