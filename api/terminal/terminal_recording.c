/*
 * The recording of a session: its transcript and the changes of its size, in the ledger's order.
 *
 *   all is shown ─► session ─► pages of chunks ─► their bytes on the ledger ─► asciicast
 *
 * Its length has an end because the transcript's has.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/terminal_recording.h"

#include "api/call.h"
#include "api/select.h"
#include "api/terminal/asciicast.h"
#include "api/terminal/terminal_resources.h"
#include "eventlog/events/terminal_chunk.h"
#include "eventlog/ledger_read.h"
#include "migrations/terminal/terminal_chunks.h"

enum { PAGE_ROWS = 1000, RECORD_ARENA = 8 << 20, MOST_BYTES = 128 << 20 };

struct terminal_recording_of {
    struct uuid workspace_id;
    struct uuid session_id;
};
static const struct field terminal_recording_of_fields[] = {
    {UUID(terminal_recording_of, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace of the session."},
    {UUID(terminal_recording_of, session_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the session."},
};
const struct shape terminal_recording_of_shape =
    SHAPE(terminal_recording_of, "Terminal session whose recording is read.");

struct recorded_after {
    struct uuid session_id;
    int64_t position;
};
static const struct field recorded_after_fields[] = {
    {UUID(recorded_after, session_id), .flags = SERVER_SET, .doc = "Id of the session."},
    {INT64(recorded_after, position), .flags = SERVER_SET,
     .doc = "Position of the chunk before the page."},
};
static const struct shape recorded_after_shape =
    SHAPE(recorded_after, "Place in the transcript of a terminal session.");

static const struct query recorded_query = {
    .input = &recorded_after_shape,
    .scope = SCOPE_PARENT,
    .parent = "session_id",
    .sql =
        {.name = "terminal_recorded",
         .params = &recorded_after_shape,
         .row = &terminal_chunk_row_shape,
         .text = "select id, session_id, direction, seq, source_timestamp, created_at, position,\n"
                 "    size, user_id, words, named_user_id\n"
                 "from terminal_session_chunks\n"
                 "where session_id = :session_id and position > :position\n"
                 "order by position\n"
                 "limit 1000"},
};

/* A recording under way. Its first chunk is the session's creation. */
struct recording {
    struct call *call;
    struct buf *out;
    struct timestamp begun_at;
    struct asciicast cast; /* begun by the first chunk */
    struct arena *scratch;
};

static void begin(struct recording *recording, const struct terminal_created *created)
{
    struct arena *arena = recording->call->arena;
    char id[UUID_TEXT_SIZE];
    struct cast_head head = {
        .cols = created->cols, .rows = created->rows, .begun_at = recording->begun_at};

    uuid_print(created->session_id, id);
    head.title = text_format(arena, "Terminal session %s", id);
    asciicast_begin(&recording->cast, recording->out, &head);
}

static void write_recorded(
    struct recording *recording, struct timestamp at, const struct terminal_recorded *recorded)
{
    if (recorded->direction.is == TERMINAL_STDIN)
        asciicast_input(&recording->cast, at, recorded->data);
    else
        asciicast_output(&recording->cast, at, recorded->data);
}

/* What a record shows beside its words. */
static void
write_record(struct recording *recording, struct timestamp at, const struct record *record)
{
    const struct terminal_opened *opened = record->event;
    const struct terminal_resized *resized = record->event;

    if (record->type == &terminal_created_event)
        begin(recording, record->event);
    else if (record->type == &terminal_opened_event)
        asciicast_resize(&recording->cast, at, opened->cols, opened->rows);
    else if (record->type == &terminal_resized_event)
        asciicast_resize(&recording->cast, at, resized->cols, resized->rows);
    else if (record->type == &terminal_recorded_event)
        write_recorded(recording, at, record->event);
}

static enum status write_chunk(
    struct recording *recording, const struct terminal_chunk_row *chunk, struct error *error)
{
    struct record record;
    enum status status;

    arena_reset(recording->scratch);
    status = ledger_read_one(
        recording->call->services->ledger, (struct position){(uint64_t)chunk->position},
        recording->scratch, &record, error);
    if (status != STATUS_OK)
        return status;
    write_record(recording, chunk->created_at, &record);
    if (text_is_present(chunk->words))
        asciicast_mark(&recording->cast, chunk->created_at, chunk->words);
    else if (uuid_is_present(chunk->named_user_id))
        asciicast_mark(
            &recording->cast, chunk->created_at,
            terminal_words_of(&record, (struct text){NULL, 0}, recording->scratch).text);
    return STATUS_OK;
}

static enum status
write_all(struct recording *recording, struct uuid session_id, struct error *error)
{
    struct recorded_after after = {session_id, -1};
    const struct terminal_chunk_row *chunks = NULL;
    size_t count = PAGE_ROWS;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count == PAGE_ROWS) {
        const void *rows = NULL;
        status = call_query(recording->call, &recorded_query, &after, &rows, &count, error);
        chunks = rows;
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = write_chunk(recording, &chunks[i], error);
        if (status == STATUS_OK && count > 0)
            after.position = chunks[count - 1].position;
    }
    return status;
}

static void answer(struct call *call, const struct terminal_session_row *session)
{
    AUTO_ARENA scratch = arena_new(RECORD_ARENA);
    AUTO_BUF out = {0};
    struct recording recording = {
        .call = call, .out = &out, .begun_at = session->created_at, .scratch = scratch};
    struct error error;
    enum status status;

    buf_init(&out, MOST_BYTES);
    status = write_all(&recording, session->id, &error);
    if (status == STATUS_OK && buf_is_full(&out))
        status =
            error_set(&error, STATUS_TOO_LARGE, "The recording is larger than an answer may be.");
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    call->storage = out;
    out = (struct buf){0};
    call_answer_text(call, 200, TERMINAL_RECORDING_TYPE, buf_text(&call->storage));
}

/* NULL: there is none that the caller may see the transcript of. */
static const struct terminal_session_row *find_session(struct call *call, struct error *error)
{
    const struct terminal_recording_of *of = call->input;
    const void *row = NULL;

    if (select_row(call, &terminal_session_resource, of->session_id, &row, error) != STATUS_OK)
        return NULL;
    if (row == NULL)
        error_set(error, STATUS_NOT_FOUND, "Terminal session was not found.");
    else if (terminal_transcript_may_be_read(call, row, error) != STATUS_OK)
        return NULL;
    return row;
}

static void show(struct call *call)
{
    struct error error;
    const struct terminal_session_row *session = find_session(call, &error);

    if (session != NULL)
        answer(call, session);
    else
        call_answer_error(call, &error);
}

void terminal_recording_handle(struct call *call)
{
    call_wait_head(call, show);
}
