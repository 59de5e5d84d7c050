/*
 * What is due, and who is told: the sender's statements on rows of a real database.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/due.h"
#include "core/db/db.h"
#include "tests/support/expect.h"
#include "tests/support/loose_set.h"
#include "tests/support/postgres.h"

#include <string.h>

#define ID(n) "'01900000-0000-7000-8000-0000000000" n "'"

/* clang-format off */
static const char fleet[] =
    "insert into workspaces (id, name, automation_email_enabled) values"
    "    (" ID("a1") ", 'Acme', true),"
    "    (" ID("a2") ", 'Other', true),"
    "    (" ID("a3") ", 'Quiet', false);"
    "insert into users (id, email, is_active, role, critical_event_emails_enabled,"
    "        enrollment_emails_enabled) values"
    "    (" ID("b1") ", 'Owner@acme.example', true, 'user', true, true),"
    "    (" ID("b2") ", 'admin@acme.example', true, 'user', false, true),"
    "    (" ID("b3") ", 'viewer@acme.example', true, 'user', true, true),"
    "    (" ID("b4") ", 'gone@acme.example', false, 'user', true, true),"
    "    (" ID("b5") ", 'owner@other.example', true, 'user', true, true),"
    "    (" ID("b6") ", 'platform@fleet.example', true, 'platform_admin', true, false),"
    "    (" ID("b7") ", 'owner@quiet.example', true, 'user', true, true),"
    "    (" ID("b8") ", 'admin@quiet.example', true, 'user', false, true);"
    "insert into memberships (id, workspace_id, user_id, role) values"
    "    (" ID("c1") ", " ID("a1") ", " ID("b1") ", 'owner'),"
    "    (" ID("c2") ", " ID("a1") ", " ID("b2") ", 'admin'),"
    "    (" ID("c3") ", " ID("a1") ", " ID("b3") ", 'viewer'),"
    "    (" ID("c4") ", " ID("a1") ", " ID("b4") ", 'owner'),"
    "    (" ID("c5") ", " ID("a2") ", " ID("b5") ", 'owner'),"
    "    (" ID("c6") ", " ID("a3") ", " ID("b7") ", 'owner'),"
    "    (" ID("c7") ", " ID("a3") ", " ID("b8") ", 'admin');";
/* clang-format on */

static struct db *db;
static struct arena *arena;
static struct error error;

static void run(const char *sql)
{
    expect_ok(db_script(db, sql, &error), &error);
}

