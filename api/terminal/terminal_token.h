/*
 * Tokens that a screen connects to a terminal session with: good for two minutes, for one session and
 * one way to attach to it, and for nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TERMINAL_TERMINAL_TOKEN_H
#define API_TERMINAL_TERMINAL_TOKEN_H

#include "core/shape/shape.h"

struct call;

extern const struct shape terminal_created_view_shape;
extern const struct shape terminal_token_view_shape;

/* render: the new session, with a token. */
void terminal_answer_created(struct call *call, const void *answer);

/* render: a token for what was asked. */
void terminal_answer_token(struct call *call, const void *answer);

#endif
