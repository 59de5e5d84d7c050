/*
 * A search whose values stand in a table of their own: it finds what looking at every row finds,
 * however many values contain the text, on every page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/platform_resources.h"
#include "api/resource_sql.h"
#include "core/base/buf.h"
#include "migrations/migrate.h"
#include "migrations/platform/audit_logs.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

enum { PAGE = 50, SOME_PAGES = 4 };

static const struct uuid workspace = {{[6] = 0x70, [8] = 0x80, [15] = 1}};
static struct db *db;
static struct arena *arena;
static struct error error;

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
    "    from audit_logs group by 2, 3, 4, 5;\n";

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
    const char *actor;
    const char *action; /* NULL: any */
    bool is_somebody;
};

static struct resource_input *input_of(const struct search *search, const struct shape *shape)
{
    struct resource_input *input = arena_take(arena, shape->size);

    shape_clear(shape, input);
    input->limit = PAGE;
    input->offset = 0;
    if (search->resource->scope == SCOPE_WORKSPACE)
        input->workspace_id = workspace;
    for (size_t i = 0; i < resource_filter_count(search->resource); i++) {
        const struct field *field = resource_filter_field(search->resource, shape, i);
        const char *part = text_is(text_from(field->name), "actor")    ? search->actor
                           : text_is(text_from(field->name), "action") ? search->action
                                                                       : NULL;
        if (part == NULL)
            continue;
        *(struct text *)field_in(field, input) = text_from(part);
        *(struct text *)field_in(resource_pattern_field(shape, i), input) =
            text_format(arena, "%%%s%%", part);
    }
    return input;
}

/* The ids of a page, as PostgreSQL prints them. */
static struct text found_on_page(const struct search *search, int page)
{
    const struct shape *shape = resource_input_shape(search->resource, true, arena);
    struct resource_input *input = input_of(search, shape);
    const struct audit_log_row *rows = NULL;
    const void *list = NULL;
    size_t count = 0;
    AUTO_BUF ids = {0};
    struct sql sql;

    buf_init(&ids, 1 << 16);
    for (int i = 0; i <= page; i++) {
        sql = resource_list_sql(search->resource, shape, input, arena);
        expect_ok(db_query(db, &sql, input, arena, &list, &count, &error), &error);
        rows = list;
        if (i == page || count == 0)
            break;
        *(struct timestamp *)field_in(resource_cursor_field(shape, 0), input) =
            rows[count - 1].created_at;
        *(struct uuid *)field_in(resource_cursor_field(shape, 1), input) = rows[count - 1].id;
    }
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_print(rows[i].id, id);
        buf_printf(&ids, "%s%s", i == 0 ? "" : " ", id);
    }
    return text_copy(arena, buf_text(&ids));
}

/* The same by looking at every entry. */
static struct text entries_on_page(const struct search *search, int page)
{
    struct text ids;
    struct text query = text_format(
        arena,
        "select coalesce(string_agg(id::text, ' ' order by created_at desc, id desc), '') from (\n"
        "    select id, created_at from audit_logs\n"
        "    where %s and actor_email_snapshot like '%%%s%%' and action like '%%%s%%'\n"
        "    order by created_at desc, id desc limit %d offset %d) page",
        search->resource->scope == SCOPE_WORKSPACE ? "workspace_id = n(1)" : "scope = 'platform'",
        search->actor, search->action == NULL ? "" : search->action, PAGE, page * PAGE);

    expect_ok(db_value(db, arena, query.data, &ids, &error), &error);
    return ids;
}

static void expect_same(const struct search *search)
{
    struct text found;

    for (int page = 0; page < SOME_PAGES; page++) {
        found = found_on_page(search, page);
        expect_at(
            text_equal(found, entries_on_page(search, page)), __FILE__, __LINE__,
            text_format(arena, "%s, %s, page %d", search->resource->name, search->actor, page)
                .data);
        expect(page > 0 || search->action != NULL || (found.size > 0) == search->is_somebody);
    }
}

static void a_search_finds_the_entries_of_whoever_matches(void)
{
    static const char *const actors[] = {"x@", "y9",           "y7@",      "new",
                                         "y",  "@example.org", "@example", "stranger"};

    for (size_t i = 0; i < 2 * COUNT_OF(actors); i++) {
        struct search search = {
            .resource = &workspace_audit_resource,
            .actor = actors[i / 2],
            .action = i % 2 == 0 ? NULL : "task",
            .is_somebody = i / 2 + 1 < COUNT_OF(actors),
        };
        expect_same(&search);
        search.resource = &platform_audit_resource;
        expect_same(&search);
    }
}

static const struct test tests[] = {
    TEST(a_search_finds_the_entries_of_whoever_matches),
};

const struct suite test_found_values_suite =
    SUITE_WITH("api/resource_sql", tests, .set_up = set_up, .tear_down = tear_down);
