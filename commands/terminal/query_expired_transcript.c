/*
 * Question: which transcript is to be dropped next, and where does its newest chunk stand? Asked by
 * whoever walks from there along the chain of chunks, and orders drop_transcript. One that is known to be
 * withheld is passed over while that hold is in place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_lookup.h"
#include "commands/terminal/terminal.h"

enum { LOOKED_AT = 256 }; /* at once */

static const struct field query_expired_transcript_fields[] = {
    {UUID(query_expired_transcript, after), .tag = 1,
     .doc = "Session that was looked at last; the first when absent."},
};
static const struct shape query_expired_transcript_shape =
    SHAPE(query_expired_transcript, "Place among the transcripts that are to be dropped.");

static const struct field expired_transcript_fields[] = {
    {UUID(expired_transcript, session_id), .tag = 1, .doc = "Id of the session; absent for none."},
    {INT64(expired_transcript, drop_size), .tag = 2,
     .doc = "Ledger size at which its newest chunk was recorded; 0: ask for the next session."},
};
static const struct shape expired_transcript_shape =
    SHAPE(expired_transcript, "A transcript that is to be dropped.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_expired_transcript *question = input;
    struct expired_transcript *found = answer;
    struct uuid session_id = question->after;
    struct terminal terminal;

    (void)arena;
    for (size_t i = 0; i < LOOKED_AT; i++) {
        if (!model_next_link(
                decision->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, session_id, &session_id, NULL))
            return;
        if (terminal_load(decision, session_id, &terminal) &&
            !privacy_is_in_place(decision->model, terminal.withheld_by)) {
            *found = (struct expired_transcript){session_id, terminal.drop_size};
            return;
        }
    }
    *found = (struct expired_transcript){session_id, 0};
}

const struct command query_expired_transcript_command = {
    .name = "query_expired_transcript",
    .doc = "Looks up a transcript of a terminal session that is to be dropped.",
    .input = &query_expired_transcript_shape,
    .answer = &expired_transcript_shape,
    .answer_from = answer_from,
    .is_question = true,
};
