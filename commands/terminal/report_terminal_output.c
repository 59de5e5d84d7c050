/*
 * The shell has written: recorded first, then shown. A transcript has an end: what would be beyond it
 * is not taken, and the session is to end.
 *
 *   agent ──report_terminal_output──► [here] ──terminal_recorded, terminal_counted
 *                                              | terminal_termination_requested
 *                                              | terminal_stop_repeated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

enum { MOST_BYTES = 49152 }; /* 65,536 characters of Base64 */

enum written { WRITTEN_STDOUT = 1, WRITTEN_STDERR, WRITTEN_SYSTEM };
static const char *const written_names[] = {"stdout", "stderr", "system", NULL};

static const struct field report_terminal_output_fields[] = {
    {ENUM(report_terminal_output, direction, written_names), .tag = 10, .flags = REQUIRED | EXACT,
     .doc = "Stream of the output."},
    {BYTES(report_terminal_output, payload), .tag = 11, .flags = REQUIRED | EXACT,
     .max = MOST_BYTES, .doc = "What was written."},
};
static const struct shape report_terminal_output_shape = SHAPE_WITH(
    report_terminal_output,
    "Output of a terminal session.",
    .base = &terminal_report_shape,
    .is_lenient = true,
    .altered_tag = 5);

static enum terminal_direction direction_of(const struct report_terminal_output *report)
{
    switch ((enum written)report->direction.is) {
    case WRITTEN_STDERR:
        return TERMINAL_STDERR;
    case WRITTEN_SYSTEM:
        return TERMINAL_SYSTEM;
    case WRITTEN_STDOUT:
        break;
    }
    return TERMINAL_STDOUT;
}

static void take(
    struct decision *decision,
    const struct report_terminal_output *report,
    const struct terminal *terminal)
{
    struct terminal_chunk chunk = {
        .direction = direction_of(report),
        .data = report->payload,
        .said_at = report->report.timestamp,
    };
    bool fits = terminal_has_room(terminal, report->payload.size, TERMINAL_MOST_OUTPUT);

    if (terminal->cause.is == TERMINATION_OVERFLOW)
        terminal_emit_stop_again(decision, terminal);
    else if (fits)
        terminal_emit_chunk(decision, terminal, &chunk);
    else
        terminal_emit_termination(decision, terminal, TERMINATION_OVERFLOW, (struct text){0});
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_terminal_output *report = input;
    struct terminal terminal;
    bool is_own;
    enum status status = terminal_of_agent(decision, &report->report, &terminal, &is_own, error);

    if (status != STATUS_OK || !is_own)
        return status;
    if (live_session_has_ended(&terminal.live))
        terminal_emit_stop_again(decision, &terminal);
    else
        take(decision, report, &terminal);
    return STATUS_OK;
}

/* Only a chunk is two events. */
static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct report_terminal_output *report = input;
    struct terminal_view *view = answer;
    struct terminal terminal;

    (void)arena;
    terminal_answer(decision, report->report.session_id, view);
    if (decision->emitted == 2 && terminal_load(decision, report->report.session_id, &terminal))
        view->seq = terminal.last_seq;
}

const struct command report_terminal_output_command = {
    .name = "report_terminal_output",
    .doc = "Reports output of the shell of a terminal session.",
    .input = &report_terminal_output_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
