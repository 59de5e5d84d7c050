/*
 * The forms of msgpack by their first byte.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/packed.h"

#include "core/base/must.h"

#include <string.h>

static bool take_content(struct packed *packed, uint64_t size, struct packed_value *out)
{
    if (size > packed->left)
        return false;
    out->content = (struct bytes){packed->at, (size_t)size};
    packed->at += size;
    packed->left -= (size_t)size;
    return true;
}

/* A big-endian number of `size` bytes. */
static bool take_number(struct packed *packed, size_t size, uint64_t *out)
{
    uint64_t value = 0;

    if (size > packed->left)
        return false;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | packed->at[i];
    packed->at += size;
    packed->left -= size;
    *out = value;
    return true;
}

/* The greatest number of so many bytes. */
static uint64_t most_of(size_t size)
{
    return UINT64_MAX >> (64 - 8 * size);
}

/* A number of `size` bytes: the next shorter form has half as many, or holds up to `most_in_head`. */
static void note_form(struct packed *packed, uint64_t number, size_t size, uint64_t most_in_head)
{
    packed->is_loose |= number <= (most_in_head > 0 ? most_in_head : most_of(size / 2));
}

/* Every value takes a byte at least, so a count beyond what is left cannot be true. */
static bool open_container(struct packed *packed, uint64_t count, struct packed_value *out)
{
    uint64_t values = out->type == PACKED_MAP ? 2 * count : count;

    if (values > packed->left || packed->depth == PACKED_DEPTH_MAX)
        return false;
    packed->depth++;
    out->count = (size_t)count;
    return true;
}

static bool take_int(uint64_t value, struct packed_value *out)
{
    out->type = value <= INT64_MAX ? PACKED_INT : PACKED_OTHER;
    out->number = (int64_t)(value & INT64_MAX);
    return true;
}

static bool take_unsigned(struct packed *packed, size_t size, struct packed_value *out)
{
    uint64_t value;

    if (!take_number(packed, size, &value))
        return false;
    note_form(packed, value, size, size == 1 ? 0x7F : 0);
    return take_int(value, out);
}

/* Two's complement of `size` bytes, which is written for what is less than 0. */
static bool take_signed(struct packed *packed, size_t size, struct packed_value *out)
{
    uint64_t value;
    uint64_t sign = (uint64_t)1 << (8 * size - 1);

    if (!take_number(packed, size, &value))
        return false;
    out->type = PACKED_INT;
    out->number = (int64_t)((value ^ sign) - sign);
    note_form(packed, ~(uint64_t)out->number, size, size == 1 ? 31 : most_of(size / 2) >> 1);
    packed->is_loose |= out->number >= 0;
    return true;
}

static bool take_double(struct packed *packed, struct packed_value *out)
{
    uint64_t value;

    if (!take_number(packed, sizeof(value), &value))
        return false;
    out->type = PACKED_DOUBLE;
    memcpy(&out->real, &value, sizeof(value));
    packed->is_loose |= value == (uint64_t)1 << 63; /* minus zero */
    return true;
}

/* A form whose size, or count, is a number of `size` bytes. */
static bool
take_sized(struct packed *packed, enum packed_type type, size_t size, struct packed_value *out)
{
    bool is_container = type == PACKED_ARRAY || type == PACKED_MAP;
    uint64_t number;

    out->type = type;
    if (!take_number(packed, size, &number))
        return false;
    if (size == 1 && type == PACKED_TEXT)
        note_form(packed, number, size, 31);
    else if (size > 1)
        note_form(packed, number, size, size == 2 && is_container ? 15 : 0);
    return is_container ? open_container(packed, number, out) : take_content(packed, number, out);
}

/* First bytes from 0xC0 to 0xDF. */
static bool take_tail(struct packed *packed, uint8_t head, struct packed_value *out)
{
    uint64_t number;

    switch (head) {
    case 0xC0:
        out->type = PACKED_NIL;
        return true;
    case 0xC2:
    case 0xC3:
        out->type = head == 0xC2 ? PACKED_FALSE : PACKED_TRUE;
        return true;
    case 0xC4: /* bin 8, 16, 32 */
    case 0xC5:
    case 0xC6:
        return take_sized(packed, PACKED_BYTES, (size_t)1 << (head - 0xC4), out);
    case 0xCA: /* float 32 */
        out->type = PACKED_OTHER;
        return take_number(packed, 4, &number);
    case 0xCB: /* float 64 */
        return take_double(packed, out);
    case 0xCC: /* uint 8 to 64 */
    case 0xCD:
    case 0xCE:
    case 0xCF:
        return take_unsigned(packed, (size_t)1 << (head - 0xCC), out);
    case 0xD0: /* int 8 to 64 */
    case 0xD1:
    case 0xD2:
    case 0xD3:
        return take_signed(packed, (size_t)1 << (head - 0xD0), out);
    case 0xD9: /* str 8, 16, 32 */
    case 0xDA:
    case 0xDB:
        return take_sized(packed, PACKED_TEXT, (size_t)1 << (head - 0xD9), out);
    case 0xDC: /* array 16, 32 */
    case 0xDD:
        return take_sized(packed, PACKED_ARRAY, (size_t)2 << (head - 0xDC), out);
    case 0xDE: /* map 16, 32 */
    case 0xDF:
        return take_sized(packed, PACKED_MAP, (size_t)2 << (head - 0xDE), out);
    default: /* never used, or an extension */
        return false;
    }
}

bool packed_next(struct packed *packed, struct packed_value *out)
{
    uint8_t head;

    if (packed->left == 0)
        return false;
    head = *packed->at++;
    packed->left--;
    if (head <= 0x7F)
        return take_int(head, out);
    if (head >= 0xE0) {
        out->type = PACKED_INT;
        out->number = (int64_t)head - 0x100;
        return true;
    }
    if (head <= 0x8F) {
        out->type = PACKED_MAP;
        return open_container(packed, head & 0x0F, out);
    }
    if (head <= 0x9F) {
        out->type = PACKED_ARRAY;
        return open_container(packed, head & 0x0F, out);
    }
    if (head <= 0xBF) {
        out->type = PACKED_TEXT;
        return take_content(packed, head & 0x1F, out);
    }
    return take_tail(packed, head, out);
}

void packed_close(struct packed *packed)
{
    must(packed->depth > 0);
    packed->depth--;
}

bool packed_skip(struct packed *packed)
{
    size_t waiting[PACKED_DEPTH_MAX + 1]; /* values that each open array or map still waits for */
    size_t outer = packed->depth;
    struct packed_value value;

    waiting[outer] = 1;
    for (;;) {
        while (packed->depth > outer && waiting[packed->depth] == 0)
            packed_close(packed);
        if (waiting[packed->depth] == 0)
            return true;
        waiting[packed->depth]--;
        if (!packed_next(packed, &value))
            return false;
        if (value.type == PACKED_ARRAY)
            waiting[packed->depth] = value.count;
        if (value.type == PACKED_MAP)
            waiting[packed->depth] = 2 * value.count;
    }
}
