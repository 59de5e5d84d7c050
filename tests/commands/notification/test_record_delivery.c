/*
 * How attempts to deliver are recorded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"
#include "tests/support/scenario.h"

#define D1 id_named("delivery 1")

static void a_success_ends_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, record_delivery, .outbox_id = D1, .workspace_id = W1);
    THEN_EMITTED(s, HAPPENED(delivery_succeeded, .outbox_id = D1));
    WHEN(s, record_delivery, .outbox_id = D1);
    THEN_NOTHING(s);
    WHEN(s, record_delivery, .outbox_id = D1, .error = text_lit("late"));
    THEN_NOTHING(s);
}

static void failures_are_tried_again_ever_later_and_then_no_more(void)
{
    static const int64_t pauses[] = {2, 4, 8, 16, 32, 60, 60};
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    for (size_t i = 0; i < COUNT_OF(pauses); i++) {
        WHEN(s, record_delivery, .outbox_id = D1, .error = text_lit("421 busy"));
        THEN_EMITTED(
            s,
            HAPPENED(
                delivery_failed, .outbox_id = D1, .error = text_lit("421 busy"),
                .is_final = OPT_FALSE,
                .next_attempt_at = timestamp_plus_us(scenario_recorded(s, 0), pauses[i] * US_PER_S),
                .attempts = (int64_t)i + 1));
        scenario_pass(s, pauses[i]);
    }
    WHEN(s, record_delivery, .outbox_id = D1, .error = text_lit("421 busy"));
    THEN_EMITTED(
        s, HAPPENED(
               delivery_failed, .outbox_id = D1, .error = text_lit("421 busy"),
               .is_final = OPT_TRUE, .attempts = 8));
    WHEN(s, record_delivery, .outbox_id = D1, .error = text_lit("421 busy"));
    THEN_NOTHING(s);
}

static void what_is_hopeless_is_a_dead_letter_at_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, record_delivery, .outbox_id = D1, .error = text_lit("no address"),
        .is_hopeless = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               delivery_failed, .outbox_id = D1, .error = text_lit("no address"),
               .is_final = OPT_TRUE, .attempts = 1));
}

static const struct test tests[] = {
    TEST(a_success_ends_it),
    TEST(failures_are_tried_again_ever_later_and_then_no_more),
    TEST(what_is_hopeless_is_a_dead_letter_at_once),
};

const struct suite test_record_delivery_suite =
    SUITE("commands/notification/record_delivery", tests);
