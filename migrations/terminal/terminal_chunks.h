/*
 * The transcripts of terminal sessions: where each chunk stands on the ledger, which has its bytes.
 * Changes of the screen's size stand between them, for recordings, and have no number.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TERMINAL_TERMINAL_CHUNKS_H
#define MIGRATIONS_TERMINAL_TERMINAL_CHUNKS_H

#include "core/db/table.h"

struct terminal_chunk_row {
    struct uuid id;
    struct uuid session_id;
    struct enum_value direction; /* absent: the size changed */
    int64_t seq;                 /* 0: the size changed */
    struct timestamp source_timestamp;
    struct timestamp created_at;
    int64_t position; /* of the event with its bytes, or of the one that its words tell of */
    int64_t size;     /* bytes; of words, without whom they name */
    struct uuid user_id;
    struct text
        words; /* of what befell the session; absent: bytes, or the size changed, or forgotten */
    struct uuid named_user_id; /* whom the words name */
};
extern const struct shape terminal_chunk_row_shape;
extern const struct table terminal_chunks_table;

#endif
