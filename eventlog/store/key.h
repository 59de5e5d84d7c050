/*
 * Composite keys: bytes, ids and big-endian numbers in a row, so that the order of keys is the
 * order of their parts.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_KEY_H
#define EVENTLOG_STORE_KEY_H

#include "core/base/must.h"
#include "core/base/uuid.h"
#include "eventlog/store/env.h"

#include <string.h>

struct key {
    uint8_t data[STORE_MAX_KEY_BYTES];
    size_t size;
};

/* Without the cost of clearing the whole. */
static inline void key_clear(struct key *key)
{
    key->size = 0;
}

static inline void key_add(struct key *key, struct bytes part)
{
    must(part.size <= sizeof(key->data) - key->size);
    if (part.size > 0)
        memcpy(key->data + key->size, part.data, part.size);
    key->size += part.size;
}

static inline void key_add_u8(struct key *key, uint8_t value)
{
    key_add(key, (struct bytes){&value, 1});
}

static inline void key_add_u16(struct key *key, uint16_t value)
{
    uint8_t data[2] = {(uint8_t)(value >> 8), (uint8_t)value};

    key_add(key, (struct bytes){data, sizeof(data)});
}

static inline void key_add_uuid(struct key *key, struct uuid id)
{
    key_add(key, (struct bytes){id.bytes, sizeof(id.bytes)});
}

static inline void key_write_u64(uint8_t out[8], uint64_t value)
{
    struct store_number number = store_number(value);

    memcpy(out, number.bytes, sizeof(number.bytes));
}

static inline uint64_t key_read_u64(const uint8_t *data)
{
    return store_number_value(data);
}

static inline void key_add_u64(struct key *key, uint64_t value)
{
    uint8_t data[8];

    key_write_u64(data, value);
    key_add(key, (struct bytes){data, sizeof(data)});
}

/* Moments before 1970 sort after all others; nothing here has such. */
static inline void key_add_timestamp(struct key *key, struct timestamp m)
{
    key_add_u64(key, (uint64_t)m.us);
}

static inline struct uuid key_read_uuid(const uint8_t *data)
{
    struct uuid id;

    memcpy(id.bytes, data, sizeof(id.bytes));
    return id;
}

static inline struct bytes key_bytes(const struct key *key)
{
    return (struct bytes){key->data, key->size};
}

#endif
