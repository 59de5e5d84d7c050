/*
 * The answer that asking for an enrollment and approving it share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_ENROLLMENT_ANSWER_H
#define COMMANDS_NODE_ENROLLMENT_ANSWER_H

#include "commands/node/enrollment_commands.h"

extern const struct shape enrollment_answer_shape;

/* Left alone when no enrollment has the token. */
void enrollment_show(
    const struct decision *decision, struct bytes token_digest, struct enrollment_answer *out);

#endif
