/*
 * Refusals of Engine.IO.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/engine_refusal.h"

#include "core/http/websocket.h"

static const struct {
    int code;
    const char *message;
} refusals[] = {
    [REFUSAL_TRANSPORT] = {0, "Transport unknown"},
    [REFUSAL_SESSION] = {1, "Session ID unknown"},
    [REFUSAL_METHOD] = {2, "Bad handshake method"},
    [REFUSAL_REQUEST] = {3, "Bad request"},
    [REFUSAL_PROTOCOL] = {5, "Unsupported protocol version"},
};

void engine_refusal_answer(struct call *call, enum engine_refusal why)
{
    const char *message = refusals[why].message;
    enum websocket_wish wish = websocket_wish(call->request);

    if (wish == WEBSOCKET_OTHER)
        call_header(call, "Sec-WebSocket-Version", text_lit("13"));
    if (wish == WEBSOCKET_NOT_WISHED)
        call_answer_json(
            call, 400,
            text_format(
                call->arena, "{\"code\":%d,\"message\":\"%s\"}", refusals[why].code, message));
    else
        call_answer_text(call, 400, "text/html; charset=utf-8", text_from(message));
}
