/*
 * Folding what happens to terminals. What was recorded is never looked into, because its body may have
 * been dropped: terminal.counted says all that counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

#include "eventlog/events/terminal_chunk.h"

const struct live_limits terminal_limits = {
    .start_us = INT64_C(1) * TERMINAL_START_S * US_PER_S,
    .attend_us = INT64_C(1) * TERMINAL_ATTEND_S * US_PER_S,
    .stop_us = INT64_C(1) * TERMINAL_STOP_S * US_PER_S,
};
const struct live_timers terminal_live_timers = {
    TIMER_TERMINAL_START, TIMER_TERMINAL_ATTEND, TIMER_TERMINAL_STOP};

static const struct field terminal_fields[] = {
    {UUID(terminal, workspace_id), .tag = 20, .flags = REQUIRED, .doc = "Workspace of the node."},
    {UUID(terminal, node_id), .tag = 21, .flags = REQUIRED, .doc = "Node that the shell runs on."},
    {UUID(terminal, user_id), .tag = 22, .flags = REQUIRED, .doc = "Person who created it."},
    {INT64(terminal, cols), .tag = 23, .flags = REQUIRED, .doc = "Width in columns."},
    {INT64(terminal, rows), .tag = 24, .flags = REQUIRED, .doc = "Height in rows."},
    {TIMESTAMP(terminal, retention_expires_at), .tag = 25, .flags = REQUIRED,
     .doc = "Time until which the transcript is kept."},
    {ENUM(terminal, cause, terminal_cause_names), .tag = 26, .doc = "Reason why it is to end."},
    {TEXT(terminal, stop_reason), .tag = 27, .doc = "Reason that the agent was told."},
    {TIMESTAMP(terminal, told_at), .tag = 28,
     .doc = "Time the agent was last told again to stop it."},
    {INT64(terminal, last_seq), .tag = 29, .flags = REQUIRED, .doc = "Number of chunks."},
    {INT64(terminal, transcript_bytes), .tag = 30, .flags = REQUIRED,
     .doc = "Number of bytes that were typed and written."},
    {INT64(terminal, newest_chunk_size), .tag = 31, .flags = REQUIRED,
     .doc = "Ledger size at which its newest chunk of bytes was recorded."},
    {INT64(terminal, drop_size), .tag = 32, .flags = REQUIRED,
     .doc = "Ledger size at which the newest chunk was recorded that is still to be dropped."},
    {TIMESTAMP(terminal, expired_at), .tag = 33, .doc = "Time the transcript expired."},
    {UUID(terminal, withheld_by), .tag = 34,
     .doc = "Hold because of which its bytes are not dropped."},
};
static const struct shape terminal_shape =
    SHAPE_WITH(terminal, "State of a terminal session.", .base = &live_session_shape);
const struct aggregate terminal_aggregate = {STATE_TERMINAL, "terminal", &terminal_shape};

static void note_user(struct fold *fold, const struct terminal *terminal, struct uuid user_id)
{
    model_link(fold->model, LINK_TRANSCRIPT_USER, terminal->live.id, user_id, 0);
}

static void on_created(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    const struct terminal_created *created = record->event;

    live_session_begin(&terminal->live, created->session_id, record->entry.recorded_at);
    terminal->workspace_id = created->workspace_id;
    terminal->node_id = created->node_id;
    terminal->user_id = created->user_id;
    terminal->cols = created->cols;
    terminal->rows = created->rows;
    terminal->retention_expires_at = created->retention_expires_at;
    model_link(fold->model, LINK_LIVE_TERMINAL, UUID_NONE, created->session_id, 0);
    model_link(fold->model, LINK_NODE_TERMINAL, created->node_id, created->session_id, 0);
    note_user(fold, terminal, created->user_id);
}

static void on_opened(const struct record *record, struct terminal *terminal)
{
    const struct terminal_opened *opened = record->event;

    terminal->live.status.is = LIVE_OPEN;
    terminal->cols = opened->cols;
    terminal->rows = opened->rows;
}

static void on_resized(const struct record *record, struct terminal *terminal)
{
    const struct terminal_resized *resized = record->event;

    terminal->cols = resized->cols;
    terminal->rows = resized->rows;
}

static void on_counted(const struct record *record, struct terminal *terminal)
{
    const struct terminal_counted *counted = record->event;

    terminal->transcript_bytes += counted->bytes;
    terminal->newest_chunk_size = (int64_t)record->position.value + 1;
}

static void on_attached(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    const struct terminal_controller_attached *attached = record->event;
    struct live_attachment attachment = {
        attached->attachment_id, attached->user_id, attached->boot};

    note_user(fold, terminal, attached->user_id);
    live_session_give_control(&terminal->live, &attachment, attached->generation);
}

static void on_detached(const struct record *record, struct terminal *terminal)
{
    const struct terminal_controller_detached *detached = record->event;

    live_session_release_control(
        &terminal->live, detached->attachment_id, record->entry.recorded_at);
}

static void
on_control_taken(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    const struct terminal_control_taken *taken = record->event;
    struct live_attachment attachment = {taken->attachment_id, taken->user_id, taken->boot};

    note_user(fold, terminal, taken->user_id);
    live_session_give_control(&terminal->live, &attachment, taken->generation);
}

/* Enough of a boot to tell it from another one. */
static uint64_t boot_value(struct uuid boot)
{
    uint64_t value = 0;

    for (size_t i = 8; i < sizeof(boot.bytes); i++)
        value = value << 8 | boot.bytes[i];
    return value;
}

