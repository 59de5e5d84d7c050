/*
 * Attach to a live terminal session: in control of it, to watch, or taking control from whoever has
 * it.
 *
 *   api ──attach_terminal──► [here] ──(terminal_watcher_left | terminal_controller_detached)
 *                                     terminal_controller_attached | terminal_control_taken
 *                                     | terminal_watcher_joined──► ledger
 *
 * Control is for the session's creator, and for whoever took it over; watching and taking over is for
 * every owner and admin of the workspace, and on record. A newer connection of the same person takes
 * control from the older one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

const char *const terminal_mode_names[] = {"control", "watch", "take_over", NULL};

static const struct field attach_terminal_fields[] = {
    {UUID(attach_terminal, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(attach_terminal, attachment_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the attachment."},
    {ENUM(attach_terminal, mode, terminal_mode_names), .tag = 3, .flags = SERVER_SET,
     .doc = "What the attachment is for."},
    {TEXT(attach_terminal, reason), .tag = 4, .flags = MANY_LINES | TRIM, .max = 500,
     .doc = "Reason of a take-over."},
};
static const struct shape attach_terminal_shape =
    SHAPE(attach_terminal, "Terminal session to attach to.");

static bool watches(const struct decision *decision, const struct attach_terminal *order)
{
    return model_linked(
        decision->model, LINK_TERMINAL_WATCHER, order->session_id, order->attachment_id, NULL);
}

static void emit_left(
    struct decision *decision, const struct attach_terminal *order, const struct terminal *terminal)
{
    struct terminal_watcher_left left = {
        order->session_id, order->attachment_id, decision->actor.id, {DETACHED_LEFT}};

    if (watches(decision, order))
        decision_emit(
            decision, &terminal_watcher_left_event, order->session_id, terminal->workspace_id,
            &left);
}

static enum status may_control(
    const struct decision *decision,
    const struct attach_terminal *order,
    const struct terminal *terminal,
    struct error *error)
{
    struct uuid me = decision->actor.id;

    if (order->mode.is == TERMINAL_TAKE_OVER || uuid_equal(terminal->live.controller_user_id, me))
        return STATUS_OK;
    if (!uuid_equal(terminal->user_id, me))
        return decision_refuse(error, &refused_terminal_creator);
    if (live_session_is_controlled(&terminal->live))
        return decision_refuse(error, &refused_terminal_control);
    return STATUS_OK;
}

static enum status control(
    struct decision *decision,
    const struct attach_terminal *order,
    const struct terminal *terminal,
    struct error *error)
{
    enum status status = may_control(decision, order, terminal, error);

    if (status != STATUS_OK || uuid_equal(terminal->live.controller, order->attachment_id))
        return status;
    emit_left(decision, order, terminal);
    terminal_emit_control(decision, terminal, order->attachment_id, order->reason);
    return STATUS_OK;
}

static enum status watch(
    struct decision *decision,
    const struct attach_terminal *order,
    const struct terminal *terminal,
    struct error *error)
{
    struct terminal_controller_detached detached = {
        order->session_id, order->attachment_id, decision->actor.id, {DETACHED_LEFT}};
    struct terminal_watcher_joined joined = {
        order->session_id, order->attachment_id, decision->actor.id, decision->policy->boot};

    if (watches(decision, order))
        return STATUS_OK;
    if (model_count_links(
            decision->model, LINK_TERMINAL_WATCHER, order->session_id, TERMINAL_MOST_WATCHERS) >=
        TERMINAL_MOST_WATCHERS)
        return decision_refuse(error, &refused_terminal_watchers);
    if (uuid_equal(terminal->live.controller, order->attachment_id))
        decision_emit(
            decision, &terminal_controller_detached_event, order->session_id,
            terminal->workspace_id, &detached);
    decision_emit(
        decision, &terminal_watcher_joined_event, order->session_id, terminal->workspace_id,
        &joined);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct attach_terminal *order = input;
    struct terminal terminal;
    enum status status = terminal_of_participant(decision, order->session_id, &terminal, error);

    if (status != STATUS_OK)
        return status;
    return order->mode.is == TERMINAL_WATCH ? watch(decision, order, &terminal, error)
                                            : control(decision, order, &terminal, error);
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct attach_terminal *)input)->session_id, answer);
}

const struct command attach_terminal_command = {
    .name = "attach_terminal",
    .doc = "Attaches a connection to a terminal session.",
    .input = &attach_terminal_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
