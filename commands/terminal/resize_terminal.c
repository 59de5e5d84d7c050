/*
 * The screen has another size. Before the shell is open the agent is not told: it opens with a size of
 * its own, which then holds.
 *
 *   api ──resize_terminal──► [here] ──(terminal_controller_attached) terminal_resized──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field resize_terminal_fields[] = {
    {UUID(resize_terminal, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(resize_terminal, attachment_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the attachment."},
    {INT64(resize_terminal, cols), .tag = 3, .flags = REQUIRED, .min = 20, .max = 400,
     .doc = "Width in columns."},
    {INT64(resize_terminal, rows), .tag = 4, .flags = REQUIRED, .min = 10, .max = 200,
     .doc = "Height in rows."},
};
static const struct shape resize_terminal_shape =
    SHAPE(resize_terminal, "Size of a terminal session.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct resize_terminal *order = input;
    struct terminal_resized resized = {
        .session_id = order->session_id, .cols = order->cols, .rows = order->rows};
    struct terminal terminal;
    enum status status = terminal_of_participant(decision, order->session_id, &terminal, error);

    if (status == STATUS_OK && terminal.live.status.is == LIVE_TERMINATING)
        status = decision_refuse(error, &refused_terminal_resize);
    if (status == STATUS_OK)
        status = terminal_must_control(decision, &terminal, order->attachment_id, error);
    if (status != STATUS_OK || (terminal.cols == order->cols && terminal.rows == order->rows))
        return status;
    resized.node_id = terminal.node_id;
    resized.is_open = opt_bool_of(terminal.live.status.is == LIVE_OPEN);
    decision_emit(
        decision, &terminal_resized_event, order->session_id, terminal.workspace_id, &resized);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct resize_terminal *)input)->session_id, answer);
}

const struct command resize_terminal_command = {
    .name = "resize_terminal",
    .doc = "Gives the screen of a terminal session another size.",
    .input = &resize_terminal_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
