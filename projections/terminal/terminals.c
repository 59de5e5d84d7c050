/*
 * Terminal sessions with their newest state, and their transcripts' chunks. Bytes stay on the ledger:
 * what was recorded is not looked into, so that nothing here depends on bodies that may be dropped.
 *
 *   terminal_created ─► pending ─► terminal_opened ─► open ─► terminal_termination_requested
 *                          │                           │              ▼
 *                          └───────────────────────────┴──► terminating ─► closed, failed
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/terminal/terminals.h"

#include "eventlog/events/privacy_events.h"
#include "eventlog/events/terminal_chunk.h"
#include "migrations/identity/users.h"
#include "migrations/terminal/terminal_chunks.h"
#include "migrations/terminal/terminal_sessions.h"

#include <string.h>

static struct uuid acting_user(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &terminal_sessions_table, record->entry.stream);
    if (uuid_is_present(acting_user(record)))
        rows_prefetch(rows, &users_table, acting_user(record));
}

static void touch(const struct record *record, struct terminal_session_row *row)
{
    row->revision = record->entry.revision;
    row->updated_at = record->entry.recorded_at;
}

static struct text email_of(struct rows *rows, struct uuid user_id)
{
    const struct user_row *user =
        uuid_is_present(user_id) ? rows_get(rows, &users_table, user_id) : NULL;

    return user == NULL ? (struct text){0} : user->email;
}

/* The chunk that an event of a session is: by default in words. */
static struct terminal_chunk_row
chunk_of(struct rows *rows, const struct record *record, const struct terminal_session_row *session)
{
    struct text person = email_of(rows, acting_user(record));
    struct terminal_words words = terminal_words_of(record, person, rows_arena(rows));
    struct terminal_words unnamed =
        terminal_words_of(record, (struct text){NULL, 0}, rows_arena(rows));
    bool is_naming = terminal_words_name(record);

    return (struct terminal_chunk_row){
        .id = row_id(record, &terminal_chunks_table, 0),
        .session_id = session->id,
        .direction = words.direction,
        .seq = session->last_chunk_seq + 1,
        .created_at = record->entry.recorded_at,
        .position = (int64_t)record->position.value,
        .size = (int64_t)unnamed.text.size,
        .user_id = acting_user(record),
        .words = is_naming && !text_is_present(person) ? (struct text){NULL, 0} : words.text,
        .named_user_id = is_naming ? acting_user(record) : UUID_NONE,
    };
}

/* Adds it to the transcript. */
static void append(
    struct rows *rows, struct terminal_session_row *session, const struct terminal_chunk_row *chunk)
{
    rows_append(rows, &terminal_chunks_table, chunk);
    session->last_chunk_seq = chunk->seq;
    session->chunk_count++;
    session->transcript_size += chunk->size;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct terminal_created *event = record->event;
    static const struct uuid nobody[1];
    struct terminal_session_row row = {
        .id = event->session_id,
        .workspace_id = event->workspace_id,
        .node_id = event->node_id,
        .created_by_user_id = event->user_id,
        .created_by_email_snapshot = email_of(rows, event->user_id),
        .status = {TERMINAL_PENDING},
        .exit_code = INT64_ABSENT,
        .cols = event->cols,
        .rows = event->rows,
        .run_as_root = event->run_as_root,
        .retention_expires_at = event->retention_expires_at,
        .watcher_user_ids = {nobody, 0},
        .watcher_ids = {nobody, 0},
        .is_expired = OPT_FALSE,
        .created_at = record->entry.recorded_at,
    };
    struct terminal_chunk_row chunk = chunk_of(rows, record, &row);

    touch(record, &row);
    append(rows, &row, &chunk);
    rows_put(rows, &terminal_sessions_table, &row);
}

