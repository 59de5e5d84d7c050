/*
 * Aggregates and the revisions of streams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/model_internal.h"

static void state_key(struct key *key, const struct aggregate *type, struct uuid id)
{
    key_clear(key);
    key_add_u16(key, type->kind);
    key_add_uuid(key, id);
}

bool model_load(
    const struct model *model,
    const struct aggregate *type,
    struct uuid id,
    struct arena *arena,
    void *out)
{
    struct key key;
    struct bytes packed;
    struct error error;

    state_key(&key, type, id);
    if (!model_get(model, MODEL_STATE, key_bytes(&key), &packed))
        return false;
    must(shape_unpack(type->shape, packed, arena, out, &error) == STATUS_OK);
    return true;
}

void model_store(
    struct model *model, const struct aggregate *type, struct uuid id, const void *state)
{
    struct key key;

    state_key(&key, type, id);
    buf_clear(&model->packed);
    shape_pack(type->shape, state, &model->packed);
    must(!buf_is_full(&model->packed));
    model_put(model, MODEL_STATE, key_bytes(&key), buf_bytes(&model->packed));
}

void model_remove(struct model *model, const struct aggregate *type, struct uuid id)
{
    struct key key;

    state_key(&key, type, id);
    model_delete(model, MODEL_STATE, key_bytes(&key));
}

uint64_t model_revision(const struct model *model, struct uuid stream)
{
    struct bytes value;

    if (!model_get(model, MODEL_STREAMS, (struct bytes){stream.bytes, 16}, &value))
        return 0;
    must(value.size == 8);
    return key_read_u64(value.data);
}

void model_set_revision(struct model *model, struct uuid stream, uint64_t revision)
{
    uint8_t value[8];

    key_write_u64(value, revision);
    model_put(
        model, MODEL_STREAMS, (struct bytes){stream.bytes, 16},
        (struct bytes){value, sizeof(value)});
}
