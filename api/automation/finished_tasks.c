/*
 * Tasks that ended long ago leave the write model, a thousand an event.
 *
 *   every minute ──retire_tasks──► writer ──were there any?──► here ──retire_tasks──► … until there is none
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/task/task_commands.h"
#include "core/base/heap.h"

enum { TASKS_AT_ONCE = 1000 };

/* Whether any were retired, on its way from the writer. */
struct retired_message {
    struct loop_message message; /* first */
    struct monitor *monitor;
    bool is_any;
};

static void order(struct monitor *monitor);

/* While nothing can be recorded the rest waits for the next minute. */
static void retired_message_run(struct loop_message *message)
{
    struct retired_message *retired = (struct retired_message *)message;
    struct monitor *monitor = retired->monitor;

    monitor->is_retiring = false;
    if (retired->is_any)
        order(monitor);
    heap_free(retired);
}

/* The writer's thread. */
static void on_retired(const struct submission *submission, void *context)
{
    struct monitor *monitor = context;
    struct retired_message *retired = heap_new(sizeof(*retired));

    *retired = (struct retired_message){
        .message.run = retired_message_run,
        .monitor = monitor,
        .is_any = submission->status == STATUS_OK && submission->emitted > 0,
    };
    if (!loop_post(monitor->loop, &retired->message))
        heap_free(retired);
}

static void order(struct monitor *monitor)
{
    const struct retire_tasks input = {TASKS_AT_ONCE};

    monitor->is_retiring = own_command_submit(
        monitor->writer, &(struct own_command){
                             .command = &retire_tasks_command,
                             .input = &input,
                             .done = on_retired,
                             .context = monitor,
                         });
}

void finished_tasks_check(struct monitor *monitor)
{
    if (!monitor->is_retiring)
        order(monitor);
}