static void
on_joined(struct fold *fold, const struct record *record, const struct terminal *terminal)
{
    const struct terminal_watcher_joined *joined = record->event;

    note_user(fold, terminal, joined->user_id);
    model_link(
        fold->model, LINK_TERMINAL_WATCHER, joined->session_id, joined->attachment_id,
        boot_value(joined->boot));
}

static void on_left(struct fold *fold, const struct record *record)
{
    const struct terminal_watcher_left *left = record->event;

    model_unlink(fold->model, LINK_TERMINAL_WATCHER, left->session_id, left->attachment_id);
}

static void on_termination_requested(const struct record *record, struct terminal *terminal)
{
    const struct terminal_termination_requested *requested = record->event;

    live_session_stop(&terminal->live, record->entry.recorded_at);
    terminal->cause = requested->cause;
    terminal->stop_reason = requested->reason;
    terminal->told_at = record->entry.recorded_at;
}

static void unlink_watchers(struct fold *fold, struct uuid session_id)
{
    struct uuid attachment_id;

    while (model_next_link(
        fold->model, LINK_TERMINAL_WATCHER, session_id, UUID_NONE, &attachment_id, NULL))
        model_unlink(fold->model, LINK_TERMINAL_WATCHER, session_id, attachment_id);
}

/* From now on its transcript waits for the end of its time. */
static void
end(struct fold *fold,
    const struct record *record,
    struct terminal *terminal,
    enum live_status status)
{
    struct uuid id = terminal->live.id;
    struct timer timer = {TIMER_TRANSCRIPT, id, terminal->retention_expires_at};
    struct timestamp least =
        timestamp_plus_us(record->entry.recorded_at, INT64_C(1) * TERMINAL_LEAST_KEPT_S * US_PER_S);

    if (timer.due.us < least.us)
        timer.due = least;
    live_session_end(&terminal->live, status);
    terminal->stop_reason = (struct text){0};
    terminal->told_at = record->entry.recorded_at;
    model_unlink(fold->model, LINK_LIVE_TERMINAL, UUID_NONE, id);
    model_unlink(fold->model, LINK_NODE_TERMINAL, terminal->node_id, id);
    unlink_watchers(fold, id);
    terminal->retention_expires_at = timer.due;
    model_set_timer(fold->model, &timer);
}

/* Nothing of it is left to be held. */
static void forget_users(struct fold *fold, struct uuid session_id)
{
    struct uuid user_id;

    while (
        model_next_link(fold->model, LINK_TRANSCRIPT_USER, session_id, UUID_NONE, &user_id, NULL))
        model_unlink(fold->model, LINK_TRANSCRIPT_USER, session_id, user_id);
}

