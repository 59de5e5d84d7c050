/*
 * Schedules as scenarios begin with them, and orders for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/schedules.h"

static const struct recurrence every_ten_minutes = {
    .cadence = {CADENCE_CRON},
    .minute = 0,
    .hour = INT64_ABSENT,
    .day_of_week = INT64_ABSENT,
    .interval_minutes = INT64_ABSENT,
    .cron = TEXT_OF("*/10 * * * *"),
    .timezone = TEXT_OF("UTC"),
};

struct schedule_created make_schedule(struct uuid schedule_id, const char *next_run_at)
{
    return (struct schedule_created){
        .schedule_id = schedule_id,
        .workspace_id = W1,
        .node_id = N1,
        .owner_user_id = U1,
        .name = text_lit("Nightly"),
        .command = text_lit("date"),
        .run_as_root = OPT_FALSE,
        .recurrence = &every_ten_minutes,
        .timezone_source = {TIMEZONE_OF_WORKSPACE},
        .next_run_at = at(next_run_at),
    };
}

void given_schedule(struct scenario *s, const struct schedule_created *schedule)
{
    const struct happened created = {&schedule_created_event, schedule, OUTCOME_DONE};

    scenario_given(s, &created, 1);
}

void given_schedule_due(struct scenario *s, struct uuid schedule_id, const char *next_run_at)
{
    const struct schedule_created schedule = make_schedule(schedule_id, next_run_at);

    given_schedule(s, &schedule);
}

struct create_schedule make_schedule_order(void)
{
    return (struct create_schedule){
        .order =
            {
                .workspace_id = W1,
                .name = text_lit(" Nightly "),
                .command = text_lit(" date "),
                .cadence = {CADENCE_CRON},
                .minute = INT64_ABSENT,
                .hour = INT64_ABSENT,
                .day_of_week = INT64_ABSENT,
                .interval_minutes = INT64_ABSENT,
                .cron = text_lit("*/10 * * * *"),
            },
        .node_id = N1,
    };
}
