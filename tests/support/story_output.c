/*
 * Output of a story.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_output.h"

#include "eventlog/events/task_events.h"

/* Its lines, the order to stop, its report, its end. */
static void given_output_dropped(struct test_ledger *ledger, const struct cast *cast)
{
    const int64_t positions[] = {(int64_t)ledger->made - 4, (int64_t)ledger->made - 2};
    const struct task_output_withheld withheld = {cast->stopped, make_id(66), text_lit("hold")};
    const struct task_output_dropped dropped = {
        .task_id = cast->stopped,
        .rule = text_lit("TASK_OUTPUT_RETENTION_DAYS"),
        .positions = {positions, COUNT_OF(positions)},
        .ended_at = ledger->now,
        .is_last = OPT_TRUE,
    };

    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
    given_event(ledger, &task_output_withheld_event, cast->stopped, cast->workspace, &withheld);
    given_event(ledger, &task_output_dropped_event, cast->stopped, cast->workspace, &dropped);
}

void given_end_of_stopped(struct test_ledger *ledger, const struct cast *cast)
{
    const struct task_reported report = {
        .task_id = cast->stopped,
        .result = {text_lit("{\"exitCode\":143}")},
        .output = text_lit("as far as it came"),
        .is_output_truncated = OPT_FALSE,
    };
    const struct task_completed stopped = {
        .task_id = cast->stopped,
        .status = {TASK_CANCELLED},
        .is_output_truncated = OPT_FALSE,
        .finished_at = ledger->now,
    };

    given_event(ledger, &task_reported_event, cast->stopped, cast->workspace, &report);
    given_event(ledger, &task_completed_event, cast->stopped, cast->workspace, &stopped);
    given_output_dropped(ledger, cast);
}
