/*
 * Reading and writing frames.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/frame.h"

enum {
    FINAL_BIT = 0x80,
    RESERVED_BITS = 0x70,
    OPCODE_BITS = 0x0F,
    MASK_BIT = 0x80,
    SIZE_BITS = 0x7F,
    SIZE_16 = 126,
    SIZE_64 = 127
};

static bool is_control(enum frame_opcode opcode)
{
    return opcode >= FRAME_CLOSE;
}

static bool is_known(unsigned opcode)
{
    return opcode <= FRAME_BINARY || (opcode >= FRAME_CLOSE && opcode <= FRAME_PONG);
}

static uint64_t big_endian(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

enum frame_verdict frame_read(struct text bytes, size_t most, struct frame *out)
{
    const uint8_t *at = (const uint8_t *)bytes.data;
    size_t head = 2;
    uint64_t size;

    if (bytes.size < head)
        return FRAME_PARTIAL;
    if ((at[0] & RESERVED_BITS) != 0 || !is_known(at[0] & OPCODE_BITS) || (at[1] & MASK_BIT) != 0)
        return FRAME_MALFORMED;
    out->opcode = (enum frame_opcode)(at[0] & OPCODE_BITS);
    out->is_final = (at[0] & FINAL_BIT) != 0;
    size = at[1] & SIZE_BITS;
    head += size == SIZE_16 ? 2 : size == SIZE_64 ? 8 : 0;
    if (is_control(out->opcode) && (!out->is_final || size > FRAME_LARGEST_CONTROL))
        return FRAME_MALFORMED;
    if (bytes.size < head)
        return FRAME_PARTIAL;
    if (head > 2)
        size = big_endian(at + 2, head - 2);
    if (size > most)
        return FRAME_MALFORMED;
    if (bytes.size - head < size)
        return FRAME_PARTIAL;
    out->payload = (struct text){bytes.data + head, (size_t)size};
    out->size = head + (size_t)size;
    return FRAME_WHOLE;
}

void frame_write(
    struct buf *out, enum frame_opcode opcode, struct text payload, const uint8_t mask[4])
{
    buf_add_u8(out, (uint8_t)(FINAL_BIT | (unsigned)opcode));
    if (payload.size < SIZE_16) {
        buf_add_u8(out, (uint8_t)(MASK_BIT | payload.size));
    } else if (payload.size <= UINT16_MAX) {
        buf_add_u8(out, MASK_BIT | SIZE_16);
        buf_add_u16be(out, (uint16_t)payload.size);
    } else {
        buf_add_u8(out, MASK_BIT | SIZE_64);
        buf_add_u64be(out, payload.size);
    }
    buf_add(out, mask, 4);
    for (size_t i = 0; i < payload.size; i++)
        buf_add_u8(out, (uint8_t)((uint8_t)payload.data[i] ^ mask[i % 4]));
}
