/*
 * Question: what was written by which tasks is to be dropped next? Asked by whoever then finds where it
 * stands, and orders drop_task_output. What is known to be withheld is passed over while that hold is in place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_lookup.h"
#include "commands/task/task.h"

enum { TASKS_AT_ONCE = 64, LOOKED_AT = 1024 };

static const struct field query_due_output_fields[] = {
    {OBJECT(query_due_output, after, timer), .tag = 1,
     .doc = "Timer that was looked at last; absent to start."},
};
static const struct shape query_due_output_shape =
    SHAPE(query_due_output, "Place among the tasks whose output is to be dropped.");

static const struct field due_output_fields[] = {
    {OBJECTS(due_output, timers, timer), .tag = 1, .flags = REQUIRED,
     .doc = "Tasks whose output is to be dropped, and when their ends were recorded."},
    {OBJECT(due_output, last, timer), .tag = 2,
     .doc = "Timer to go on after; absent where no more is due."},
};
static const struct shape due_output_shape =
    SHAPE(due_output, "Tasks whose output is to be dropped.");

struct timestamp task_output_kept_since(const struct decision *decision)
{
    int64_t kept_us = decision->policy->output_retention_us;

    return kept_us == 0 ? (struct timestamp){INT64_MIN}
                        : timestamp_plus_us(decision->now, -kept_us);
}

static bool is_withheld(const struct model *model, struct uuid task_id)
{
    return privacy_is_in_place(model, task_output_hold(model, task_id));
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_due_output *question = input;
    struct due_output *due = answer;
    struct timer *timers = arena_array(arena, TASKS_AT_ONCE, sizeof(*timers));
    struct timer *last = arena_one(arena, struct timer);
    size_t count = 0;
    size_t looked_at = 0;

    *last = question->after == NULL ? (struct timer){.kind = TIMER_TASK_OUTPUT} : *question->after;
    while (count < TASKS_AT_ONCE && looked_at < LOOKED_AT &&
           model_next_timer(decision->model, last, last) &&
           last->due.us <= task_output_kept_since(decision).us) {
        looked_at++;
        if (!is_withheld(decision->model, last->id))
            timers[count++] = *last;
    }
    due->timers = (struct list){timers, count};
    due->last = count == TASKS_AT_ONCE || looked_at == LOOKED_AT ? last : NULL;
}

const struct command query_due_output_command = {
    .name = "query_due_output",
    .doc = "Looks up tasks whose output is to be dropped.",
    .input = &query_due_output_shape,
    .answer = &due_output_shape,
    .answer_from = answer_from,
    .is_question = true,
};
