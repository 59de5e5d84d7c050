/*
 * End a terminal session: by its creator or any other owner or admin, also in an archived workspace.
 * One that is about to end, or has ended, is answered as it is.
 *
 *   api ──terminate_terminal──► [here] ──terminal_termination_requested | terminal_stop_repeated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field terminate_terminal_fields[] = {
    {UUID(terminate_terminal, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the session must belong to; any when absent."},
    {UUID(terminate_terminal, session_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the session."},
    {TEXT(terminate_terminal, reason), .tag = 3, .flags = MANY_LINES | TRIM, .max = 500,
     .doc = "Reason of it."},
};
static const struct shape terminate_terminal_shape =
    SHAPE(terminate_terminal, "Terminal session to end.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct terminate_terminal *order = input;
    struct text reason = order->reason.size > 0 ? order->reason : (struct text){0};
    struct terminal terminal;
    enum status status =
        terminal_of_admin(decision, order->workspace_id, order->session_id, &terminal, error);

    if (status != STATUS_OK || live_session_has_ended(&terminal.live))
        return status;
    if (terminal.live.status.is == LIVE_TERMINATING)
        terminal_emit_stop_again(decision, &terminal);
    else
        terminal_emit_termination(decision, &terminal, TERMINATION_BY_USER, reason);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct terminate_terminal *)input)->session_id, answer);
}

const struct command terminate_terminal_command = {
    .name = "terminate_terminal",
    .doc = "Ends a terminal session.",
    .input = &terminate_terminal_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
