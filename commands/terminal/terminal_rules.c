/*
 * Rules that several commands about terminals share, and what several of them emit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/terminal/terminal.h"
#include "commands/terminal/terminal_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field terminal_view_fields[] = {
    {UUID(terminal_view, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {ENUM(terminal_view, status, terminal_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the session."},
    {INT64(terminal_view, cols), .tag = 3, .flags = REQUIRED, .doc = "Width in columns."},
    {INT64(terminal_view, rows), .tag = 4, .flags = REQUIRED, .doc = "Height in rows."},
    {INT64(terminal_view, seq), .tag = 5, .doc = "Number of the chunk that was recorded."},
};
const struct shape terminal_view_shape = SHAPE(terminal_view, "A terminal session in short.");

enum status terminal_of_admin(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid session_id,
    struct terminal *out,
    struct error *error)
{
    if (!terminal_load(decision, session_id, out) ||
        (uuid_is_present(workspace_id) && !uuid_equal(workspace_id, out->workspace_id)))
        return decision_refuse(
            error, &refused_terminal_missing, decision_show(decision, session_id));
    if (!workspace_is_for_admin(decision, out->workspace_id))
        return decision_refuse(error, &refused_terminal_admin);
    return STATUS_OK;
}

enum status terminal_of_participant(
    const struct decision *decision,
    struct uuid session_id,
    struct terminal *out,
    struct error *error)
{
    enum status status = terminal_of_admin(decision, UUID_NONE, session_id, out, error);

    if (status == STATUS_OK && live_session_has_ended(&out->live))
        status = decision_refuse(error, &refused_terminal_ended);
    if (status == STATUS_OK)
        status = workspace_must_be_writable(decision, out->workspace_id, error);
    return status;
}

void terminal_follows(struct decision *decision, const struct terminal *terminal)
{
    const struct live_session *live = &terminal->live;
    struct timer timer = {
        .kind = TIMER_TERMINAL_START,
        .id = live->id,
        .due = live_session_start_due(live, &terminal_limits),
    };

    if (live->status.is == LIVE_TERMINATING) {
        timer.kind = TIMER_TERMINAL_STOP;
        timer.due = live_session_stop_due(live, &terminal_limits);
    }
    decision_caused_by_timer(decision, &timer);
}

enum status terminal_of_agent(
    struct decision *decision,
    const struct terminal_report *report,
    struct terminal *out,
    bool *out_is_own,
    struct error *error)
{
    struct node_lookup node;

    if (!node_lookup_connected(decision, report->node_id, report->connection, &node))
        return decision_refuse(
            error, &refused_terminal_connection, decision_show(decision, report->node_id));
    if (!terminal_load(decision, report->session_id, out))
        return decision_refuse(
            error, &refused_terminal_missing, decision_show(decision, report->session_id));
    *out_is_own = uuid_equal(out->node_id, report->node_id);
    if (*out_is_own)
        terminal_follows(decision, out);
    return STATUS_OK;
}

void terminal_emit_control(
    struct decision *decision,
    const struct terminal *terminal,
    struct uuid attachment_id,
    struct text reason)
{
    const struct live_session *live = &terminal->live;
    struct terminal_controller_attached attached = {
        .session_id = live->id,
        .attachment_id = attachment_id,
        .user_id = decision->actor.id,
        .generation = live->generation + 1,
        .boot = decision->policy->boot,
    };
    struct terminal_control_taken taken = {
        .session_id = live->id,
        .attachment_id = attachment_id,
        .user_id = decision->actor.id,
        .generation = live->generation + 1,
        .boot = decision->policy->boot,
        .former_attachment_id = live->controller,
        .former_user_id = live->controller_user_id,
        .reason = reason,
    };

    if (live_session_is_controlled(live))
        decision_emit(
            decision, &terminal_control_taken_event, live->id, terminal->workspace_id, &taken);
    else
        decision_emit(
            decision, &terminal_controller_attached_event, live->id, terminal->workspace_id,
            &attached);
}

enum status terminal_must_control(
    struct decision *decision,
    struct terminal *terminal,
    struct uuid attachment_id,
    struct error *error)
{
    if (uuid_equal(terminal->live.controller, attachment_id))
        return STATUS_OK;
    if (live_session_is_controlled(&terminal->live))
        return decision_refuse(error, &refused_terminal_control);
    if (!uuid_equal(terminal->user_id, decision->actor.id))
        return decision_refuse(error, &refused_terminal_creator);
    terminal_emit_control(decision, terminal, attachment_id, (struct text){0});
    return STATUS_OK;
}

void terminal_emit_chunk(
    struct decision *decision, const struct terminal *terminal, const struct terminal_chunk *chunk)
{
    struct terminal_recorded recorded = {
        .session_id = terminal->live.id,
        .node_id = terminal->node_id,
        .chunk_id = decision_id(decision),
        .seq = terminal->last_seq + 1,
        .direction = {chunk->direction},
        .data = chunk->data,
        .said_at = chunk->said_at,
    };
    struct terminal_counted counted = {
        .session_id = recorded.session_id,
        .chunk_id = recorded.chunk_id,
        .seq = recorded.seq,
        .direction = recorded.direction,
        .bytes = (int64_t)chunk->data.size,
        .said_at = chunk->said_at,
        .attachment_id = chunk->attachment_id,
        .previous_size = terminal->newest_chunk_size,
    };

    decision_emit(
        decision, &terminal_recorded_event, recorded.session_id, terminal->workspace_id, &recorded);
    decision_emit(
        decision, &terminal_counted_event, recorded.session_id, terminal->workspace_id, &counted);
}

bool terminal_has_room(const struct terminal *terminal, size_t bytes, int64_t most)
{
    return terminal->transcript_bytes + (int64_t)bytes <= most &&
           terminal->last_seq < TERMINAL_MOST_CHUNKS;
}

static struct text reason_of(enum terminal_cause cause, struct text said)
{
    switch (cause) {
    case TERMINATION_OVERFLOW:
        return text_lit("transcript-overflow");
    case TERMINATION_UNATTENDED:
        return text_lit("controller-detached-timeout");
    case TERMINATION_BY_USER:
        break;
    }
    return said;
}

void terminal_emit_termination(
    struct decision *decision,
    const struct terminal *terminal,
    enum terminal_cause cause,
    struct text reason)
{
    struct terminal_termination_requested requested = {
        .session_id = terminal->live.id,
        .node_id = terminal->node_id,
        .cause = {cause},
        .reason = reason_of(cause, reason),
        .user_id = cause == TERMINATION_BY_USER ? decision->actor.id : UUID_NONE,
    };

    decision_emit(
        decision, &terminal_termination_requested_event, requested.session_id,
        terminal->workspace_id, &requested);
}

void terminal_emit_stop_again(struct decision *decision, const struct terminal *terminal)
{
    struct terminal_stop_repeated repeated = {
        terminal->live.id, terminal->node_id, terminal->stop_reason};
    struct timestamp next =
        timestamp_plus_us(terminal->told_at, INT64_C(1) * TERMINAL_STOP_AGAIN_S * US_PER_S);

    if (decision->now.us >= next.us)
        decision_emit(
            decision, &terminal_stop_repeated_event, repeated.session_id, terminal->workspace_id,
            &repeated);
}

void terminal_emit_closed(
    struct decision *decision, const struct terminal *terminal, struct terminal_closed *closed)
{
    closed->session_id = terminal->live.id;
    closed->node_id = terminal->node_id;
    decision_emit(
        decision, &terminal_closed_event, closed->session_id, terminal->workspace_id, closed);
}

void terminal_emit_failed(
    struct decision *decision, const struct terminal *terminal, struct terminal_failed *failed)
{
    failed->session_id = terminal->live.id;
    failed->node_id = terminal->node_id;
    decision_emit(
        decision, &terminal_failed_event, failed->session_id, terminal->workspace_id, failed);
}

void terminal_answer(
    const struct decision *decision, struct uuid session_id, struct terminal_view *out)
{
    struct terminal terminal;

    if (!terminal_load(decision, session_id, &terminal))
        return;
    out->session_id = session_id;
    out->status = terminal.live.status;
    out->cols = terminal.cols;
    out->rows = terminal.rows;
}

uint64_t terminal_count_live(const struct decision *decision, struct uuid node_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_NODE_TERMINAL, node_id, most);
}

void terminal_emit_ends(struct decision *decision, struct uuid node_id, enum terminal_end end)
{
    struct uuid session_id = UUID_NONE;
    struct terminal_failed failed = {
        .end = {end},
        .reason = end == TERMINAL_ENDED_AGENT_RESTARTED
                      ? text_lit("The agent was restarted, and the shell ended with it.")
                      : text_lit("The node was removed."),
    };
    struct terminal terminal;

    while (model_next_link(
        decision->model, LINK_NODE_TERMINAL, node_id, session_id, &session_id, NULL)) {
        if (terminal_load(decision, session_id, &terminal))
            terminal_emit_failed(decision, &terminal, &failed);
    }
}