static void set_up(void)
{
    arena = arena_new(16 << 20);
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    given_loose_set(db, "served");
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static struct uuid id_of(const char *text)
{
    struct uuid id = UUID_NONE;

    expect(uuid_parse(
        text_slice(text_from(text), 1, UUID_TEXT_SIZE - 1), &id)); /* without the quotes */
    return id;
}

/* Their addresses, with a blank behind each. */
static struct text told(const struct sql *sql, const void *audience)
{
    const void *rows = NULL;
    size_t count = 0;
    const struct recipient *people;
    struct text all = text_lit("");

    expect_ok(db_query(db, sql, audience, arena, &rows, &count, &error), &error);
    people = rows;
    for (size_t i = 0; i < count; i++)
        all = text_format(arena, "%.*s%.*s ", TEXT_ARGS(all), TEXT_ARGS(people[i].email));
    return all;
}

static struct text told_of_event(const char *workspace, bool is_critical)
{
    const struct event_audience audience = {id_of(workspace), opt_bool_of(is_critical)};

    return told(&event_recipients_sql, &audience);
}

static void an_event_goes_to_those_who_look_after_the_workspace(void)
{
    run(fleet);
    expect_text(told_of_event(ID("a1"), false), "admin@acme.example owner@acme.example ");
    expect_text(told_of_event(ID("a2"), false), "owner@other.example ");
    expect_text(told_of_event(ID("a3"), false), "");
}

static void a_critical_event_goes_to_whoever_wants_such_mails_too(void)
{
    run(fleet);
    expect_text(
        told_of_event(ID("a1"), true),
        "admin@acme.example owner@acme.example platform@fleet.example ");
    expect_text(told_of_event(ID("a3"), true), "owner@quiet.example platform@fleet.example ");
}

static struct text told_of_enrollment(const char *user)
{
    const struct enrollment_audience audience = {id_of(user)};

    return told(&enrollment_recipients_sql, &audience);
}

/* Whoever a machine names is told of by those who look after that person's workspaces. */
static void an_enrollment_goes_to_those_who_may_approve_it(void)
{
    run(fleet);
    expect_text(told_of_enrollment(ID("b3")), "admin@acme.example owner@acme.example ");
    expect_text(told_of_enrollment(ID("b5")), "owner@other.example ");
    run("update users set enrollment_emails_enabled = false where email like 'admin@%'");
    expect_text(told_of_enrollment(ID("b3")), "owner@acme.example ");
    run("update users set enrollment_emails_enabled = true where role = 'platform_admin'");
    expect_text(told_of_enrollment(ID("b5")), "owner@other.example platform@fleet.example ");
}

static const struct timestamp noon = {1774180800LL * US_PER_S};

/* The last digits of the ids of what is due at noon, in order. */
static struct text due_at_noon(void)
{
    const struct at_timestamp at = {noon};
    const void *rows = NULL;
    size_t count = 0;
    const struct due *due;
    struct text all = text_lit("");

    expect_ok(db_query(db, &due_sql, &at, arena, &rows, &count, &error), &error);
    due = rows;
    for (size_t i = 0; i < count; i++)
        all = text_format(arena, "%.*s%02x ", TEXT_ARGS(all), (unsigned)due[i].id.bytes[15]);
    return all;
}

static void given_deliveries(void)
{
    run("insert into outbox (id, kind, status, next_attempt_at) values"
        " (" ID(
            "01") ", 'mail.invitation', 'pending', '2026-03-22 12:00:00Z'),"
                  " (" ID(
                      "02") ", 'mail.invitation', 'pending', '2026-03-22 12:00:00.000001Z'),"
                            " (" ID(
                                "03") ", 'mail.invitation', 'pending', '2026-03-22 11:00:00Z'),"
                                      " (" ID(
                                          "04") ", 'mail.invitation', 'delivered', '2026-03-22 11:00:00Z'),"
                                                " (" ID(
                                                    "05") ", 'mail.invitation', 'dead_letter', '2026-03-22 11:00:00Z'),"
                                                          " (" ID(
                                                              "06") ", 'mail.invitation', 'dropped', '2026-03-22 11:00:00Z')");
}

static void what_is_due_comes_first_things_first_and_what_is_not_is_left_alone(void)
{
    given_deliveries();
    expect_text(due_at_noon(), "03 01 ");
}

static void the_next_is_the_first_that_waits(void)
{
    const void *rows = NULL;
    size_t count = 0;

    expect_ok(db_query(db, &next_due_sql, NULL, arena, &rows, &count, &error), &error);
    expect(count == 1 && !timestamp_is_present(((const struct next_due *)rows)->at));
    given_deliveries();
    run("delete from outbox where id in (" ID("01") ", " ID("03") ")");
    expect_ok(db_query(db, &next_due_sql, NULL, arena, &rows, &count, &error), &error);
    expect_int64(((const struct next_due *)rows)->at.us, noon.us + 1);
}

/* So that one bad mail server does not hold up everything else for long. */
static void twenty_five_are_due_at_once_at_most(void)
{
    run("insert into outbox (id, kind, status, next_attempt_at)"
        " select gen_random_uuid(), 'mail.password_reset', 'pending', '2026-03-22 11:00:00Z'"
        " from generate_series(1, 26)");
    expect_int64(due_at_noon().size, 25 * strlen("00 "));
}

static const struct test tests[] = {
    TEST(an_event_goes_to_those_who_look_after_the_workspace),
    TEST(a_critical_event_goes_to_whoever_wants_such_mails_too),
    TEST(an_enrollment_goes_to_those_who_may_approve_it),
    TEST(what_is_due_comes_first_things_first_and_what_is_not_is_left_alone),
    TEST(the_next_is_the_first_that_waits),
    TEST(twenty_five_are_due_at_once_at_most),
};
const struct suite test_due_suite =
    SUITE_WITH("api/outbound/due", tests, .set_up = set_up, .tear_down = tear_down);
