/*
 * The clock of the write side: asks which timers are due and submits the command of each.
 *
 *   every interval ──query_due_timers──► writer ──some timers──► here ──a command each──► writer
 *                          ▲                                      │
 *                          └────────── as many as fit ────────────┘ then the next ones, until there is none
 *
 * The writer's queue keeps the order, so the next question sees what these commands did, and finds what they have
 * made due at once: so one wave of a rolling run follows the other without a second between. None is found twice in
 * an interval, and what a full queue turns away is found again at the next one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/platform/platform_commands.h"
#include "commands/timers.h"

enum { TIMERS_AT_ONCE = 256, GRACE_AFTER_START_US = 30000000 };

/* For so long after something was due it is looked four times a second. */
enum { REST_US = 1000000, SHORT_REST_US = 250000, ALERT_US = 5000000 };

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

static void go_on(struct monitor *monitor, bool is_exact, struct monitor_outcome outcome)
{
    const struct due_timers *due = outcome.answer;
    const struct timer *timers;

    monitor->is_asking[is_exact] = false;
    if (due == NULL)
        return;
    timers = due->timers.items;
    if (is_exact && due->timers.count > 0)
        monitor->due_us = monotonic_us();
    if (submit_all(monitor, timers, due->timers.count) && due->timers.count > 0)
        ask(monitor, is_exact, &timers[due->timers.count - 1]);
}

static void on_any_due(struct monitor_outcome outcome, void *context)
{
    go_on(context, false, outcome);
}

static void on_exact_due(struct monitor_outcome outcome, void *context)
{
    go_on(context, true, outcome);
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

    monitor->is_asking[is_exact] = monitor_order(
        monitor, &query_due_timers_command, &input, is_exact ? on_exact_due : on_any_due, monitor);
}

void due_timers_check(struct monitor *monitor, bool is_exact)
{
    if (!monitor->is_asking[is_exact])
        ask(monitor, is_exact, NULL);
}

int64_t due_timers_rest_us(const struct monitor *monitor)
{
    bool is_alert = monitor->due_us != 0 && monotonic_us() - monitor->due_us < ALERT_US;

    return is_alert ? SHORT_REST_US : REST_US;
}
