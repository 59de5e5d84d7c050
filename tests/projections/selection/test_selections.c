/*
 * The selections as the API shows them, and what the audit trail says of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/selection_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static struct selection_definition make_definition(const char *selector)
{
    return (struct selection_definition){
        .selection_id = make_id(10),
        .workspace_id = make_id(2),
        .name = text_lit("Production"),
        .selector = text_from(selector),
    };
}

static void set_up(void)
{
    const struct selection_created created = {make_definition("env=prod")};

    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_event(p->ledger, &selection_created_event, make_id(10), make_id(2), &created);
}

static void tear_down(void)
{
    end_projected(p);
}

static void a_change_is_shown_with_who_made_it(void)
{
    const struct selection_changed changed = {make_definition("env=prod,!legacy")};

    p->ledger->actor.id = make_id(3);
    given_event(p->ledger, &selection_changed_event, make_id(10), make_id(2), &changed);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select name, description, selector, created_by_user_id = updated_by_user_id as"
               " by_one, revision from selections)"),
        "{\"name\":\"Production\",\"description\":null,\"selector\":\"env=prod,!legacy\","
        "\"by_one\":false,\"revision\":2}");
}

static void what_is_deleted_is_gone_and_stays_on_the_trail(void)
{
    const struct selection_deleted deleted = {make_id(10), make_id(2), OPT_FALSE};

    given_event(p->ledger, &selection_deleted_event, make_id(10), make_id(2), &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from selections"), "0");
    expect_text(
        value_of(p, "select string_agg(action, ' ' order by created_at) from audit_logs"),
        "selection.created selection.deleted");
}

static const struct test tests[] = {
    TEST(a_change_is_shown_with_who_made_it),
    TEST(what_is_deleted_is_gone_and_stays_on_the_trail),
};

const struct suite test_selections_suite =
    SUITE_WITH("projections/selection/selections", tests, .set_up = set_up, .tear_down = tear_down);
