/*
 * From frames to messages.
 *
 * Pieces of a message lie in one buffer that is let go once the message was taken, so that a silent
 * connection holds nothing but wslay's window of 4 KiB. Control frames come between the pieces and have a buffer
 * of their own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/websocket_reader.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"

#include <wslay/wslay.h>

enum {
    MOST_CONTROL_BYTES = 125,
    CODE_PROTOCOL = 1002,
    CODE_NONE = 1005,
    CODE_TEXT = 1007,
    CODE_TOO_LARGE = 1009
};

struct websocket_reader {
    wslay_frame_context_ptr frames;
    websocket_source *source;
    void *context;
    size_t most_bytes;
    struct buf message;           /* of the message under way, or the one last given */
    enum websocket_opcode opcode; /* of it */
    bool is_in_message;           /* between its first and its last frame */
    bool was_given;
    bool has_ended;
    bool is_in_frame;
    struct wslay_frame_iocb frame; /* under way, `data` being its newest piece */
    uint64_t left;                 /* of its payload */
    char control[MOST_CONTROL_BYTES];
    size_t control_size;
};

static ssize_t receive(uint8_t *into, size_t size, int flags, void *context)
{
    struct websocket_reader *reader = context;
    size_t got = reader->source(reader->context, into, size);

    (void)flags;
    return got == 0 ? -1 : (ssize_t)got; /* wslay takes either for "not now" */
}

struct websocket_reader *
websocket_reader_new(size_t most_bytes, websocket_source *source, void *context)
{
    static const struct wslay_frame_callbacks callbacks = {.recv_callback = receive};
    struct websocket_reader *reader = heap_new(sizeof(*reader));

    reader->most_bytes = most_bytes;
    reader->source = source;
    reader->context = context;
    buf_init(&reader->message, most_bytes);
    must(wslay_frame_context_init(&reader->frames, &callbacks, reader) == 0);
    return reader;
}

void websocket_reader_free(struct websocket_reader *reader)
{
    if (reader == NULL)
        return;
    wslay_frame_context_free(reader->frames);
    buf_fini(&reader->message);
    heap_free(reader);
}

static struct websocket_reading
violation(struct websocket_reader *reader, int code, const char *reason)
{
    reader->has_ended = true;
    return (struct websocket_reading){.event = WEBSOCKET_VIOLATED, .code = code, .reason = reason};
}

static bool is_control(const struct websocket_reader *reader)
{
    return wslay_is_ctrl_frame(reader->frame.opcode);
}

/* What is wrong with a frame by its header alone, or NULL. */
static const char *frame_problem(const struct websocket_reader *reader)
{
    const struct wslay_frame_iocb *frame = &reader->frame;

    if (frame->rsv != 0)
        return "Reserved bits are set.";
    if (!frame->mask)
        return "Frames of clients must be masked.";
    switch (frame->opcode) {
    case WSLAY_CONTINUATION_FRAME:
        return reader->is_in_message ? NULL : "There is nothing to continue.";
    case WSLAY_TEXT_FRAME:
    case WSLAY_BINARY_FRAME:
        return reader->is_in_message ? "The message before is not whole." : NULL;
    case WSLAY_CONNECTION_CLOSE:
    case WSLAY_PING:
    case WSLAY_PONG:
        return NULL;
    default:
        return "The opcode is not known.";
    }
}

static void begin_message(struct websocket_reader *reader)
{
    reader->opcode = (enum websocket_opcode)reader->frame.opcode;
    reader->is_in_message = true;
}

/* The frame's header was read, and it is allowed. */
static void begin_frame(struct websocket_reader *reader)
{
    reader->is_in_frame = true;
    reader->left = reader->frame.payload_length;
    reader->control_size = 0;
    if (!is_control(reader) && reader->frame.opcode != WSLAY_CONTINUATION_FRAME)
        begin_message(reader);
}

