/*
 * What a directory asks of its groups is found by an index: which one has a name or an id, which ones somebody is in, and who
 * is in those of a page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_select.h"
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

/* 10,000 groups of two providers, with ten people each: 20,000 people are in five each. */
static const char fill_script[] =
    "create function n(bigint) returns uuid immutable language sql as\n"
    "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n"
    "insert into directory_groups (id, provider_id, display_name, external_id, created_at,\n"
    "        updated_at, revision)\n"
    "    select n(i), n(1 + i % 2), 'Group ' || i, 'e-' || i, now(), now(), 1\n"
    "    from generate_series(1, 10000) i;\n"
    "insert into directory_members (id, group_id, user_id)\n"
    "    select n(i), n(1 + i % 10000), n(i % 20000) from generate_series(1, 100000) i;\n";

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
    expect_ok(db_script(db, "vacuum analyze directory_groups, directory_members", &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static void
expect_found(const struct query *query, struct scim_asked_groups asked, size_t wanted, int64_t most)
{
    const void *rows = NULL;
    size_t count = 0;
    struct text plan;

    asked.directory_id = provider;
    expect_ok(db_query(db, &query->sql, &asked, arena, &rows, &count, &error), &error);
    expect_int64((int64_t)count, (int64_t)wanted);
    plan = plan_of(db, &query->sql, &asked, arena);
    expect_at(!text_contains(plan, text_lit("Seq Scan on ")), __FILE__, __LINE__, plan.data);
    expect_at(plan_rows_read(arena, plan) <= most, __FILE__, __LINE__, plan.data);
}

/* Each node of a plan counts what it read. */
enum { ONE = 8, FEW = 200, A_PAGE = 800, ITS_PEOPLE = 12000 };

static void a_group_that_is_named_is_found_by_an_index(void)
{
    expect_found(
        &scim_groups_query,
        (struct scim_asked_groups){.display_name = text_lit("group 400"), .count = 100}, 1, ONE);
    expect_found(
        &scim_groups_query,
        (struct scim_asked_groups){.external_id = text_lit("e-400"), .count = 100}, 1, ONE);
    expect_found(
        &scim_groups_query, (struct scim_asked_groups){.group_id = ID_OF(40), .count = 1}, 1, ONE);
    expect_found(
        &scim_groups_query, (struct scim_asked_groups){.group_id = ID_OF(41), .count = 1}, 0, ONE);
}

static void the_groups_of_somebody_are_found_by_an_index(void)
{
    expect_found(
        &scim_groups_query, (struct scim_asked_groups){.member_id = ID_OF(41), .count = 100}, 1,
        FEW);
}

static void a_page_is_read_with_its_people_and_no_others(void)
{
    expect_found(&scim_groups_query, (struct scim_asked_groups){.count = 200}, 200, A_PAGE);
    expect_found(
        &scim_group_members_query, (struct scim_asked_groups){.count = 200}, 2000, ITS_PEOPLE);
}

static const struct test tests[] = {
    TEST(a_group_that_is_named_is_found_by_an_index),
    TEST(the_groups_of_somebody_are_found_by_an_index),
    TEST(a_page_is_read_with_its_people_and_no_others),
};

const struct suite test_directory_group_lists_suite =
    SUITE_WITH("lists/directory_groups", tests, .set_up = set_up, .tear_down = tear_down);
