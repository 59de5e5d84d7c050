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
#include "api/own_command.h"
#include "commands/platform/platform_commands.h"
#include "commands/timers.h"
#include "core/base/heap.h"

enum { TIMERS_AT_ONCE = 256, GRACE_AFTER_START_US = 30000000 };

/* Timers that are due, on their way from the writer. */
struct due_message {
    struct loop_message message; /* first */
    struct monitor *monitor;
    bool is_exact; /* as was asked */
    size_t count;
    struct timer timers[TIMERS_AT_ONCE];
};

static void ask(struct monitor *monitor, bool is_exact, const struct timer *after);

/* False when the writer has too much to do. */
static bool submit_all(struct monitor *monitor, const struct timer *timers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!monitor_submit(monitor, timer_kind_command(timers[i].kind), &timers[i]))
            return false;
    }
    return true;
}

static void due_message_run(struct loop_message *message)
{
    struct due_message *due = (struct due_message *)message;
    struct monitor *monitor = due->monitor;

    monitor->is_asking[due->is_exact] = false;
    if (submit_all(monitor, due->timers, due->count) && due->count == TIMERS_AT_ONCE)
        ask(monitor, due->is_exact, &due->timers[TIMERS_AT_ONCE - 1]);
    heap_free(due);
}

/* The writer's thread. */
static void on_answered(const struct submission *query, void *context)
{
    struct monitor *monitor = context;
    struct due_message *due = heap_new(sizeof(*due));
    const struct due_timers *answer = query->answer;
    const struct query_due_timers *question = query->input;

    *due = (struct due_message){
        .message.run = due_message_run,
        .monitor = monitor,
        .is_exact = opt_bool_is_true(question->only_exact),
    };
    if (query->status == STATUS_OK) {
        const struct timer *timers = answer->timers.items;
        due->count = answer->timers.count;
        for (size_t i = 0; i < due->count; i++)
            due->timers[i] = timers[i];
    }
    if (!loop_post(monitor->loop, &due->message))
        heap_free(due);
}

/* What fell due while we were away gets the grace after start: a pause of ours fails nobody's
 * task. */
static void ask(struct monitor *monitor, bool is_exact, const struct timer *after)
{
    bool is_grace = monotonic_us() - monitor->started_us < GRACE_AFTER_START_US;
    struct query_due_timers input = {
        .since = is_grace ? monitor->started_at : (struct timestamp){0},
        .after = after,
        .limit = TIMERS_AT_ONCE,
        .only_exact = opt_bool_of(is_exact),
    };

    monitor->is_asking[is_exact] = own_command_submit(
        monitor->writer, &(struct own_command){
                             .command = &query_due_timers_command,
                             .input = &input,
                             .done = on_answered,
                             .context = monitor,
                         });
}

void due_timers_check(struct monitor *monitor, bool is_exact)
{
    if (!monitor->is_asking[is_exact])
        ask(monitor, is_exact, NULL);
}
