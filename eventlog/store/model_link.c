/*
 * Links: sets that the write side walks, one key a member.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/model_internal.h"

enum { PREFIX_BYTES = 2 + 16, LINK_BYTES = PREFIX_BYTES + 16 };

static void link_key(struct key *key, uint16_t kind, struct uuid from, struct uuid to)
{
    key_clear(key);
    key_add_u16(key, kind);
    key_add_uuid(key, from);
    key_add_uuid(key, to);
}

void model_link(
    struct model *model, uint16_t kind, struct uuid from, struct uuid to, uint64_t value)
{
    struct key key;
    uint8_t stored[8];

    link_key(&key, kind, from, to);
    key_write_u64(stored, value);
    model_put(model, MODEL_LINKS, key_bytes(&key), (struct bytes){stored, sizeof(stored)});
}

void model_unlink(struct model *model, uint16_t kind, struct uuid from, struct uuid to)
{
    struct key key;

    link_key(&key, kind, from, to);
    model_delete(model, MODEL_LINKS, key_bytes(&key));
}

static void take_value(struct bytes stored, uint64_t *out_value)
{
    must(stored.size == 8);
    if (out_value != NULL)
        *out_value = key_read_u64(stored.data);
}

bool model_linked(
    const struct model *model, uint16_t kind, struct uuid from, struct uuid to, uint64_t *out_value)
{
    struct key key;
    struct bytes stored;

    link_key(&key, kind, from, to);
    if (!model_get(model, MODEL_LINKS, key_bytes(&key), &stored))
        return false;
    take_value(stored, out_value);
    return true;
}

bool model_next_link(
    const struct model *model,
    uint16_t kind,
    struct uuid from,
    struct uuid after,
    struct uuid *out_to,
    uint64_t *out_value)
{
    struct key wanted;
    struct bytes key;
    struct bytes stored;

    link_key(&wanted, kind, from, after);
    if (uuid_is_present(after))
        key_add_u8(&wanted, 0); /* the least key that is greater */
    key = key_bytes(&wanted);
    if (!model_seek(model, MODEL_LINKS, &key, &stored))
        return false;
    if (key.size != LINK_BYTES || memcmp(key.data, wanted.data, PREFIX_BYTES) != 0)
        return false;
    *out_to = key_read_uuid(key.data + PREFIX_BYTES);
    take_value(stored, out_value);
    return true;
}

uint64_t
model_count_links(const struct model *model, uint16_t kind, struct uuid from, uint64_t most)
{
    struct uuid to = UUID_NONE;
    uint64_t count = 0;

    while (count <= most && model_next_link(model, kind, from, to, &to, NULL))
        count++;
    return count;
}
