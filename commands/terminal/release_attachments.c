/*
 * The server runs anew: whoever was attached to a terminal before is not any more, and comes back by a
 * new attachment, or does not.
 *
 *   serve ──release_attachments──► [here] ──terminal_controller_detached*, terminal_watcher_left*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field release_attachments_fields[] = {
    {INT64(release_attachments, most), .tag = 1, .flags = REQUIRED, .min = 1, .max = 9000,
     .doc = "Number of attachments to end at most."},
};
static const struct shape release_attachments_shape =
    SHAPE(release_attachments, "Attachments of earlier runs of the server to end.");

static bool has_stale_controller(const struct decision *decision, const struct terminal *terminal)
{
    return live_session_is_controlled(&terminal->live) &&
           !uuid_equal(terminal->live.controller_boot, decision->policy->boot);
}

static void detach_controller(struct decision *decision, const struct terminal *terminal)
{
    struct terminal_controller_detached detached = {
        terminal->live.id,
        terminal->live.controller,
        terminal->live.controller_user_id,
        {DETACHED_RESTARTED}};

    decision_emit(
        decision, &terminal_controller_detached_event, terminal->live.id, terminal->workspace_id,
        &detached);
}

/* The next watcher of an earlier run. */
static bool next_stale_watcher(
    const struct decision *decision, struct uuid session_id, struct uuid *attachment_id)
{
    uint64_t value;

    while (model_next_link(
        decision->model, LINK_TERMINAL_WATCHER, session_id, *attachment_id, attachment_id,
        &value)) {
        if (!terminal_watcher_is_of(value, decision->policy->boot))
            return true;
    }
    return false;
}

static int64_t
release_watchers(struct decision *decision, const struct terminal *terminal, int64_t most)
{
    struct terminal_watcher_left left = {
        .session_id = terminal->live.id, .detachment = {DETACHED_RESTARTED}};
    int64_t count = 0;

    while (count < most && next_stale_watcher(decision, terminal->live.id, &left.attachment_id)) {
        decision_emit(
            decision, &terminal_watcher_left_event, terminal->live.id, terminal->workspace_id,
            &left);
        count++;
    }
    return count;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct release_attachments *order = input;
    struct uuid session_id = UUID_NONE;
    int64_t left = order->most;
    struct terminal terminal;

    (void)error;
    while (left > 0 &&
           model_next_link(
               decision->model, LINK_LIVE_TERMINAL, UUID_NONE, session_id, &session_id, NULL)) {
        if (!terminal_load(decision, session_id, &terminal))
            continue;
        if (has_stale_controller(decision, &terminal)) {
            detach_controller(decision, &terminal);
            left--;
        }
        left -= release_watchers(decision, &terminal, left);
    }
    return STATUS_OK;
}

const struct command release_attachments_command = {
    .name = "release_attachments",
    .doc = "Ends attachments to terminal sessions that earlier runs of the server had.",
    .input = &release_attachments_shape,
    .decide = decide,
};