static void on_expired(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    struct timer timer = {TIMER_TRANSCRIPT, terminal->live.id, terminal->retention_expires_at};

    model_clear_timer(fold->model, &timer);
    terminal->expired_at = record->entry.recorded_at;
    terminal->drop_size = terminal->newest_chunk_size;
    if (terminal->drop_size > 0)
        model_link(fold->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, terminal->live.id, 0);
    else
        forget_users(fold, terminal->live.id);
}

static void on_dropped(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    const struct terminal_transcript_dropped *dropped = record->event;

    terminal->drop_size = dropped->next_size;
    terminal->withheld_by = UUID_NONE;
    if (terminal->drop_size > 0)
        return;
    model_unlink(fold->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, terminal->live.id);
    forget_users(fold, terminal->live.id);
}

static void on_withheld(const struct record *record, struct terminal *terminal)
{
    const struct terminal_transcript_withheld *withheld = record->event;

    terminal->withheld_by = withheld->hold_id;
}

static void apply(struct fold *fold, const struct record *record, struct terminal *terminal)
{
    switch ((enum terminal_event)record->type->id) {
    case EVT_TERMINAL_CREATED:
        on_created(fold, record, terminal);
        break;
    case EVT_TERMINAL_OPENED:
        on_opened(record, terminal);
        break;
    case EVT_TERMINAL_RESIZED:
        on_resized(record, terminal);
        break;
    case EVT_TERMINAL_RECORDED:
        break; /* its body may be gone */
    case EVT_TERMINAL_COUNTED:
        on_counted(record, terminal);
        break;
    case EVT_TERMINAL_CONTROLLER_ATTACHED:
        on_attached(fold, record, terminal);
        break;
    case EVT_TERMINAL_CONTROLLER_DETACHED:
        on_detached(record, terminal);
        break;
    case EVT_TERMINAL_CONTROL_TAKEN:
        on_control_taken(fold, record, terminal);
        break;
    case EVT_TERMINAL_WATCHER_JOINED:
        on_joined(fold, record, terminal);
        break;
    case EVT_TERMINAL_WATCHER_LEFT:
        on_left(fold, record);
        break;
    case EVT_TERMINAL_TERMINATION_REQUESTED:
        on_termination_requested(record, terminal);
        break;
    case EVT_TERMINAL_STOP_REPEATED:
        terminal->told_at = record->entry.recorded_at;
        break;
    case EVT_TERMINAL_CLOSED:
        end(fold, record, terminal, LIVE_CLOSED);
        break;
    case EVT_TERMINAL_FAILED:
        end(fold, record, terminal, LIVE_FAILED);
        break;
    case EVT_TERMINAL_TRANSCRIPT_EXPIRED:
        on_expired(fold, record, terminal);
        break;
    case EVT_TERMINAL_TRANSCRIPT_DROPPED:
        on_dropped(fold, record, terminal);
        break;
    case EVT_TERMINAL_TRANSCRIPT_WITHHELD:
        on_withheld(record, terminal);
        break;
    }
}

void terminal_evolve(struct fold *fold, const struct record *record)
{
    bool begins = (enum terminal_event)record->type->id == EVT_TERMINAL_CREATED;
    struct terminal before = {0};
    struct terminal after;

    if (!begins &&
        !model_load(fold->model, &terminal_aggregate, record->entry.stream, fold->arena, &before))
        return;
    after = before;
    apply(fold, record, &after);
    if (terminal_type_is_chunk(record->type))
        after.last_seq++;
    model_store(fold->model, &terminal_aggregate, record->entry.stream, &after);
    live_session_move_timers(
        fold->model, &terminal_live_timers, &terminal_limits, &before.live, &after.live);
}

bool terminal_load(const struct decision *decision, struct uuid session_id, struct terminal *out)
{
    return model_load(decision->model, &terminal_aggregate, session_id, decision->arena, out);
}

bool terminal_watcher_is_of(uint64_t value, struct uuid boot)
{
    return value == boot_value(boot);
}
