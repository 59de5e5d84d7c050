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

/* Nothing in it points anywhere. */
static bool is_plain(const struct shape *shape)
{
    const unsigned plain = 1U << KIND_UUID | 1U << KIND_TIMESTAMP | 1U << KIND_INT64 |
                           1U << KIND_BOOL | 1U << KIND_ENUM;
    bool is_so = shape->size <= RECENT_MAX_BYTES;

    for (size_t i = 0; i < shape_count(shape); i++)
        is_so = is_so && (plain >> shape_field_at(shape, i)->kind & 1) != 0;
    return is_so;
}

static void keep_recent(
    const struct model *model, const struct aggregate *type, struct uuid id, const void *state)
{
    struct recent_state *recent = &model->session->recent;

    if (!is_plain(type->shape))
        return;
    recent->type = type;
    recent->id = id;
    memcpy(recent->value, state, type->shape->size);
}

static bool
is_recent(const struct recent_state *recent, const struct aggregate *type, struct uuid id)
{
    return recent->type == type && uuid_equal(recent->id, id);
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

    if (is_recent(&model->session->recent, type, id)) {
        memcpy(out, model->session->recent.value, type->shape->size);
        return true;
    }
    state_key(&key, type, id);
    if (!model_get(model, MODEL_STATE, key_bytes(&key), &packed))
        return false;
    must(shape_unpack(type->shape, packed, arena, out, &error) == STATUS_OK);
    keep_recent(model, type, id, out);
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
    keep_recent(model, type, id, state);
}

void model_remove(struct model *model, const struct aggregate *type, struct uuid id)
{
    struct key key;

    if (is_recent(&model->session->recent, type, id))
        model->session->recent.type = NULL;
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

/* No event is of the absent stream, so that its place is free. */
void model_retire_stream(struct model *model, struct uuid stream, uint64_t size)
{
    model_delete(model, MODEL_STREAMS, (struct bytes){stream.bytes, 16});
    if (size > model_retired_size(model))
        model_set_revision(model, UUID_NONE, size);
}

uint64_t model_retired_size(const struct model *model)
{
    return model_revision(model, UUID_NONE);
}
