/*
 * What a peer sends on a WebSocket: however it is cut, it says the same; no message is longer than
 * allowed, texts and reasons are UTF-8, and nothing is heard after a goodbye or a broken rule.
 *
 * The first byte of an input says how large the pieces of the second reading are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/websocket_reader.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 300, TRANSCRIPT_BYTES = 1 << 20 };

struct source {
    struct bytes left;
    size_t allowed; /* until the next piece */
};

static size_t take(void *context, uint8_t *into, size_t size)
{
    struct source *source = context;
    size_t taken = source->allowed < size ? source->allowed : size;

    if (taken > 0)
        memcpy(into, source->left.data, taken);
    source->left.data += taken;
    source->left.size -= taken;
    source->allowed -= taken;
    return taken;
}

static void check(const struct websocket_reading *reading)
{
    must(reading->payload.size <= MOST_BYTES);
    switch (reading->event) {
    case WEBSOCKET_MESSAGE:
        must(reading->opcode == WEBSOCKET_BINARY || text_is_utf8(reading->payload));
        break;
    case WEBSOCKET_PINGED:
    case WEBSOCKET_PONGED:
        must(reading->payload.size <= 125);
        break;
    case WEBSOCKET_CLOSED:
        must(reading->code >= 1000 && reading->code <= 4999 && reading->code != 1006);
        break;
    case WEBSOCKET_VIOLATED:
        must(reading->reason != NULL);
        break;
    case WEBSOCKET_NOTHING:
        must(reading->payload.size == 0);
        break;
    }
}

/* All that was said, in pieces of `piece` bytes. */
static void listen_to(struct bytes said, size_t piece, struct buf *transcript)
{
    struct source source = {.left = said};
    struct websocket_reader *reader = websocket_reader_new(MOST_BYTES, take, &source);
    bool has_ended = false;

    do {
        struct websocket_reading reading;

        source.allowed = source.left.size < piece ? source.left.size : piece;
        while ((reading = websocket_reader_next(reader)).event != WEBSOCKET_NOTHING) {
            must(!has_ended);
            check(&reading);
            buf_printf(
                transcript, "%d %d %d ", (int)reading.event, (int)reading.opcode, reading.code);
            buf_add_text(transcript, reading.payload);
            has_ended = reading.event == WEBSOCKET_CLOSED || reading.event == WEBSOCKET_VIOLATED;
        }
        must(websocket_reader_held(reader) <= MOST_BYTES);
    } while (source.left.size > 0 && !has_ended);
    websocket_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t piece = size == 0 ? 1 : (size_t)data[0] % 16 + 1;
    struct bytes said = {data + (size > 0), size - (size > 0)};
    AUTO_BUF whole = {0};
    AUTO_BUF cut = {0};

    buf_init(&whole, TRANSCRIPT_BYTES);
    buf_init(&cut, TRANSCRIPT_BYTES);
    listen_to(said, SIZE_MAX, &whole);
    listen_to(said, piece, &cut);
    must(text_equal(buf_text(&whole), buf_text(&cut)));
    return 0;
}
