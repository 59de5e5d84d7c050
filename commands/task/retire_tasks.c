/*
 * Let tasks that ended long ago leave the write model, many at once: it holds what may still change, and
 * does not grow with what has been.
 *
 *   automation ──retire_tasks──► [here] ──(task_retired)──► ledger
 *
 * Nothing is retired within a day of its end, so that a command that is repeated in that day finds what
 * it is answered with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_lookup.h"
#include "commands/task/task.h"

enum { MOST_TASKS = 1000 };

static const struct field retire_tasks_fields[] = {
    {INT64(retire_tasks, most), .tag = 1, .flags = REQUIRED, .min = 1, .max = MOST_TASKS,
     .doc = "Greatest number of tasks."},
};
static const struct shape retire_tasks_shape =
    SHAPE(retire_tasks, "Tasks that ended long ago to retire.");

/* An end at this time or before it is long ago. */
static struct timestamp latest_end(const struct decision *decision)
{
    const int64_t least_us = INT64_C(1) * TASK_LEAST_KEPT_S * US_PER_S;
    int64_t kept_us = decision->policy->finished_task_us;

    return timestamp_plus_us(decision->now, kept_us > least_us ? -kept_us : -least_us);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct retire_tasks *order = input;
    struct uuid stream = installation_id(decision);
    struct timestamp until = latest_end(decision);
    struct timer timer = {.kind = TIMER_FINISHED};
    struct uuid *task_ids = arena_array(decision->arena, (size_t)order->most, sizeof(*task_ids));
    struct task_retired retired = {
        .rule = text_lit("FINISHED_TASK_DAYS"), .task_ids = {task_ids, 0}};

    (void)error;
    if (decision->policy->finished_task_us == 0 || !uuid_is_present(stream))
        return STATUS_OK;
    while (retired.task_ids.count < (size_t)order->most &&
           model_next_timer(decision->model, &timer, &timer) && timer.due.us <= until.us)
        task_ids[retired.task_ids.count++] = timer.id;
    if (retired.task_ids.count > 0)
        decision_emit(decision, &task_retired_event, stream, UUID_NONE, &retired);
    return STATUS_OK;
}

const struct command retire_tasks_command = {
    .name = "retire_tasks",
    .doc = "Lets tasks that ended long ago leave the write model.",
    .input = &retire_tasks_shape,
    .decide = decide,
    .may_come_to_nothing = true,
};
