/*
 * Why requests of Engine.IO are refused, in its own words and numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_ENGINE_REFUSAL_H
#define API_SOCKET_ENGINE_REFUSAL_H

#include "api/call.h"

enum engine_refusal {
    REFUSAL_TRANSPORT,
    REFUSAL_SESSION,
    REFUSAL_METHOD,
    REFUSAL_REQUEST,
    REFUSAL_PROTOCOL
};

/* Answers 400: JSON, or text where a WebSocket was asked for. Ends the caller's turn. */
void engine_refusal_answer(struct call *call, enum engine_refusal why);

#endif
