/*
 * Writing asciicast v2: a line of JSON about the recording, then one for each event, with the seconds
 * since its beginning.
 *
 *   [0.25, "o", "…"]  written     [1.5, "i", "…"]  typed     [2.0, "r", "100x40"]  resized
 *   [3.0, "m", "…"]   a mark: what befell the session
 *
 * Its text is Unicode, what shells write is bytes: a character that is split between chunks is put
 * together, and what is none is replaced.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TERMINAL_ASCIICAST_H
#define API_TERMINAL_ASCIICAST_H

#include "core/base/buf.h"
#include "core/base/timestamp.h"

enum { CAST_TAIL = 3 };

/* The beginning of a character, whose end has not come yet. */
struct cast_tail {
    char bytes[CAST_TAIL];
    size_t count;
};

struct asciicast {
    struct buf *out; /* borrowed */
    struct timestamp begun_at;
    struct cast_tail output;
    struct cast_tail input;
};

struct cast_head {
    int64_t cols;
    int64_t rows;
    struct timestamp begun_at;
    struct text title;
};

void asciicast_begin(struct asciicast *cast, struct buf *out, const struct cast_head *head);
void asciicast_output(struct asciicast *cast, struct timestamp at, struct bytes data);
void asciicast_input(struct asciicast *cast, struct timestamp at, struct bytes data);
void asciicast_resize(struct asciicast *cast, struct timestamp at, int64_t cols, int64_t rows);
void asciicast_mark(struct asciicast *cast, struct timestamp at, struct text words);

#endif
