/*
 * The transcripts of terminal sessions: where each chunk stands on the ledger, which has its bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/terminal/terminal_chunks.h"

#include "eventlog/events/terminal_events.h"

static const struct field terminal_chunk_row_fields[] = {
    {UUID(terminal_chunk_row, id), .flags = REQUIRED, .doc = "Id of the chunk."},
    {UUID(terminal_chunk_row, session_id), .flags = REQUIRED,
     .doc = "Session that the chunk belongs to."},
    {ENUM(terminal_chunk_row, direction, terminal_direction_names),
     .doc = "Stream of the chunk: what was typed, written, or befell the session."},
    {INT64(terminal_chunk_row, seq), .flags = REQUIRED,
     .doc = "Number of the chunk within its session, from 1; 0 where the size changed."},
    {TIMESTAMP(terminal_chunk_row, source_timestamp), .doc = "Time of it by the agent's clock."},
    {TIMESTAMP(terminal_chunk_row, created_at), .flags = REQUIRED,
     .doc = "Time the chunk was recorded."},
    {INT64(terminal_chunk_row, position), .flags = REQUIRED | HIDDEN,
     .doc = "Position of the event that holds it."},
    {INT64(terminal_chunk_row, size), .flags = REQUIRED | HIDDEN,
     .doc = "Number of bytes; of words, without whom they name."},
    {UUID(terminal_chunk_row, user_id), .flags = HIDDEN,
     .doc = "Person who typed it, or caused what it tells of."},
    {TEXT(terminal_chunk_row, words), .flags = HIDDEN,
     .doc =
         "What befell the session, in words; null for bytes, and where they would name somebody who "
         "was forgotten."},
    {UUID(terminal_chunk_row, named_user_id), .flags = HIDDEN,
     .doc = "Person whom the words name; null: none."},
};
const struct shape terminal_chunk_row_shape =
    SHAPE(terminal_chunk_row, "A chunk of the transcript of a terminal session.");

static const struct table_index indexes[] = {
    {.columns = "session_id, seq, id"},
    {.columns = "session_id, position"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "named_user_id", .blanks = "words"},
    {.of = NULL},
};

const struct table terminal_chunks_table = {
    .name = "terminal_session_chunks",
    .area = "terminal",
    .shape = &terminal_chunk_row_shape,
    .indexes = indexes,
    .erasures = erasures,
    .is_append_only = true,
};
