/*
 * An attachment has ended: its connection is gone, or asked for it. Without anybody in control the
 * session waits for a while.
 *
 *   api ──detach_terminal──► [here] ──terminal_controller_detached | terminal_watcher_left──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field detach_terminal_fields[] = {
    {UUID(detach_terminal, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(detach_terminal, attachment_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the attachment."},
};
static const struct shape detach_terminal_shape =
    SHAPE(detach_terminal, "Terminal session to detach from.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct detach_terminal *order = input;
    struct terminal_controller_detached detached = {
        order->session_id, order->attachment_id, decision->actor.id, {DETACHED_LEFT}};
    struct terminal_watcher_left left = {
        order->session_id, order->attachment_id, decision->actor.id, {DETACHED_LEFT}};
    struct terminal terminal;

    (void)error;
    if (!terminal_load(decision, order->session_id, &terminal) ||
        !uuid_is_present(order->attachment_id))
        return STATUS_OK;
    if (uuid_equal(terminal.live.controller, order->attachment_id))
        decision_emit(
            decision, &terminal_controller_detached_event, order->session_id, terminal.workspace_id,
            &detached);
    else if (model_linked(
                 decision->model, LINK_TERMINAL_WATCHER, order->session_id, order->attachment_id,
                 NULL))
        decision_emit(
            decision, &terminal_watcher_left_event, order->session_id, terminal.workspace_id,
            &left);
    return STATUS_OK;
}

const struct command detach_terminal_command = {
    .name = "detach_terminal",
    .doc = "Ends an attachment to a terminal session.",
    .input = &detach_terminal_shape,
    .decide = decide,
};
