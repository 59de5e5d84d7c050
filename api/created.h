/*
 * Answers of commands that make several things at once: each of them, in the order in which they were made.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CREATED_H
#define API_CREATED_H

#include "api/call.h"

/* The rows of what the route shows. The call's loop. */
void created_answer(struct call *call, const void *answer);

#endif
