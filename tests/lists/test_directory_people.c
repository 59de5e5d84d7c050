/*
 * What a directory asks of its people is found by an index: whom an address, an id or the directory's own id names, and
 * the next ones of many, whoever else has an account.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_select.h"
#include "core/base/buf.h"
#include "migrations/migrate.h"
#include "tests/support/expect.h"
#include "tests/support/plan.h"
#include "tests/support/postgres.h"

static struct db *db;
static struct arena *arena;
static struct error error;

#define ID_OF(number)                                                                              \
    {                                                                                              \
        {                                                                                          \
            [6] = 0x70, [8] = 0x80, [15] = number                                                  \
        }                                                                                          \
    }
static const struct uuid provider = ID_OF(1);

/* 40,000 people, half of them of one provider's directory, a twentieth of another's. */
static const char fill_script[] =
    "create function n(bigint) returns uuid immutable language sql as\n"
    "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n"
    "insert into users (id, email, name, role, is_active, created_at, updated_at, directory_id,\n"
    "        external_id, revision)\n"
    "    select n(i), 'p' || i || '@example.org', 'p' || i, 'user', true, now(), now(),\n"
    "        case when i % 2 = 0 then n(1) when i % 20 = 1 then n(2) end,\n"
    "        case when i % 2 = 0 or i % 20 = 1 then 'e-' || i end, 1\n"
    "    from generate_series(1, 40000) i;\n";

static void set_up(void)
{
    AUTO_BUF sql = {0};

    arena = arena_new(64 << 20);
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    buf_init(&sql, 1 << 20);
    buf_add_c(
        &sql,
        "create extension pg_trgm schema public; create extension btree_gin schema public;\n");
    migrate_tables_sql(&sql);
    migrate_keys_sql(&sql);
    buf_add_c(&sql, fill_script);
    migrate_indexes_sql(&sql);
    expect_ok(db_script(db, sql.data, &error), &error);
    expect_ok(db_script(db, "vacuum analyze users", &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static void expect_read(const struct query *query, const void *input, int64_t most)
{
    struct text plan = plan_of(db, &query->sql, input, arena);

    expect_at(!text_contains(plan, text_lit("Seq Scan on ")), __FILE__, __LINE__, plan.data);
    expect_at(plan_rows_read(arena, plan) <= most, __FILE__, __LINE__, plan.data);
}

static void expect_found(struct scim_asked asked, size_t wanted, int64_t most)
{
    const void *rows = NULL;
    size_t count = 0;

    asked.directory_id = provider;
    expect_ok(db_query(db, &scim_users_query.sql, &asked, arena, &rows, &count, &error), &error);
    expect(count == wanted);
    expect_read(&scim_users_query, &asked, most);
}

/* Each node of a plan counts what it read: a row is read by an index, sorted and counted out. */
enum { ONE = 4, A_THOUSAND = 3000 };

static void who_is_named_is_found_by_an_index(void)
{
    expect_found(
        (struct scim_asked){.user_name = text_lit("P400@example.org"), .count = 1000}, 1, ONE);
    expect_found((struct scim_asked){.external_id = text_lit("e-400"), .count = 1000}, 1, ONE);
    expect_found((struct scim_asked){.user_id = ID_OF(40), .count = 1000}, 1, ONE);
    expect_found((struct scim_asked){.external_id = text_lit("e-401"), .count = 1000}, 0, ONE);
    expect_found((struct scim_asked){.user_id = ID_OF(41), .count = 1000}, 0, ONE);
}

static void the_next_ones_are_read_and_no_others(void)
{
    expect_found((struct scim_asked){.after = ID_OF(40), .count = 1000}, 1000, A_THOUSAND);
    expect_found((struct scim_asked){.start = 100, .count = 200}, 200, A_THOUSAND);
}

static void all_are_counted_without_those_of_others(void)
{
    expect_read(&scim_users_total_query, &provider, 20002);
}

static const struct test tests[] = {
    TEST(who_is_named_is_found_by_an_index),
    TEST(the_next_ones_are_read_and_no_others),
    TEST(all_are_counted_without_those_of_others),
};

const struct suite test_directory_people_suite =
    SUITE_WITH("lists/directory_people", tests, .set_up = set_up, .tear_down = tear_down);
