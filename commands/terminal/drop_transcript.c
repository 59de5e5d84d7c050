/*
 * Drop bytes of a transcript whose time is over: the event names the bodies, and the ledger deletes
 * them in the transaction that records it.
 *
 *   automation ──drop_transcript──► [here] ──terminal_transcript_dropped──► ledger
 *                                        or ──terminal_transcript_withheld─► … while a legal hold is over it
 *
 * Whoever orders it has walked the chain of chunks; here it is seen that the first one is the one that
 * is next. The ledger refuses positions that are not of this session's recorded bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_lookup.h"
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

/* Over whose bytes they are, or over one of them. */
static struct uuid
hold_of(const struct decision *decision, const struct terminal *terminal, const struct list *bytes)
{
    const struct model *model = decision->model;
    struct uuid hold = privacy_hold_over(model, terminal->workspace_id);
    struct uuid user = UUID_NONE;

    if (!uuid_is_present(hold))
        hold = privacy_hold_over(model, terminal->node_id);
    while (!uuid_is_present(hold) &&
           model_next_link(model, LINK_TRANSCRIPT_USER, terminal->live.id, user, &user, NULL))
        hold = privacy_hold_over(model, user);
    if (!uuid_is_present(hold))
        hold = privacy_hold_over_positions(model, decision->arena, bytes);
    return hold;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct drop_transcript *order = input;
    const struct terminal_transcript_dropped dropped = {
        .session_id = order->session_id,
        .rule = text_lit("TERMINAL_RETENTION_DAYS"),
        .positions = order->positions,
        .next_size = order->next_size,
    };
    struct terminal_transcript_withheld withheld = {order->session_id, .rule = text_lit("hold")};
    struct terminal terminal;

    (void)error;
    if (!terminal_load(decision, order->session_id, &terminal) || !is_next(&terminal, order))
        return STATUS_OK;
    withheld.hold_id = hold_of(decision, &terminal, &order->positions);
    if (!uuid_is_present(withheld.hold_id))
        decision_emit(
            decision, &terminal_transcript_dropped_event, order->session_id, terminal.workspace_id,
            &dropped);
    else if (!uuid_equal(withheld.hold_id, terminal.withheld_by))
        decision_emit(
            decision, &terminal_transcript_withheld_event, order->session_id, terminal.workspace_id,
            &withheld);
    return STATUS_OK;
}

const struct command drop_transcript_command = {
    .name = "drop_transcript",
    .doc = "Drops bytes of the transcript of a terminal session whose time is over.",
    .input = &drop_transcript_shape,
    .decide = decide,
};
