/*
 * Dead letters that are tried again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"
#include "tests/support/scenario.h"

#define D1 id_named("delivery 1")
#define D2 id_named("delivery 2")

static void given_dead(struct scenario *s, struct uuid id)
{
    GIVEN(
        s, HAPPENED(
               delivery_failed, .outbox_id = id, .error = text_lit("550 no"), .is_final = OPT_TRUE,
               .attempts = 8));
}

static void remediation_start_again_and_repeats_count_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1, D2, D1};

    given_dead(s, D1);
    given_dead(s, D2);
    scenario_when(s, &requeue_deliveries_command, &(struct remediation){{ids, 3}});
    THEN_EMITTED(
        s, HAPPENED(delivery_requeued, .outbox_id = D1),
        HAPPENED(delivery_requeued, .outbox_id = D2));
    expect_int64(ANSWER(s, remediated_view)->affected, 2);
    expect(opt_bool_is_true(ANSWER(s, remediated_view)->success));
    WHEN(s, record_delivery, .outbox_id = D1, .error = text_lit("421 busy"));
    THEN_EMITTED(
        s,
        HAPPENED(
            delivery_failed, .outbox_id = D1, .error = text_lit("421 busy"), .is_final = OPT_FALSE,
            .next_attempt_at = timestamp_plus_us(scenario_recorded(s, 0), 2LL * US_PER_S),
            .attempts = 1));
}

static void nothing_at_all_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1};

    scenario_when(s, &requeue_deliveries_command, &(struct remediation){{ids, 0}});
    THEN_REFUSED(s, INVALID, "At least one dead-letter outbox event id is required.");
}

static void one_that_is_no_dead_letter_spoils_all(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct uuid ids[] = {D1, D2};

    given_dead(s, D1);
    GIVEN(s, HAPPENED(delivery_succeeded, .outbox_id = D2));
    scenario_when(s, &requeue_deliveries_command, &(struct remediation){{ids, 2}});
    THEN_REFUSED(
        s, INVALID,
        "Only dead-letter event.created outbox entries may be remediated from the web UI.");
}

static const struct test tests[] = {
    TEST(remediation_start_again_and_repeats_count_once),
    TEST(nothing_at_all_is_refused),
    TEST(one_that_is_no_dead_letter_spoils_all),
};

const struct suite test_requeue_deliveries_suite =
    SUITE("commands/notification/requeue_deliveries", tests);
