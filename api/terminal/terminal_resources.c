/*
 * Terminal sessions and their transcripts. A live session is shown to whoever created it, and to those
 * who are attached to it; one that is over to every owner and admin. The bytes of a transcript are read
 * from the ledger: the read model knows where they stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/terminal_resources.h"

#include "api/call.h"
#include "eventlog/events/terminal_chunk.h"
#include "eventlog/ledger_read.h"
#include "migrations/node/nodes.h"
#include "migrations/terminal/terminal_chunks.h"

enum { MOST_PAGE_BYTES = 12 << 20, RECORD_ARENA = 8 << 20 };

static const struct field terminal_session_view_fields[] = {
    {TEXT(terminal_session_view, transcript_bytes), .flags = REQUIRED,
     .doc = "Number of bytes of the transcript, in digits."},
};
static const struct shape terminal_session_view_shape =
    SHAPE_WITH(terminal_session_view, "A terminal session.", .base = &terminal_session_row_shape);

static const struct view_column session_columns[] = {
    {"transcript_bytes", "terminal_sessions.transcript_size::text"},
    {NULL, NULL},
};

bool terminal_session_is_over(const struct terminal_session_row *session)
{
    return session->status.is == TERMINAL_CLOSED || session->status.is == TERMINAL_FAILED;
}

static bool takes_part(const struct terminal_session_row *session, struct uuid user_id)
{
    const struct uuid *watchers = session->watcher_user_ids.items;

    for (size_t i = 0; i < session->watcher_user_ids.count; i++) {
        if (uuid_equal(watchers[i], user_id))
            return true;
    }
    return uuid_equal(session->created_by_user_id, user_id) ||
           uuid_equal(session->controller_user_id, user_id);
}

static enum status may_inspect(struct call *call, const void *row, struct error *error)
{
    const struct terminal_session_row *session = row;

    if (terminal_session_is_over(session) || takes_part(session, call->actor.id))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_FORBIDDEN, "terminal_creator_required",
        "Only the session creator can inspect a live terminal session.");
}

enum status terminal_transcript_may_be_read(struct call *call, const void *row, struct error *error)
{
    const struct terminal_session_row *session = row;
    enum status status = may_inspect(call, row, error);

    if (status != STATUS_OK)
        return status;
    if (opt_bool_is_true(session->is_expired) ||
        (terminal_session_is_over(session) &&
         session->retention_expires_at.us <= call->arrived_at.us))
        return error_set_code(
            error, STATUS_GONE, "transcript_expired",
            "Transcript retention expired for this terminal session.");
    return STATUS_OK;
}

const struct resource terminal_session_resource = {
    .name = "terminal_sessions",
    .table = &terminal_sessions_table,
    .view = &terminal_session_view_shape,
    .columns = session_columns,
    .may_show = may_inspect,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "session_id",
    .missing = "Terminal session %s was not found.",
};

static const struct resource node_resource = {
    .name = "terminal_nodes",
    .table = &nodes_table,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "node_id",
    .missing = "Node %s was not found",
};

const struct resource node_terminal_resource = {
    .name = "node_terminal_sessions",
    .table = &terminal_sessions_table,
    .view = &terminal_session_view_shape,
    .columns = session_columns,
    .scope = SCOPE_PARENT,
    .scope_column = "node_id",
    .parent = &node_resource,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 20, .most = 100, .is_refused = true},
};

struct chunk_view {
    struct terminal_chunk_row row;
    struct text encoding;
    struct bytes payload;
};
static const struct field chunk_view_fields[] = {
    {TEXT(chunk_view, encoding), .flags = REQUIRED, .doc = "Encoding of the payload: base64."},
    {BYTES(chunk_view, payload), .flags = REQUIRED, .doc = "The bytes of the chunk."},
};
static const struct shape chunk_view_shape = SHAPE_WITH(
    chunk_view,
    "A chunk of the transcript of a terminal session.",
    .base = &terminal_chunk_row_shape);

static const struct view_column chunk_columns[] = {
    {"encoding", "'base64'"},
    {"payload", "''::bytea"},
    {NULL, NULL},
};

static enum status
read_bytes(struct call *call, struct arena *scratch, struct chunk_view *chunk, struct error *error)
{
    struct record record;
    enum status status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)chunk->row.position}, scratch, &record,
        error);

    if (status != STATUS_OK)
        return status;
    if (record.type != NULL && terminal_words_name(&record)) {
        chunk->payload =
            bytes_of_text(terminal_words_of(&record, (struct text){NULL, 0}, call->arena).text);
        return STATUS_OK;
    }
    if (record.type != &terminal_recorded_event)
        return error_set(error, STATUS_CORRUPT, "a chunk is not where the read model has it");
    chunk->payload =
        bytes_copy(call->arena, ((const struct terminal_recorded *)record.event)->data);
    return STATUS_OK;
}

static enum status fill_payloads(struct call *call, void *rows, size_t count, struct error *error)
{
    AUTO_ARENA scratch = arena_new(RECORD_ARENA);
    struct chunk_view *chunks = rows;
    int64_t bytes = 0;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        bytes += chunks[i].row.size;
        if (bytes > MOST_PAGE_BYTES)
            return error_set_code(
                error, STATUS_TOO_LARGE, "answer_too_large",
                "These chunks are more than one answer holds; ask for fewer by limit.");
        arena_reset(scratch);
        if (text_is_present(chunks[i].row.words))
            chunks[i].payload = bytes_of_text(chunks[i].row.words);
        else
            status = read_bytes(call, scratch, &chunks[i], error);
    }
    return status;
}

const struct resource terminal_chunk_resource = {
    .name = "terminal_session_chunks",
    .table = &terminal_chunks_table,
    .view = &chunk_view_shape,
    .columns = chunk_columns,
    .fill_live = fill_payloads,
    .may_show = terminal_transcript_may_be_read,
    .scope = SCOPE_PARENT,
    .scope_column = "session_id",
    .parent = &terminal_session_resource,
    .where = "terminal_session_chunks.seq > 0",
    .order = {{"seq", false}, {"id", false}},
    .limit = {.usual = 200, .most = 1000, .is_refused = true},
};
