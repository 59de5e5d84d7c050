/*
 * Frames to send, encoded by wslay.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/websocket_frame.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/http_internal.h"

#include <stdatomic.h>
#include <string.h>
#include <wslay/wslay.h>

enum {
    LONGEST_HEADER = 10,
    LONGEST_REASON = 123,
    PLACE_BYTES = 256 /* about what a place in a queue takes, whatever waits in it */
};

struct websocket_frame {
    atomic_size_t keepers;
    atomic_size_t waits; /* queues that it is in */
    size_t size;
    size_t payload_size; /* of these, at the end */
    uint8_t bytes[];
};

static ssize_t append(const uint8_t *data, size_t size, int flags, void *context)
{
    struct websocket_frame *frame = context;

    (void)flags;
    memcpy(frame->bytes + frame->size, data, size);
    frame->size += size;
    return (ssize_t)size;
}

struct websocket_frame *websocket_frame_new(enum websocket_opcode opcode, struct text payload)
{
    static const struct wslay_frame_callbacks callbacks = {.send_callback = append};
    struct websocket_frame *frame = heap_new(sizeof(*frame) + LONGEST_HEADER + payload.size);
    struct wslay_frame_iocb one = {
        .fin = 1,
        .opcode = (uint8_t)opcode,
        .payload_length = payload.size,
        .data = bytes_of_text(payload).data,
        .data_length = payload.size,
    };
    wslay_frame_context_ptr encoder;

    frame->keepers = 1;
    frame->payload_size = payload.size;
    must(wslay_frame_context_init(&encoder, &callbacks, frame) == 0);
    must(wslay_frame_send(encoder, &one) == (ssize_t)payload.size);
    wslay_frame_context_free(encoder);
    return frame;
}

struct websocket_frame *websocket_frame_close(int code, struct text reason)
{
    char body[2 + LONGEST_REASON];
    struct text kept = text_first_bytes(reason, LONGEST_REASON);

    if (code == 0)
        return websocket_frame_new(WEBSOCKET_CLOSE, text_lit(""));
    body[0] = (char)((unsigned)code >> 8);
    body[1] = (char)((unsigned)code & 0xff);
    if (kept.size > 0)
        memcpy(body + 2, kept.data, kept.size);
    return websocket_frame_new(WEBSOCKET_CLOSE, (struct text){body, 2 + kept.size});
}

struct websocket_frame *websocket_frame_keep(struct websocket_frame *frame)
{
    atomic_fetch_add(&frame->keepers, 1);
    return frame;
}

void websocket_frame_release(struct websocket_frame *frame)
{
    if (atomic_fetch_sub(&frame->keepers, 1) == 1)
        heap_free(frame);
}

bool websocket_frame_wait(struct websocket_frame *frame, struct http_server *server)
{
    bool is_first = atomic_fetch_add(&frame->waits, 1) == 0;
    size_t counted = 0;

    return http_server_hold(server, &counted, PLACE_BYTES + (is_first ? frame->size : 0));
}

void websocket_frame_end_wait(struct websocket_frame *frame, struct http_server *server)
{
    bool is_last = atomic_fetch_sub(&frame->waits, 1) == 1;
    size_t counted = PLACE_BYTES + (is_last ? frame->size : 0);

    (void)http_server_hold(server, &counted, 0);
}

struct bytes websocket_frame_bytes(const struct websocket_frame *frame)
{
    return (struct bytes){frame->bytes, frame->size};
}

struct text websocket_frame_payload(const struct websocket_frame *frame)
{
    return text_of_bytes(
        (struct bytes){frame->bytes + (frame->size - frame->payload_size), frame->payload_size});
}
