/*
 * Somebody types: recorded first, then sent to the agent.
 *
 *   api ──send_terminal_input──► [here] ──(terminal_controller_attached)
 *                                         terminal_recorded, terminal_counted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

enum { MOST_BYTES = 24576 }; /* 32,768 characters of Base64 */

static const struct field send_terminal_input_fields[] = {
    {UUID(send_terminal_input, session_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the session."},
    {UUID(send_terminal_input, attachment_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the attachment."},
    {BYTES(send_terminal_input, payload), .tag = 3, .flags = REQUIRED, .max = MOST_BYTES,
     .doc = "What was typed."},
};
static const struct shape send_terminal_input_shape =
    SHAPE(send_terminal_input, "Input of a terminal session.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct send_terminal_input *order = input;
    struct terminal_chunk chunk = {
        .direction = TERMINAL_STDIN, .data = order->payload, .attachment_id = order->attachment_id};
    struct terminal terminal;
    enum status status = terminal_of_participant(decision, order->session_id, &terminal, error);

    if (status == STATUS_OK && terminal.live.status.is != LIVE_OPEN)
        status = decision_refuse(error, &refused_terminal_input);
    if (status == STATUS_OK &&
        !terminal_has_room(&terminal, chunk.data.size, TERMINAL_MOST_TRANSCRIPT))
        status = decision_refuse(error, &refused_terminal_full);
    if (status == STATUS_OK)
        status = terminal_must_control(decision, &terminal, order->attachment_id, error);
    if (status == STATUS_OK)
        terminal_emit_chunk(decision, &terminal, &chunk);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct send_terminal_input *)input)->session_id, answer);
}

const struct command send_terminal_input_command = {
    .name = "send_terminal_input",
    .doc = "Types into a terminal session.",
    .input = &send_terminal_input_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
