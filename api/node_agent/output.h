/*
 * What a task writes, between its pipes and the journal: cut into lines and gathered in batches for the
 * server, and its beginning kept for the task's end. All of it is bounded, and clean UTF-8.
 *
 *   bytes ─► output_feed ─► lines ─► output_take_lines ─► {"lines":[…]}, as often as it is full
 *                             └────► output_text, output_whole
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_OUTPUT_H
#define API_NODE_AGENT_OUTPUT_H

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdbool.h>

enum {
    OUTPUT_LONGEST_LINE = 5000,    /* characters, the mark of a cut included */
    OUTPUT_MOST_BYTES = 200000,    /* of what is kept for the end */
    OUTPUT_WHOLE_BYTES = 4 << 20,  /* where a program reads it */
    OUTPUT_BATCH_LINES = 256,      /* of a batch; the server takes 512 in a report */
    OUTPUT_BATCH_BYTES = 256 << 10 /* a batch is full from here on */
};

enum output_stream { OUTPUT_STDOUT, OUTPUT_STDERR, OUTPUT_SYSTEM };

struct output {
    struct buf partial[2]; /* lines that have not ended */
    struct buf kept;
    struct buf whole; /* of stdout alone; with a ceiling of 0: not kept */
    struct buf batch;
    unsigned batched;
};

/* With `keeps_whole`, output_whole() has all of stdout. */
void output_init(struct output *output, bool keeps_whole);
void output_fini(struct output *output);

/* Takes bytes until the batch is full; gives those that are left, for when it was taken. */
MUST_USE struct text
output_feed(struct output *output, enum output_stream stream, struct text bytes);

/* The last lines may have no end. */
void output_finish(struct output *output);

/* A line of the agent's own, which is no part of the output. */
void output_note(struct output *output, struct text line);

/* The batch as the body of a report, borrowed until the next call; false where it is empty. */
bool output_take_lines(struct output *output, struct text *out, unsigned *out_count);

/* The beginning of all it wrote, stderr marked as such. Borrowed. */
struct text output_text(const struct output *output);
/* Absent where it is not kept, or was too much. */
struct text output_whole(const struct output *output);

#endif
