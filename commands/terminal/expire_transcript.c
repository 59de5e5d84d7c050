/*
 * The time of a transcript is over: it is shown no more, and its bytes wait to be dropped.
 *
 *   automation ──expire_transcript──► [here] ──terminal_transcript_expired──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct terminal_transcript_expired expired = {timer->id};
    struct terminal terminal;

    (void)error;
    if (model_has_timer(decision->model, timer) && terminal_load(decision, timer->id, &terminal))
        decision_emit(
            decision, &terminal_transcript_expired_event, timer->id, terminal.workspace_id,
            &expired);
    return STATUS_OK;
}

const struct command expire_transcript_command = {
    .name = "expire_transcript",
    .doc = "Ends the time that the transcript of a terminal session is kept.",
    .input = &timer_shape,
    .decide = decide,
};
