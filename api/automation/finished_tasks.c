/*
 * Tasks that ended long ago leave the write model, a thousand an event.
 *
 *   every minute ──retire_tasks──► writer ──were there any?──► here ──retire_tasks──► … until there is none
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/task/task_commands.h"

enum { TASKS_AT_ONCE = 1000 };

static void order(struct monitor *monitor);

/* While nothing can be recorded the rest waits for the next minute. */
static void on_retired(struct monitor_outcome outcome, void *context)
{
    struct monitor *monitor = context;

    monitor->is_retiring = false;
    if (outcome.is_any)
        order(monitor);
}

static void order(struct monitor *monitor)
{
    const struct retire_tasks input = {TASKS_AT_ONCE};

    monitor->is_retiring =
        monitor_order(monitor, &retire_tasks_command, &input, on_retired, monitor);
}

void finished_tasks_check(struct monitor *monitor)
{
    if (!monitor->is_retiring)
        order(monitor);
}
