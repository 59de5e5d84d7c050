/*
 * The walk: a cursor and a stack of how many values each open array or map still waits for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_walk.h"

#include <stddef.h>
#include <stdint.h>

struct walk {
    const uint8_t *at;
    size_t left;
    uint64_t waiting[PACKED_DEPTH_MAX + 1]; /* [0] waits for the one value itself */
    size_t depth;
};

static bool skip(struct walk *walk, uint64_t size)
{
    if (size > walk->left)
        return false;
    walk->at += size;
    walk->left -= (size_t)size;
    return true;
}

/* A big-endian number of `size` bytes. */
static bool take_number(struct walk *walk, size_t size, uint64_t *out)
{
    uint64_t value = 0;

    if (size > walk->left)
        return false;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | walk->at[i];
    *out = value;
    return skip(walk, size);
}

/* Every value takes a byte at least, so a count beyond what is left cannot be true. */
static bool open_container(struct walk *walk, uint64_t values)
{
    if (values > walk->left)
        return false;
    if (values == 0)
        return walk->depth < PACKED_DEPTH_MAX;
    if (walk->depth == PACKED_DEPTH_MAX)
        return false;
    walk->waiting[++walk->depth] = values;
    return true;
}

static bool skip_sized(struct walk *walk, size_t size_of_size)
{
    uint64_t size;

    return take_number(walk, size_of_size, &size) && skip(walk, size);
}

static bool open_sized(struct walk *walk, size_t size_of_count, uint64_t values_each)
{
    uint64_t count;

    return take_number(walk, size_of_count, &count) && open_container(walk, count * values_each);
}

/* Heads from 0xC0 to 0xDF. */
static bool walk_tail(struct walk *walk, uint8_t head)
{
    switch (head) {
    case 0xC0: /* nil */
    case 0xC2: /* false */
    case 0xC3: /* true */
        return true;
    case 0xC4: /* bin 8, 16, 32 */
    case 0xC5:
    case 0xC6:
        return skip_sized(walk, (size_t)1 << (head - 0xC4));
    case 0xCA: /* float 32, 64 */
    case 0xCB:
        return skip(walk, (uint64_t)4 << (head - 0xCA));
    case 0xCC: /* uint 8 to 64 */
    case 0xCD:
    case 0xCE:
    case 0xCF:
        return skip(walk, (uint64_t)1 << (head - 0xCC));
    case 0xD0: /* int 8 to 64 */
    case 0xD1:
    case 0xD2:
    case 0xD3:
        return skip(walk, (uint64_t)1 << (head - 0xD0));
    case 0xD9: /* str 8, 16, 32 */
    case 0xDA:
    case 0xDB:
        return skip_sized(walk, (size_t)1 << (head - 0xD9));
    case 0xDC: /* array 16, 32 */
    case 0xDD:
        return open_sized(walk, (size_t)2 << (head - 0xDC), 1);
    case 0xDE: /* map 16, 32 */
    case 0xDF:
        return open_sized(walk, (size_t)2 << (head - 0xDE), 2);
    default: /* never used, or an extension */
        return false;
    }
}

static bool walk_value(struct walk *walk)
{
    uint64_t head;

    if (!take_number(walk, 1, &head))
        return false;
    if (head <= 0x7F || head >= 0xE0) /* small integers */
        return true;
    if (head <= 0x8F)
        return open_container(walk, (head & 0x0F) * 2);
    if (head <= 0x9F)
        return open_container(walk, head & 0x0F);
    if (head <= 0xBF)
        return skip(walk, head & 0x1F);
    return walk_tail(walk, (uint8_t)head);
}

bool shape_packed_is_sound(struct bytes packed)
{
    struct walk walk = {.at = packed.data, .left = packed.size, .waiting = {1}};

    for (;;) {
        while (walk.depth > 0 && walk.waiting[walk.depth] == 0)
            walk.depth--;
        if (walk.depth == 0 && walk.waiting[0] == 0)
            return walk.left == 0;
        walk.waiting[walk.depth]--;
        if (!walk_value(&walk))
            return false;
    }
}
