/*
 * The agent has started the shell. One that was to end meanwhile is not brought back: the agent is
 * told again to stop it.
 *
 *   agent ──report_terminal_opened──► [here] ──terminal_opened | terminal_stop_repeated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field report_terminal_opened_fields[] = {
    {INT64(report_terminal_opened, cols), .tag = 10, .min = 20, .max = 400,
     .doc = "Width in columns, if it is another than was asked for."},
    {INT64(report_terminal_opened, rows), .tag = 11, .min = 10, .max = 200,
     .doc = "Height in rows, if it is another than was asked for."},
};
static const struct shape report_terminal_opened_shape = SHAPE_WITH(
    report_terminal_opened,
    "Terminal session that was opened.",
    .base = &terminal_report_shape,
    .is_lenient = true,
    .altered_tag = 5);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_terminal_opened *report = input;
    struct terminal_opened opened = {
        .session_id = report->report.session_id, .said_at = report->report.timestamp};
    struct terminal terminal;
    bool is_own;
    enum status status = terminal_of_agent(decision, &report->report, &terminal, &is_own, error);

    if (status != STATUS_OK || !is_own || terminal.live.status.is == LIVE_OPEN)
        return status;
    if (terminal.live.status.is != LIVE_STARTING) {
        terminal_emit_stop_again(decision, &terminal);
        return STATUS_OK;
    }
    opened.cols = report->cols == INT64_ABSENT ? terminal.cols : report->cols;
    opened.rows = report->rows == INT64_ABSENT ? terminal.rows : report->rows;
    decision_emit(
        decision, &terminal_opened_event, opened.session_id, terminal.workspace_id, &opened);
    return STATUS_OK;
}

const struct command report_terminal_opened_command = {
    .name = "report_terminal_opened",
    .doc = "Reports that an agent started the shell of a terminal session.",
    .input = &report_terminal_opened_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = terminal_answer_report,
};
