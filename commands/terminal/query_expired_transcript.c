/*
 * Question: which transcript is to be dropped next, and where does its newest chunk stand? Asked by
 * whoever walks from there along the chain of chunks, and orders drop_transcript.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field query_expired_transcript_fields[] = {
    {UUID(query_expired_transcript, after), .tag = 1,
     .doc = "Session that was looked at last; the first when absent."},
};
static const struct shape query_expired_transcript_shape =
    SHAPE(query_expired_transcript, "Place among the transcripts that are to be dropped.");

static const struct field expired_transcript_fields[] = {
    {UUID(expired_transcript, session_id), .tag = 1, .doc = "Id of the session; absent for none."},
    {INT64(expired_transcript, drop_size), .tag = 2,
     .doc = "Ledger size at which its newest chunk was recorded."},
};
static const struct shape expired_transcript_shape =
    SHAPE(expired_transcript, "A transcript that is to be dropped.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_expired_transcript *question = input;
    struct expired_transcript *found = answer;
    struct terminal terminal;
    struct uuid session_id;

    (void)arena;
    if (!model_next_link(
            decision->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, question->after, &session_id,
            NULL) ||
        !terminal_load(decision, session_id, &terminal))
        return;
    found->session_id = session_id;
    found->drop_size = terminal.drop_size;
}

const struct command query_expired_transcript_command = {
    .name = "query_expired_transcript",
    .doc = "Looks up a transcript of a terminal session that is to be dropped.",
    .input = &query_expired_transcript_shape,
    .answer = &expired_transcript_shape,
    .answer_from = answer_from,
    .is_question = true,
};
