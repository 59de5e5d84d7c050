/*
 * Requests into inputs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DECODE_H
#define API_DECODE_H

#include "api/call.h"

/* Reads the input, then goes to run_call(). Loop; large bodies are read by a worker. */
void decode_call(struct call *call);

#endif
