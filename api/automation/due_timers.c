/*
 * The clock of the write side: asks which timers are due and submits the command of each.
 *
 *   every interval ──query_due_timers──► writer ──some timers──► here ──a command each──► writer
 *                          ▲                                      │
 *                          └────────── as many as fit ────────────┘ then the next ones
 *
 * The writer's queue keeps the order, so the next question sees what these commands did. What a
 * full queue turns away is found again at the next interval.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/platform/platform_commands.h"
#include "commands/timers.h"
#include "core/base/alloc.h"

enum { TIMERS_AT_ONCE = 256, GRACE_AFTER_START_US = 30000000 };

/* An answer, on its way back from the writer. */
struct due_message {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct submission *query;
};

static void ask(struct monitor *monitor, const struct timer *after);

/* False when the writer has too much to do. */
static bool submit_all(struct monitor *monitor, const struct list *due)
{
    const struct timer *timers = due->items;

    for (size_t i = 0; i < due->count; i++) {
        if (!monitor_submit(monitor, timer_kind_command(timers[i].kind), &timers[i]))
            return false;
    }
    return true;
}

static void due_message_run(struct loop_message *message)
{
    struct due_message *due = (struct due_message *)message;
    struct monitor *monitor = due->monitor;
    const struct due_timers *answer = due->query->answer;

    monitor->is_asking = false;
    if (due->query->status == STATUS_OK && submit_all(monitor, &answer->timers) &&
        answer->timers.count == TIMERS_AT_ONCE)
        ask(monitor, (const struct timer *)answer->timers.items + TIMERS_AT_ONCE - 1);
    own_submission_done(due->query);
    heap_free(due);
}

/* The writer's thread. */
static void on_answered(struct submission *query)
{
    struct monitor *monitor = query->owner;
    struct due_message *due = heap_new(sizeof(*due));

    *due = (struct due_message){.message.run = due_message_run, .monitor = monitor, .query = query};
    if (loop_post(monitor->loop, &due->message))
        return;
    own_submission_done(query);
    heap_free(due);
}

/* What fell due while we were away gets the grace after start: a pause of ours fails nobody's
 * task. */
static void ask(struct monitor *monitor, const struct timer *after)
{
    bool is_grace = monotonic_us() - monitor->started_us < GRACE_AFTER_START_US;
    struct query_due_timers input = {
        .since = is_grace ? monitor->started_at : (struct timestamp){0},
        .after = after,
        .limit = TIMERS_AT_ONCE,
    };
    struct submission *query = own_submission_new(&query_due_timers_command, &input);

    query->done = on_answered;
    query->owner = monitor;
    monitor->is_asking = own_submission_submit(monitor, query);
}

void due_timers_check(struct monitor *monitor)
{
    if (!monitor->is_asking)
        ask(monitor, NULL);
}
