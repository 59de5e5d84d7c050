/*
 * Claiming work by long poll.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_CLAIM_H
#define API_AGENT_CLAIM_H

#include "api/call.h"
#include "commands/task/task_commands.h"

struct task_row;
extern const struct shape claim_view_shape;

/* Handler of POST /agent/tasks/claim. Loop. */
void claim_handle(struct call *call);

/* What was claimed, as its agent is to have it: with the values of its secrets. In the arena, which is overwritten at its
 * end. A worker: what the task holds lies on the ledger. */
MUST_USE enum status claim_read(
    const struct services *services,
    const struct claim_answer *answer,
    struct arena *arena,
    struct task_row *out,
    struct error *error);

/* The agent will never know of this task: it waits again at once, not after its lease (which ends it
 * where the writer takes no more). */
void claim_release(const struct services *services, const struct task_state_view *task);

/* Whole seconds, where the payload says a number above zero; else INT64_ABSENT. */
int64_t claim_timeout_s(struct arena *arena, struct json payload);

#endif
