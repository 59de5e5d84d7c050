/*
 * Drop bytes of a transcript whose time is over: the event names the bodies, and the ledger deletes
 * them in the transaction that records it.
 *
 *   automation ──drop_transcript──► [here] ──terminal_transcript_dropped──► ledger
 *
 * Whoever orders it has walked the chain of chunks; here it is seen that the first one is the one that
 * is next. The ledger refuses positions that are not of this session's recorded bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

enum { MOST_POSITIONS = 1000 };

static const struct field drop_transcript_fields[] = {
    {UUID(drop_transcript, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {LIST_OF(drop_transcript, positions, KIND_INT64), .tag = 2, .flags = REQUIRED, .min = 1,
     .max = MOST_POSITIONS, .doc = "Positions of the events whose bodies are dropped."},
    {INT64(drop_transcript, next_size), .tag = 3, .flags = REQUIRED,
     .doc = "Ledger size at which the next chunk was recorded; 0 for none."},
};
static const struct shape drop_transcript_shape =
    SHAPE(drop_transcript, "Part of a transcript to drop.");

/* A chunk's bytes stand right before what counts them. */
static bool is_next(const struct terminal *terminal, const struct drop_transcript *order)
{
    const int64_t *positions = order->positions.items;

    return terminal->drop_size > 0 && order->positions.count > 0 &&
           positions[0] == terminal->drop_size - 2 && order->next_size < terminal->drop_size;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct drop_transcript *order = input;
    struct terminal_transcript_dropped dropped = {
        .session_id = order->session_id,
        .rule = text_lit("TERMINAL_RETENTION_DAYS"),
        .positions = order->positions,
        .next_size = order->next_size,
    };
    struct terminal terminal;

    (void)error;
    if (terminal_load(decision, order->session_id, &terminal) && is_next(&terminal, order))
        decision_emit(
            decision, &terminal_transcript_dropped_event, order->session_id, terminal.workspace_id,
            &dropped);
    return STATUS_OK;
}

const struct command drop_transcript_command = {
    .name = "drop_transcript",
    .doc = "Drops bytes of the transcript of a terminal session whose time is over.",
    .input = &drop_transcript_shape,
    .decide = decide,
};
