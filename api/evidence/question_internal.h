/*
 * A question while it is asked: what the files behind question.h share.
 *
 *   question.c ─► question_ask.c   path and query, to a home or a URL ─► the answer
 *        └──────► question_print.c the answer ─► rows, printed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_QUESTION_INTERNAL_H
#define API_EVIDENCE_QUESTION_INTERNAL_H

#include "api/evidence/question.h"
#include "api/evidence/source.h"
#include "api/route.h"
#include "core/shape/shape_rows.h"

enum { QUESTION_LARGEST_ANSWER = 64 << 20, QUESTION_ARENA_BYTES = 256 << 20 };
enum { OUTPUT_TABLE = 1, OUTPUT_WIDE, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_CSV, OUTPUT_ID };

/* What is being asked. */
struct asking {
    const struct question_asked *asked;
    const struct question *question;
    const struct question_options *options;
    struct arena *arena; /* for all of it */
    struct source *source;
    const struct param *params; /* as given, but with ids in place of names */
    size_t param_count;
    struct text workspace; /* its id, of what has no pages; absent: all */
    struct text after;     /* where the next page begins; absent: as was asked */
    int64_t left;          /* rows that are wanted still */
    int64_t begins_at;     /* position; INT64_ABSENT: as was asked */
    bool is_oldest_first;  /* because it is followed */
    bool is_followed;
    struct rows rows;
};

/* The route that answers. */
const struct route *question_route(const struct question *question);

/* What was given for a parameter; absent where nothing was. */
struct text question_given(const struct asking *asking, const char *name);

/* The answer, which is JSON whoever gave it (or text, where the question says so), in the arena; of pages one of at most `limit` rows. */
MUST_USE enum status question_ask(
    const struct asking *asking,
    int64_t limit,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* How rows are printed, and what stands before them. */
MUST_USE enum status question_print_begin(struct asking *asking, struct error *error);

/* Prints an answer; `*out_rows` is the number of its rows. */
MUST_USE enum status
question_print(struct asking *asking, struct text answer, int64_t *out_rows, struct error *error);

#endif
