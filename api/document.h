/*
 * Documents that are the same for everybody and as long as the process lives: packed and tagged once,
 * sent as they are to whoever asks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DOCUMENT_H
#define API_DOCUMENT_H

#include "core/base/arena.h"
#include "core/base/text.h"

/* Plain data. */
struct document {
    const char *type; /* media type */
    struct text plain;
    struct text packed; /* by gzip; absent where that is not worth it */
    struct text tag;    /* entity tag of both */
};

/* `plain` is borrowed, what is made of it lies in the arena. Takes some milliseconds a megabyte. */
struct document document_make(struct arena *arena, const char *type, struct text plain);

/* The same, never packed: for what is too large for that, or too small. */
struct document document_make_plain(struct arena *arena, const char *type, struct text plain);

#endif
