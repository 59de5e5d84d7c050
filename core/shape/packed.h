/*
 * Reading msgpack value by value, from bytes that may be damaged or hostile: nothing is believed
 * beyond what is there, and nothing is allocated. msgpack-c would make a tree of objects of every
 * value first, and reserve what a header declares.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_PACKED_H
#define CORE_SHAPE_PACKED_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKED_DEPTH_MAX = 16 };

/* Where the reading stands; `depth` counts the arrays and maps that are open. */
struct packed {
    const uint8_t *at;
    size_t left;
    size_t depth;
    bool is_loose; /* a value did not stand in the form that is written for it, the shortest */
};

enum packed_type {
    PACKED_NIL,
    PACKED_FALSE,
    PACKED_TRUE,
    PACKED_INT,
    PACKED_DOUBLE,
    PACKED_TEXT,
    PACKED_BYTES,
    PACKED_ARRAY,
    PACKED_MAP,
    PACKED_OTHER /* a number that no field holds: beyond int64_t, or of 32 bits and floating */
};

/* One value; of an array or a map its head alone. */
struct packed_value {
    enum packed_type type;
    int64_t number; /* of an int */
    double real;
    struct bytes content; /* of a text or bytes, borrowed; its data is never NULL */
    size_t count;         /* items of an array, pairs of a map */
};

/* The next value. The items of an array and the pairs of a map follow, and packed_close() after
 * them. False at the end, for extension types, for more than is there, and for what nests deeper
 * than PACKED_DEPTH_MAX. */
bool packed_next(struct packed *packed, struct packed_value *out);
void packed_close(struct packed *packed);

/* Is nil next? Takes nothing. */
static inline bool packed_is_nil(const struct packed *packed)
{
    return packed->left > 0 && *packed->at == 0xC0;
}

/* Passes over the next value with all that it contains. False as above. */
bool packed_skip(struct packed *packed);

#endif
