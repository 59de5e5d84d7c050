/*
 * A search finds what looking at every row finds, however many rows contain the text and wherever
 * they lie, on every page: among values in a table of their own, and in the rows of a list.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_resources.h"
#include "api/platform/platform_resources.h"
#include "api/resource_sql.h"
#include "core/base/buf.h"
#include "migrations/migrate.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

enum { PAGE = 50, SOME_PAGES = 4 };

static const struct uuid workspace = {{[6] = 0x70, [8] = 0x80, [15] = 1}};
/* Belongs to that workspace and the next. */
#define MEMBER                                                                                     \
    {                                                                                              \
        {                                                                                          \
            [6] = 0x70, [8] = 0x80, [15] = 7                                                       \
        }                                                                                          \
    }
static struct db *db;
static struct arena *arena;
static struct error error;

/* Three workspaces, of which the second is a day older. */
#define NODES                                                                                      \
    "insert into workspaces (id, second_factor_required, created_at)\n"                            \
    "    select n(i), false, now() from generate_series(1, 3) i;\n"                                \
    "insert into memberships (id, workspace_id, user_id, role, created_at)\n"                      \
    "    select n(i), n(i), n(7), 'member', now() from generate_series(1, 2) i;\n"                 \
    "insert into nodes (id, workspace_id, name, hostname, status, maintenance_mode, search,\n"     \
    "        created_at)\n"                                                                        \
    "    select n(i), n(1 + i % 3), 'n', 'h', 'online', i % 2 = 0,\n"                              \
    "        'node ' || i || case when i % 4 = 0 then ' often' else '' end ||\n"                   \
    "            case when i < 200 then ' old' when i > 2900 then ' new' else '' end ||\n"         \
    "            case when i % 3 = 1 or i % 3 = 0 and i < 900 then ' apart' else '' end,\n"        \
    "        '2026-01-02'::timestamptz + i / 3 * interval '1 second'\n"                            \
    "            - case when i % 3 = 1 then interval '1 day' else interval '0' end\n"              \
    "    from generate_series(1, 3000) i;\n"

/* 101 people act in each trail. 100 of them have addresses with a "y", 101 at "example.org"; one has
 * another address later on. Their entries lie among one another's, three at a time. */
static const char fill_script[] =
    "create function n(bigint) returns uuid immutable language sql as\n"
    "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n"
    "insert into audit_logs (id, scope, workspace_id, actor_type, actor_user_id,\n"
    "        actor_email_snapshot, action, target_type, created_at)\n"
    "    select n(i), case when i % 3 = 0 then 'platform' else 'workspace' end,\n"
    "        case when i % 3 <> 0 then n(1 + i % 2) end, 'user', n(i % 101),\n"
    "        case when i % 101 = 0 then 'x@example.org'\n"
    "            when i % 101 = 7 and i > 1500 then 'new@example.net'\n"
    "            else 'y' || i % 101 || '@example.org' end,\n"
    "        case when i % 4 = 0 then 'task.created' else 'node.created' end, 'task',\n"
    "        '2026-01-01'::timestamptz + i / 3 * interval '1 second'\n"
    "    from generate_series(1, 3000) i;\n"
    "insert into audit_actors (id, scope, workspace_id, actor_user_id, actor_email_snapshot)\n"
    "    select gen_random_uuid(), scope, workspace_id, actor_user_id, actor_email_snapshot\n"
    "    from audit_logs group by 2, 3, 4, 5;\n" NODES;

