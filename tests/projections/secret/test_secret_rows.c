/*
 * The secrets as the API shows them, and what the audit trail says of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/secret_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    const struct secret_created created = {
        .secret_id = make_id(10),
        .workspace_id = make_id(2),
        .name = text_lit("db"),
        .version_id = make_id(11),
        .version = 1,
        .value.text = text_lit("a value that nobody sees"),
    };

    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_event(p->ledger, &secret_created_event, make_id(10), make_id(2), &created);
}

static void tear_down(void)
{
    end_projected(p);
}

static void a_use_is_noted_and_is_no_change(void)
{
    const struct secret_delivered delivered = {make_id(10), make_id(2),  make_id(11),   1,
                                               make_id(20), make_id(21), text_lit("DB")};

    p->ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = make_id(21)};
    given_event(p->ledger, &secret_delivered_event, make_id(10), make_id(2), &delivered);
    given_applied(p);
    expect_text(
        row_of(
            p,
            "(select name, version, last_used_at > created_at as is_used, updated_at = created_at"
            " as is_as_before, revision from secrets)"),
        "{\"name\":\"db\",\"version\":1,\"is_used\":true,\"is_as_before\":true,\"revision\":2}");
    expect_text(
        value_of(
            p, "select target_label || ' ' || (metadata->>'variable') || ' ' || actor_type"
               " from audit_logs where action = 'secret.delivered'"),
        "db DB system");
}

static void another_value_is_another_version(void)
{
    const struct secret_rotated rotated = {
        .secret_id = make_id(10),
        .workspace_id = make_id(2),
        .version_id = make_id(12),
        .version = 2,
        .value.text = text_lit("another that nobody sees"),
    };

    p->ledger->actor.id = make_id(3);
    given_event(p->ledger, &secret_rotated_event, make_id(10), make_id(2), &rotated);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select version, rotated_at = updated_at as is_at_once, created_by_user_id ="
               " updated_by_user_id as by_one from secrets)"),
        "{\"version\":2,\"is_at_once\":true,\"by_one\":false}");
}

static void what_is_deleted_is_gone_and_stays_on_the_trail(void)
{
    const struct secret_deleted deleted = {make_id(10), make_id(2), OPT_FALSE};

    given_event(p->ledger, &secret_deleted_event, make_id(10), make_id(2), &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from secrets"), "0");
    expect_text(
        value_of(p, "select string_agg(action, ' ' order by created_at) from audit_logs"),
        "secret.created secret.deleted");
}

static const struct test tests[] = {
    TEST(a_use_is_noted_and_is_no_change),
    TEST(another_value_is_another_version),
    TEST(what_is_deleted_is_gone_and_stays_on_the_trail),
};

const struct suite test_secret_rows_suite =
    SUITE_WITH("projections/secret/secret_rows", tests, .set_up = set_up, .tear_down = tear_down);
