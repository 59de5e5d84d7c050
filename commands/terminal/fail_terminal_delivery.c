/*
 * What an agent was to be told of a terminal did not reach it: its connection was gone.
 *
 *   api ──fail_terminal_delivery──► [here] ──terminal_failed | terminal_closed──► ledger
 *
 *   start, input, resize ─► failed         stop ─► closed; failed where the transcript was full
 *
 * A session that is elsewhere by now (what was to be opened is to end) stays as it is: its own deadline
 * looks after it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const char *const delivery_names[] = {"start", "input", "resize", "stop", NULL};

static const struct field fail_terminal_delivery_fields[] = {
    {UUID(fail_terminal_delivery, session_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the session."},
    {ENUM(fail_terminal_delivery, delivery, delivery_names), .tag = 2, .flags = REQUIRED,
     .doc = "What did not reach the agent."},
};
static const struct shape fail_terminal_delivery_shape =
    SHAPE(fail_terminal_delivery, "What did not reach an agent.");

static void fail(struct decision *decision, const struct terminal *terminal, const char *reason)
{
    struct terminal_failed failed = {
        .end = {TERMINAL_ENDED_UNDELIVERED}, .reason = text_from(reason)};

    terminal_emit_failed(decision, terminal, &failed);
}

static void close_stopped(struct decision *decision, const struct terminal *terminal)
{
    struct terminal_closed closed = {
        .end = {TERMINAL_ENDED_UNDELIVERED},
        .reason = terminal->stop_reason,
        .exit_code = INT64_ABSENT,
    };

    if (terminal->cause.is == TERMINATION_OVERFLOW) {
        fail(
            decision, terminal,
            "Transcript capacity exceeded and the terminal could not be stopped cleanly.");
        return;
    }
    if (terminal->cause.is == TERMINATION_UNATTENDED)
        closed.reason =
            text_lit("Session closed after the controller did not reattach within 5 minutes.");
    else if (!text_is_present(closed.reason))
        closed.reason = text_lit("Terminal route was unavailable while terminating the session.");
    terminal_emit_closed(decision, terminal, &closed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct fail_terminal_delivery *order = input;
    struct terminal terminal;

    (void)error;
    if (!terminal_load(decision, order->session_id, &terminal))
        return STATUS_OK;
    terminal_follows(decision, &terminal);
    switch ((enum terminal_delivery)order->delivery.is) {
    case DELIVERS_START:
        if (terminal.live.status.is == LIVE_STARTING)
            fail(
                decision, &terminal,
                "Agent route was not available to start the terminal session.");
        break;
    case DELIVERS_INPUT:
        if (terminal.live.status.is == LIVE_OPEN)
            fail(decision, &terminal, "Agent route was unavailable while sending terminal input.");
        break;
    case DELIVERS_RESIZE:
        if (terminal.live.status.is == LIVE_OPEN)
            fail(decision, &terminal, "Agent route was unavailable while resizing the terminal.");
        break;
    case DELIVERS_STOP:
        if (terminal.live.status.is == LIVE_TERMINATING)
            close_stopped(decision, &terminal);
        break;
    }
    return STATUS_OK;
}

const struct command fail_terminal_delivery_command = {
    .name = "fail_terminal_delivery",
    .doc = "Reports that a terminal's agent could not be reached.",
    .input = &fail_terminal_delivery_shape,
    .decide = decide,
};
