/*
 * Frames of WebSocket (RFC 6455, section 5), as a client sends and gets them. For files of core/web and
 * their tests: libraries for it have no static form.
 *
 *   FIN RSV opcode | MASK size (7 bits; 126: 16 more, 127: 64 more) | mask | payload
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_FRAME_H
#define CORE_WEB_FRAME_H

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum frame_opcode {
    FRAME_CONTINUED = 0x0,
    FRAME_TEXT = 0x1,
    FRAME_BINARY = 0x2,
    FRAME_CLOSE = 0x8,
    FRAME_PING = 0x9,
    FRAME_PONG = 0xA
};

enum { FRAME_LARGEST_CONTROL = 125 };

struct frame {
    enum frame_opcode opcode;
    bool is_final;
    struct text payload; /* borrowed */
    size_t size;         /* of all of it, on the wire */
};

enum frame_verdict { FRAME_WHOLE, FRAME_PARTIAL, FRAME_MALFORMED };

/* The frame that a server's bytes begin with. Malformed: reserved bits, an unknown opcode, a mask, a
 * payload over `most` bytes, a control frame that is large or in parts. */
enum frame_verdict frame_read(struct text bytes, size_t most, struct frame *out);

/* Appends a whole message or a control frame, masked. */
void frame_write(
    struct buf *out, enum frame_opcode opcode, struct text payload, const uint8_t mask[4]);

#endif
