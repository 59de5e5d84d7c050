/*
 * The shell has ended. Agents leave out an exit code of zero; where the session was to be stopped, one
 * that is not said is not known.
 *
 *   agent ──report_terminal_exited──► [here] ──terminal_closed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field report_terminal_exited_fields[] = {
    {INT64(report_terminal_exited, exit_code), .tag = 10, .min = INT64_MIN,
     .doc = "Exit code of the shell."},
    {TEXT(report_terminal_exited, reason), .tag = 11, .max = 500, .doc = "Reason of its end."},
};
static const struct shape report_terminal_exited_shape = SHAPE_WITH(
    report_terminal_exited,
    "End of a terminal session's shell.",
    .base = &terminal_report_shape,
    .is_lenient = true,
    .altered_tag = 5);

static int64_t
exit_code_of(const struct report_terminal_exited *report, const struct terminal *terminal)
{
    if (report->exit_code == INT64_ABSENT && terminal->cause.is == 0)
        return 0;
    return report->exit_code;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_terminal_exited *report = input;
    struct text reason = text_trim(report->reason);
    struct terminal_closed closed = {
        .end = {TERMINAL_ENDED_BY_AGENT},
        .reason = reason.size > 0 ? reason : text_lit("Terminal session exited."),
        .said_at = report->report.timestamp,
        .altered = report->report.altered,
    };
    struct terminal terminal;
    bool is_own;
    enum status status = terminal_of_agent(decision, &report->report, &terminal, &is_own, error);

    if (status != STATUS_OK || !is_own || live_session_has_ended(&terminal.live))
        return status;
    closed.exit_code = exit_code_of(report, &terminal);
    terminal_emit_closed(decision, &terminal, &closed);
    return STATUS_OK;
}

const struct command report_terminal_exited_command = {
    .name = "report_terminal_exited",
    .doc = "Reports that the shell of a terminal session ended.",
    .input = &report_terminal_exited_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = terminal_answer_report,
};