static void take_piece(struct websocket_reader *reader)
{
    const struct wslay_frame_iocb *frame = &reader->frame;

    if (is_control(reader)) {
        for (size_t i = 0; i < frame->data_length && reader->control_size < MOST_CONTROL_BYTES; i++)
            reader->control[reader->control_size++] = (char)frame->data[i];
    } else if (frame->data_length > 0) {
        buf_add(&reader->message, frame->data, frame->data_length);
    }
    reader->left -= frame->data_length;
}

/* RFC 6455, section 7.4: what a close frame may say. */
static bool may_be_said(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static struct websocket_reading goodbye(struct websocket_reader *reader)
{
    struct text body = {reader->control, reader->control_size};
    int code = CODE_NONE;

    if (body.size == 1)
        return violation(reader, CODE_PROTOCOL, "A close code has two bytes.");
    if (body.size > 0)
        code = (uint8_t)body.data[0] << 8 | (uint8_t)body.data[1];
    if (body.size > 0 && !may_be_said(code))
        return violation(reader, CODE_PROTOCOL, "Nobody may send this close code.");
    if (!text_is_utf8(text_slice(body, body.size > 2 ? 2 : body.size, body.size)))
        return violation(reader, CODE_TEXT, "The reason is not UTF-8.");
    reader->has_ended = true;
    return (struct websocket_reading){.event = WEBSOCKET_CLOSED, .code = code};
}

static struct websocket_reading finish_control(struct websocket_reader *reader)
{
    struct websocket_reading reading = {
        .event = WEBSOCKET_PONGED, .payload = {reader->control, reader->control_size}};

    if (reader->frame.opcode == WSLAY_CONNECTION_CLOSE)
        return goodbye(reader);
    if (reader->frame.opcode == WSLAY_PING)
        reading.event = WEBSOCKET_PINGED;
    return reading;
}

static struct websocket_reading finish_message(struct websocket_reader *reader)
{
    struct text message = buf_text(&reader->message);

    reader->is_in_message = false;
    reader->was_given = true;
    if (reader->opcode == WEBSOCKET_TEXT && !text_is_utf8(message))
        return violation(reader, CODE_TEXT, "The text is not UTF-8.");
    return (struct websocket_reading){
        .event = WEBSOCKET_MESSAGE, .opcode = reader->opcode, .payload = message};
}

/* A frame is whole; nothing is said by a piece of a message. */
static struct websocket_reading finish_frame(struct websocket_reader *reader)
{
    reader->is_in_frame = false;
    if (is_control(reader))
        return finish_control(reader);
    if (reader->frame.fin)
        return finish_message(reader);
    return (struct websocket_reading){.event = WEBSOCKET_NOTHING};
}

static bool is_too_large(const struct websocket_reader *reader)
{
    return !is_control(reader) && reader->left > reader->most_bytes - reader->message.size;
}

/* What was given may be large, and silence long. */
static void let_go(struct websocket_reader *reader)
{
    if (!reader->was_given)
        return;
    reader->was_given = false;
    buf_fini(&reader->message);
    buf_init(&reader->message, reader->most_bytes);
}

struct websocket_reading websocket_reader_next(struct websocket_reader *reader)
{
    const struct websocket_reading nothing = {.event = WEBSOCKET_NOTHING};
    struct websocket_reading reading = nothing;

    let_go(reader);
    while (reading.event == WEBSOCKET_NOTHING && !reader->has_ended) {
        const char *problem;
        ssize_t got = wslay_frame_recv(reader->frames, &reader->frame);

        if (got == WSLAY_ERR_WANT_READ)
            return nothing;
        if (got < 0)
            return violation(reader, CODE_PROTOCOL, "The frame is malformed.");
        problem = reader->is_in_frame ? NULL : frame_problem(reader);
        if (problem != NULL)
            return violation(reader, CODE_PROTOCOL, problem);
        if (!reader->is_in_frame)
            begin_frame(reader);
        if (is_too_large(reader))
            return violation(reader, CODE_TOO_LARGE, "The message is too large.");
        take_piece(reader);
        if (reader->left == 0)
            reading = finish_frame(reader);
    }
    return reading;
}

size_t websocket_reader_held(const struct websocket_reader *reader)
{
    return reader->was_given ? 0 : reader->message.size;
}