static void set_up(void)
{
    AUTO_BUF sql = {0};

    arena = arena_new(16 << 20);
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    buf_init(&sql, 1 << 20);
    buf_add_c(
        &sql,
        "create extension pg_trgm schema public; create extension btree_gin schema public;\n");
    migrate_tables_sql(&sql);
    migrate_keys_sql(&sql);
    migrate_indexes_sql(&sql);
    buf_add_c(&sql, fill_script);
    expect_ok(db_script(db, sql.data, &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

struct search {
    const struct resource *resource;
    struct uuid member; /* whose rows; absent: the workspace's, or all */
    const char *text;
    const char *narrowed_by; /* another filter; NULL for none */
    const char *where;       /* whose rows, and those that are left by the other filter, in SQL */
};

/* The filter that is searched by. */
static bool is_searched(const struct filter *filter)
{
    return text_is(text_from(filter->name), "actor") || text_is(text_from(filter->name), "search");
}

static void ask_filter(
    const struct search *search, const struct shape *shape, struct resource_input *input, size_t n)
{
    const struct filter *filter = &search->resource->filters[n];
    const struct field *field = resource_filter_field(search->resource, shape, n);
    const char *part = is_searched(filter) ? search->text : "task";
    bool narrows =
        search->narrowed_by != NULL && text_is(text_from(filter->name), search->narrowed_by);

    if (!is_searched(filter) && !narrows)
        return;
    if (field->kind == KIND_BOOL) {
        *(struct opt_bool *)field_in(field, input) = OPT_TRUE;
        return;
    }
    *(struct text *)field_in(field, input) = text_from(part);
    *(struct text *)field_in(resource_pattern_field(shape, n), input) =
        text_format(arena, "%%%s%%", part);
}

static struct resource_input *input_of(const struct search *search, const struct shape *shape)
{
    struct resource_input *input = arena_take(arena, shape->size);

    shape_clear(shape, input);
    input->limit = PAGE;
    input->offset = 0;
    input->member_id = search->member;
    if (search->resource->scope == SCOPE_WORKSPACE && !uuid_is_present(search->member))
        input->workspace_id = workspace;
    for (size_t i = 0; i < resource_filter_count(search->resource); i++)
        ask_filter(search, shape, input, i);
    return input;
}

static const void *value_in(const struct search *search, const void *row, const char *column)
{
    return field_at(shape_field(resource_view(search->resource), text_from(column)), row);
}

static const void *read_page(
    const struct search *search, const struct shape *shape, const void *input, size_t *out_count)
{
    struct sql sql = resource_list_sql(search->resource, shape, input, arena);
    const void *rows = NULL;

    expect_ok(db_query(db, &sql, input, arena, &rows, out_count, &error), &error);
    return rows;
}

static const void *row_of(const struct search *search, const void *rows, size_t n)
{
    return (const char *)rows + n * resource_view(search->resource)->size;
}

/* The ids of rows, as PostgreSQL prints them. */
static struct text ids_of(const struct search *search, const void *rows, size_t count)
{
    AUTO_BUF ids = {0};

    buf_init(&ids, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        const void *row = row_of(search, rows, i);
        uuid_print(*(const struct uuid *)value_in(search, row, "id"), id);
        buf_printf(&ids, "%s%s", i == 0 ? "" : " ", id);
    }
    return text_copy(arena, buf_text(&ids));
}

/* By cursors, page after page. */
static struct text found_on_page(const struct search *search, int page)
{
    const struct shape *shape = resource_input_shape(search->resource, true, arena);
    struct resource_input *input = input_of(search, shape);
    size_t count = 0;
    const void *rows = read_page(search, shape, input, &count);

    for (int i = 0; i < page && count > 0; i++) {
        const void *last = row_of(search, rows, count - 1);
        *(struct timestamp *)field_in(resource_cursor_field(shape, 0), input) =
            *(const struct timestamp *)value_in(search, last, "created_at");
        *(struct uuid *)field_in(resource_cursor_field(shape, 1), input) =
            *(const struct uuid *)value_in(search, last, "id");
        rows = read_page(search, shape, input, &count);
    }
    return ids_of(search, rows, count);
}

static struct text found_by_offset(const struct search *search, int page)
{
    const struct shape *shape = resource_input_shape(search->resource, true, arena);
    struct resource_input *input = input_of(search, shape);
    size_t count = 0;
    const void *rows;

    input->offset = (int64_t)page * PAGE;
    rows = read_page(search, shape, input, &count);
    return ids_of(search, rows, count);
}

/* The same by looking at every row. */
static struct text rows_on_page(const struct search *search, int page)
{
    const struct resource *resource = search->resource;
    struct text ids;
    struct text query = text_format(
        arena,
        "select coalesce(string_agg(id::text, ' ' order by created_at desc, id desc), '') from (\n"
        "    select id, created_at from %s where %s and %s like '%%%s%%'\n"
        "    order by created_at desc, id desc limit %d offset %d) page",
        resource->table->name, search->where,
        resource == &node_resource ? "search" : "actor_email_snapshot", search->text, PAGE,
        page * PAGE);

    expect_ok(db_value(db, arena, query.data, &ids, &error), &error);
    return ids;
}

static void expect_same(const struct search *search)
{
    for (int page = 0; page < SOME_PAGES; page++) {
        struct text expected = rows_on_page(search, page);
        const char *message = text_format(
                                  arena, "%s where %s: %s, page %d", search->resource->name,
                                  search->where, search->text, page)
                                  .data;
        expect_at(text_equal(found_on_page(search, page), expected), __FILE__, __LINE__, message);
        expect_at(text_equal(found_by_offset(search, page), expected), __FILE__, __LINE__, message);
        expect(page > 0 || (expected.size > 0) == !text_is(text_from(search->text), "stranger"));
    }
}

static void expect_each_same(
    const struct search *scopes, size_t scope_count, const char *const *texts, size_t text_count)
{
    for (size_t i = 0; i < scope_count * text_count; i++) {
        struct search search = scopes[i / text_count];
        search.text = texts[i % text_count];
        expect_same(&search);
    }
}

static void a_search_finds_the_entries_of_whoever_matches(void)
{
    static const struct search scopes[] = {
        {.resource = &workspace_audit_resource, .where = "workspace_id = n(1)"},
        {.resource = &platform_audit_resource, .where = "scope = 'platform'"},
        {.resource = &workspace_audit_resource,
         .narrowed_by = "action",
         .where = "workspace_id = n(1) and action like '%task%'"},
        {.resource = &platform_audit_resource,
         .narrowed_by = "action",
         .where = "scope = 'platform' and action like '%task%'"},
    };
    static const char *const actors[] = {"x@", "y9",           "y7@",      "new",
                                         "y",  "@example.org", "@example", "stranger"};

    expect_each_same(scopes, COUNT_OF(scopes), actors, COUNT_OF(actors));
}

/* Members see several workspaces, of which one may have its matches behind all that another has. */
static void a_search_finds_the_nodes_that_match(void)
{
    static const struct search scopes[] = {
        {.resource = &node_resource, .where = "workspace_id = n(1)"},
        {.resource = &node_resource, .member = MEMBER, .where = "workspace_id in (n(1), n(2))"},
        {.resource = &node_resource,
         .narrowed_by = "maintenance_mode",
         .where = "workspace_id = n(1) and maintenance_mode"},
        {.resource = &node_resource,
         .member = MEMBER,
         .narrowed_by = "maintenance_mode",
         .where = "workspace_id in (n(1), n(2)) and maintenance_mode"},
    };
    static const char *const texts[] = {"node 17", "node 2994", "often", "old",     "99",
                                        "new",     "apart",     "node",  "stranger"};

    expect_each_same(scopes, COUNT_OF(scopes), texts, COUNT_OF(texts));
}

static const struct test tests[] = {
    TEST(a_search_finds_the_entries_of_whoever_matches),
    TEST(a_search_finds_the_nodes_that_match),
};

const struct suite test_searches_suite =
    SUITE_WITH("api/resource_sql", tests, .set_up = set_up, .tear_down = tear_down);