/* The row to be changed, touched; false when there is none. */
static bool change(struct rows *rows, const struct record *record, struct terminal_session_row *out)
{
    const struct terminal_session_row *old =
        rows_get(rows, &terminal_sessions_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    touch(record, out);
    return true;
}

static void put(struct rows *rows, const struct terminal_session_row *row)
{
    rows_put(rows, &terminal_sessions_table, row);
}

/* Puts it with the event's words at the end of its transcript. */
static void
put_told(struct rows *rows, const struct record *record, struct terminal_session_row *row)
{
    struct terminal_chunk_row chunk = chunk_of(rows, record, row);

    append(rows, row, &chunk);
    put(rows, row);
}

static void apply_opened(struct rows *rows, const struct record *record)
{
    const struct terminal_opened *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.status.is = TERMINAL_OPEN;
    row.opened_at = record->entry.recorded_at;
    row.cols = event->cols;
    row.rows = event->rows;
    put_told(rows, record, &row);
}

static void apply_resized(struct rows *rows, const struct record *record)
{
    const struct terminal_resized *event = record->event;
    const struct terminal_chunk_row resize = {
        .id = row_id(record, &terminal_chunks_table, 0),
        .session_id = event->session_id,
        .created_at = record->entry.recorded_at,
        .position = (int64_t)record->position.value,
        .user_id = acting_user(record),
    };
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.cols = event->cols;
    row.rows = event->rows;
    rows_append(rows, &terminal_chunks_table, &resize);
    put(rows, &row);
}

/* What stands right before it has the bytes. */
static void apply_counted(struct rows *rows, const struct record *record)
{
    const struct terminal_counted *event = record->event;
    struct terminal_session_row row;
    struct terminal_chunk_row chunk;

    if (!change(rows, record, &row))
        return;
    chunk = (struct terminal_chunk_row){
        .id = event->chunk_id,
        .session_id = event->session_id,
        .direction = event->direction,
        .seq = event->seq,
        .source_timestamp = event->said_at,
        .created_at = record->entry.recorded_at,
        .position = (int64_t)record->position.value - 1,
        .size = event->bytes,
        .user_id = acting_user(record),
    };
    append(rows, &row, &chunk);
    put(rows, &row);
}

static void apply_attached(struct rows *rows, const struct record *record)
{
    const struct terminal_controller_attached *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.controller_user_id = event->user_id;
    put(rows, &row);
}

static void apply_detached(struct rows *rows, const struct record *record)
{
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.controller_user_id = UUID_NONE;
    put(rows, &row);
}

static void apply_control_taken(struct rows *rows, const struct record *record)
{
    const struct terminal_control_taken *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.controller_user_id = event->user_id;
    put(rows, &row);
}

static struct list with(struct arena *arena, struct list ids, struct uuid id)
{
    struct uuid *longer = arena_array(arena, ids.count + 1, sizeof(*longer));

    if (ids.count > 0)
        memcpy(longer, ids.items, ids.count * sizeof(*longer));
    longer[ids.count] = id;
    return (struct list){longer, ids.count + 1};
}

static struct list without(struct arena *arena, struct list ids, size_t index)
{
    const struct uuid *all = ids.items;
    struct uuid *shorter = arena_array(arena, ids.count, sizeof(*shorter));
    size_t count = 0;

    for (size_t i = 0; i < ids.count; i++) {
        if (i != index)
            shorter[count++] = all[i];
    }
    return (struct list){shorter, count};
}

static void apply_joined(struct rows *rows, const struct record *record)
{
    const struct terminal_watcher_joined *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.watcher_ids = with(rows_arena(rows), row.watcher_ids, event->attachment_id);
    row.watcher_user_ids = with(rows_arena(rows), row.watcher_user_ids, event->user_id);
    put(rows, &row);
}

static void apply_left(struct rows *rows, const struct record *record)
{
    const struct terminal_watcher_left *event = record->event;
    struct terminal_session_row row;
    const struct uuid *ids;

    if (!change(rows, record, &row))
        return;
    ids = row.watcher_ids.items;
    for (size_t i = 0; i < row.watcher_ids.count; i++) {
        if (!uuid_equal(ids[i], event->attachment_id))
            continue;
        row.watcher_ids = without(rows_arena(rows), row.watcher_ids, i);
        row.watcher_user_ids = without(rows_arena(rows), row.watcher_user_ids, i);
        break;
    }
    put(rows, &row);
}

/* A person's reason is the transcript's; what the session shows is the program's. */
static void apply_termination_requested(struct rows *rows, const struct record *record)
{
    const struct terminal_termination_requested *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.status.is = TERMINAL_TERMINATING;
    if (event->cause.is != TERMINATION_BY_USER)
        row.closed_reason = event->reason;
    put_told(rows, record, &row);
}

static void apply_stop_repeated(struct rows *rows, const struct record *record)
{
    struct terminal_session_row row;

    if (change(rows, record, &row))
        put(rows, &row);
}

static void
end(struct rows *rows,
    const struct record *record,
    struct terminal_session_row *row,
    struct text reason)
{
    row->closed_at = record->entry.recorded_at;
    row->closed_reason = reason;
    row->controller_user_id = UUID_NONE;
    row->watcher_ids.count = row->watcher_user_ids.count = 0;
    put_told(rows, record, row);
}

static void apply_closed(struct rows *rows, const struct record *record)
{
    const struct terminal_closed *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.status.is = TERMINAL_CLOSED;
    row.exit_code = event->exit_code;
    end(rows, record, &row, event->reason);
}

static void apply_failed(struct rows *rows, const struct record *record)
{
    const struct terminal_failed *event = record->event;
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.status.is = TERMINAL_FAILED;
    end(rows, record, &row, event->reason);
}

static void apply_expired(struct rows *rows, const struct record *record)
{
    struct terminal_session_row row;

    if (!change(rows, record, &row))
        return;
    row.is_expired = OPT_TRUE;
    put(rows, &row);
}

/* What changes nothing that is shown: the entity tag counts it. */
static void apply_revision(struct rows *rows, const struct record *record)
{
    const struct terminal_session_row *old =
        rows_get(rows, &terminal_sessions_table, record->entry.stream);
    struct terminal_session_row row;

    if (old == NULL)
        return;
    row = *old;
    row.revision = record->entry.revision;
    put(rows, &row);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase(rows, &terminal_sessions_table, record->entry.stream);
    rows_erase(rows, &terminal_chunks_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&terminal_created_event, .want = want, .apply = apply_created},
    {&terminal_opened_event, .want = want, .apply = apply_opened},
    {&terminal_resized_event, .want = want, .apply = apply_resized},
    {&terminal_recorded_event, .want = want, .apply = apply_revision},
    {&terminal_counted_event, .want = want, .apply = apply_counted},
    {&terminal_controller_attached_event, .want = want, .apply = apply_attached},
    {&terminal_controller_detached_event, .want = want, .apply = apply_detached},
    {&terminal_control_taken_event, .want = want, .apply = apply_control_taken},
    {&terminal_watcher_joined_event, .want = want, .apply = apply_joined},
    {&terminal_watcher_left_event, .want = want, .apply = apply_left},
    {&terminal_termination_requested_event, .want = want, .apply = apply_termination_requested},
    {&terminal_stop_repeated_event, .want = want, .apply = apply_stop_repeated},
    {&terminal_closed_event, .want = want, .apply = apply_closed},
    {&terminal_failed_event, .want = want, .apply = apply_failed},
    {&terminal_transcript_expired_event, .want = want, .apply = apply_expired},
    {&terminal_transcript_dropped_event, .want = want, .apply = apply_revision},
    {&terminal_transcript_withheld_event, .want = want, .apply = apply_revision},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {
    &terminal_sessions_table, &terminal_chunks_table, NULL};

const struct projector terminals_projector = {
    .name = "terminals", .version = 3, .tables = tables, .handlers = handlers};
