/*
 * A terminal has waited for too long: to be opened, for somebody in control, or to end.
 *
 *   automation ──time_out_terminal──► [here] ──terminal_failed | terminal_termination_requested
 *                                             | terminal_closed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static void fail_start(struct decision *decision, const struct terminal *terminal)
{
    struct terminal_failed failed = {
        .end = {TERMINAL_ENDED_OVERDUE},
        .reason = text_lit("Terminal session did not open before the startup timeout elapsed."),
    };

    terminal_emit_failed(decision, terminal, &failed);
}

static void close_stopped(struct decision *decision, const struct terminal *terminal)
{
    struct terminal_closed closed = {
        .end = {TERMINAL_ENDED_OVERDUE},
        .reason = text_lit(
            "Termination completed after the remote shell stopped responding to exit confirmation."),
        .exit_code = INT64_ABSENT,
    };

    if (terminal->cause.is != TERMINATION_BY_USER)
        closed.reason = terminal->stop_reason;
    terminal_emit_closed(decision, terminal, &closed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct terminal terminal;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !terminal_load(decision, timer->id, &terminal))
        return STATUS_OK;
    if (timer->kind == TIMER_TERMINAL_START)
        fail_start(decision, &terminal);
    else if (timer->kind == TIMER_TERMINAL_ATTEND)
        terminal_emit_termination(decision, &terminal, TERMINATION_UNATTENDED, (struct text){0});
    else if (timer->kind == TIMER_TERMINAL_STOP)
        close_stopped(decision, &terminal);
    return STATUS_OK;
}

const struct command time_out_terminal_command = {
    .name = "time_out_terminal",
    .doc = "Ends what a terminal session waited for too long for.",
    .input = &timer_shape,
    .decide = decide,
};
