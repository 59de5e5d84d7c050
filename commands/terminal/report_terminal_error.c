/*
 * The agent could not do what it was told with a terminal: the session has failed.
 *
 *   agent ──report_terminal_error──► [here] ──terminal_failed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field report_terminal_error_fields[] = {
    {TEXT(report_terminal_error, message), .tag = 10, .max = 1000, .doc = "What failed, in words."},
};
static const struct shape report_terminal_error_shape = SHAPE_WITH(
    report_terminal_error,
    "Failure of a terminal session.",
    .base = &terminal_report_shape,
    .is_lenient = true,
    .altered_tag = 5);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_terminal_error *report = input;
    struct text message = text_trim(report->message);
    struct terminal_failed failed = {
        .end = {TERMINAL_ENDED_BY_AGENT},
        .reason = message.size > 0 ? message : text_lit("Terminal session failed."),
        .said_at = report->report.timestamp,
        .altered = report->report.altered,
    };
    struct terminal terminal;
    bool is_own;
    enum status status = terminal_of_agent(decision, &report->report, &terminal, &is_own, error);

    if (status == STATUS_OK && is_own && !live_session_has_ended(&terminal.live))
        terminal_emit_failed(decision, &terminal, &failed);
    return status;
}

const struct command report_terminal_error_command = {
    .name = "report_terminal_error",
    .doc = "Reports that a terminal session failed.",
    .input = &report_terminal_error_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = terminal_answer_report,
};
