/*
 * Dead letters that are given up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"
#include "tests/support/scenario.h"

#define D1 id_named("delivery 1")

static void a_dropped_letter_is_never_tried_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1, D1};

    GIVEN(
        s, HAPPENED(
               delivery_failed, .outbox_id = D1, .error = text_lit("550 no"), .is_final = OPT_TRUE,
               .attempts = 8));
    scenario_when(s, &drop_deliveries_command, &(struct remediation){{ids, 2}});
    THEN_EMITTED(s, HAPPENED(delivery_dropped, .outbox_id = D1));
    expect_int64(ANSWER(s, remediated_view)->affected, 1);
    WHEN(s, record_delivery, .outbox_id = D1);
    THEN_NOTHING(s);
    scenario_when(s, &requeue_deliveries_command, &(struct remediation){{ids, 1}});
    THEN_REFUSED(
        s, INVALID,
        "Only dead-letter event.created outbox entries may be remediated from the web UI.");
}

static void what_still_waits_cannot_be_dropped(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1};

    scenario_when(s, &drop_deliveries_command, &(struct remediation){{ids, 1}});
    THEN_REFUSED(
        s, INVALID,
        "Only dead-letter event.created outbox entries may be remediated from the web UI.");
}

static void nothing_at_all_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1};

    scenario_when(s, &drop_deliveries_command, &(struct remediation){{ids, 0}});
    THEN_REFUSED(s, INVALID, "At least one dead-letter outbox event id is required.");
}

static const struct test tests[] = {
    TEST(a_dropped_letter_is_never_tried_again),
    TEST(what_still_waits_cannot_be_dropped),
    TEST(nothing_at_all_is_refused),
};

const struct suite test_drop_deliveries_suite =
    SUITE("commands/notification/drop_deliveries", tests);
