/*
 * Requests of Engine.IO.
 *
 *   transport=websocket ─► a session over it
 *   transport=polling ──── no sid ─► a session by long polls, and its first one
 *       └── sid ─► GET: what is to be told    POST: what is said
 *   anything else ─► 400, in the words of engine.io
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/handshake.h"

#include "api/socket/engine_refusal.h"
#include "api/socket/polling.h"
#include "api/socket/websocket_wire.h"
#include "core/http/websocket.h"
#include "core/shape/shape_params.h"

/* Absent where the query does not have it; what else is in there means nothing. */
static struct text asked_for(const struct call *call, const char *name)
{
    const struct param *params;
    size_t count;

    if (!params_parse(call->arena, call->request->query, &params, &count))
        return (struct text){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (text_is(params[i].name, name))
            return params[i].value;
    }
    return (struct text){NULL, 0};
}

/* A handshake, which must be a GET, and of our version of the protocol. */
static void
open_session(struct call *call, const struct session_handler *handler, bool is_websocket)
{
    if (!text_is(call->request->method, "GET"))
        engine_refusal_answer(call, REFUSAL_METHOD);
    else if (!text_is(asked_for(call, "EIO"), "4"))
        engine_refusal_answer(call, REFUSAL_PROTOCOL);
    else if (is_websocket)
        websocket_wire_open(call, handler);
    else
        polling_open(call, handler);
}

void handshake_take(struct call *call, const struct session_handler *handler)
{
    enum websocket_wish wish = websocket_wish(call->request);
    struct text transport = asked_for(call, "transport");
    struct text id = asked_for(call, "sid");
    bool is_websocket = text_is(transport, "websocket");

    if (!is_websocket && !text_is(transport, "polling"))
        engine_refusal_answer(call, REFUSAL_TRANSPORT);
    else if (wish != (is_websocket ? WEBSOCKET_WISHED : WEBSOCKET_NOT_WISHED))
        engine_refusal_answer(call, REFUSAL_REQUEST);
    else if (!text_is_present(id))
        open_session(call, handler, is_websocket);
    else if (is_websocket)
        engine_refusal_answer(call, REFUSAL_SESSION); /* none is told that it may upgrade */
    else if (!text_is(call->request->method, "GET") && !text_is(call->request->method, "POST"))
        engine_refusal_answer(call, REFUSAL_METHOD);
    else
        polling_take(call, id);
}
