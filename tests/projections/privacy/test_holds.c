/*
 * Legal holds as the API shows them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/privacy_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    const struct hold_placed placed = {
        .hold_id = make_id(10),
        .kind = {HOLD_POSITIONS},
        .first_position = 3,
        .last_position = 9,
        .reason = text_lit("a dispute"),
    };

    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_event(p->ledger, &hold_placed_event, placed.hold_id, UUID_NONE, &placed);
}

static void tear_down(void)
{
    end_projected(p);
}

static void a_hold_is_shown_as_it_was_placed(void)
{
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', kind, first_position, last_position, reason, is_released, "
               "revision) from set_test.holds where target_id is null and released_at is null and "
               "right(placed_by_user_id::text, 1) = '1'"),
        "positions 3 9 a dispute f 1");
}

static void a_released_one_says_why_and_by_whom(void)
{
    const struct hold_released released = {make_id(10), text_lit("settled")};

    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    given_event(p->ledger, &hold_released_event, make_id(10), UUID_NONE, &released);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', is_released, release_reason, revision) from set_test.holds "
               "where released_at >= placed_at and released_by_user_id is null"),
        "t settled 2");
}

static const struct test tests[] = {
    TEST(a_hold_is_shown_as_it_was_placed),
    TEST(a_released_one_says_why_and_by_whom),
};
const struct suite test_holds_suite =
    SUITE_WITH("projections/privacy/holds", tests, .set_up = set_up, .tear_down = tear_down);
