/*
 * Groups of directories as rows, and a row for each person in them: as they come, go, and are gone with their group.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_DIRECTORY, .id = make_id(2)};
}

static void tear_down(void)
{
    end_projected(p);
}

/* Of the people 11, 12 and so on. */
static void given_group(unsigned group, const char *name, unsigned people)
{
    struct uuid members[4];
    struct directory_group_created created = {
        .group_id = make_id(group),
        .provider_id = make_id(2),
        .display_name = text_from(name),
        .external_id = text_lit("e-1"),
        .members = {members, people}};

    for (unsigned i = 0; i < people; i++)
        members[i] = make_id(11 + i);
    given_event(p->ledger, &directory_group_created_event, created.group_id, UUID_NONE, &created);
}

static void expect_groups(const char *rows)
{
    given_applied(p);
    expect_text(
        value_of(
            p,
            "select string_agg(display_name || ' ' || coalesce(external_id, '-') || ' ' || revision,"
            " ', ' order by display_name) from directory_groups"),
        rows);
}

static void expect_member(unsigned group, unsigned person, const char *count)
{
    char group_id[UUID_TEXT_SIZE];
    char user_id[UUID_TEXT_SIZE];

    uuid_print(make_id(group), group_id);
    uuid_print(make_id(person), user_id);
    expect_text(
        value_of(
            p,
            text_format(
                p->arena,
                "select count(*) from directory_members where group_id = '%s' and user_id = '%s'",
                group_id, user_id)
                .data),
        count);
}

static void expect_members(const char *count)
{
    expect_text(value_of(p, "select count(*) from directory_members"), count);
}

static void a_group_has_a_row_and_each_of_its_people_has_one(void)
{
    given_group(5, "ops", 2);
    given_group(6, "all", 1);
    expect_groups("all e-1 1, ops e-1 1");
    expect_members("3");
    expect_member(5, 11, "1");
    expect_member(5, 12, "1");
    expect_member(6, 11, "1");
}

static void who_goes_has_no_row_any_more_and_who_comes_has_one(void)
{
    const struct uuid added = make_id(13);
    const struct uuid removed = make_id(11);
    const struct directory_group_changed changed = {
        .group_id = make_id(5),
        .provider_id = make_id(2),
        .display_name = text_lit("operators"),
        .added = {&added, 1},
        .removed = {&removed, 1}};

    given_group(5, "ops", 2);
    given_applied(p);
    given_event(p->ledger, &directory_group_changed_event, changed.group_id, UUID_NONE, &changed);
    expect_groups("operators - 2");
    expect_members("2");
    expect_member(5, 12, "1");
    expect_member(5, 13, "1");
}

static void a_group_that_is_gone_takes_the_rows_of_its_people_along(void)
{
    const struct directory_group_deleted deleted = {make_id(5), make_id(2)};

    given_group(5, "ops", 2);
    given_group(6, "all", 1);
    given_applied(p);
    given_event(p->ledger, &directory_group_deleted_event, deleted.group_id, UUID_NONE, &deleted);
    expect_groups("all e-1 1");
    expect_members("1");
    expect_member(6, 11, "1");
}

static const struct test tests[] = {
    TEST(a_group_has_a_row_and_each_of_its_people_has_one),
    TEST(who_goes_has_no_row_any_more_and_who_comes_has_one),
    TEST(a_group_that_is_gone_takes_the_rows_of_its_people_along),
};

const struct suite test_directory_group_rows_suite = SUITE_WITH(
    "projections/identity/directory_groups", tests, .set_up = set_up, .tear_down = tear_down);
