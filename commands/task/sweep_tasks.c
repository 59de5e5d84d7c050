/*
 * What time does to tasks: a claim that was not started in time waits again, what waited or ran for
 * too long has failed. A node in maintenance keeps what waits for it.
 *
 *   automation ──sweep_tasks──► [here] ──task_requeued*, task_timed_out*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"

/* Timers that have begun but are not over are passed over, but not without end. */
enum { MOST_TIMERS = 100000 };

static const struct field sweep_tasks_fields[] = {
    {TIMESTAMP(sweep_tasks, since), .tag = 1, .doc = "Timers that fell due before do not count."},
    {TIMESTAMP(sweep_tasks, due), .tag = 2, .flags = REQUIRED, .doc = "Timers count up to here."},
    {INT64(sweep_tasks, limit), .tag = 3, .flags = REQUIRED, .doc = "How many events at most."},
};
static const struct shape sweep_tasks_shape =
    SHAPE(sweep_tasks, "Requeue and fail what took too long.");

/* When the time of a timer is over; timers that are not of tasks never are. */
static struct timestamp over_at(const struct policy *policy, const struct timer *timer)
{
    if (timer->kind == TIMER_LEASE)
        return timer->due;
    if (timer->kind == TIMER_QUEUED)
        return timestamp_plus_us(timer->due, policy->stale_queued_us);
    if (timer->kind == TIMER_RUNNING)
        return timestamp_plus_us(timer->due, policy->stale_running_us);
    return (struct timestamp){INT64_MAX};
}

static bool
is_over(const struct decision *decision, const struct sweep_tasks *order, const struct timer *timer)
{
    struct timestamp at = over_at(decision->policy, timer);

    return at.us >= order->since.us && at.us <= order->due.us;
}

static bool
waits_for_maintenance(const struct decision *decision, const struct task_state_view *task)
{
    struct node_lookup node;

    return task->status.is != TASK_RUNNING && node_lookup(decision, task->node_id, &node) &&
           node.is_in_maintenance;
}

/* True when it emitted something. */
static bool sweep(struct decision *decision, struct uuid task_id)
{
    struct task_state_view task;
    struct task_requeued requeued = {.task_id = task_id, .reason = {REQUEUE_LEASE_EXPIRED}};
    struct task_timed_out timed_out = {.task_id = task_id};

    if (!task_load(decision, task_id, &task) || waits_for_maintenance(decision, &task))
        return false;
    requeued.node_id = task.node_id;
    timed_out.previous_status = task.status;
    if (task.status.is == TASK_ACCEPTED)
        decision_emit(decision, &task_requeued_event, task_id, task.workspace_id, &requeued);
    else
        decision_emit(decision, &task_timed_out_event, task_id, task.workspace_id, &timed_out);
    return true;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct sweep_tasks *order = input;
    struct timer cursor = {0};
    struct timer timer;
    int64_t left = order->limit;

    (void)error;
    for (int walked = 0; walked < MOST_TIMERS && left > 0; walked++) {
        if (!model_next_due(decision->model, order->due, &cursor, &timer))
            break;
        if (is_over(decision, order, &timer) && sweep(decision, timer.id))
            left--;
    }
    return STATUS_OK;
}

const struct command sweep_tasks_command = {
    .name = "sweep_tasks",
    .doc = "Requeue and fail what took too long.",
    .input = &sweep_tasks_shape,
    .decide = decide,
};
