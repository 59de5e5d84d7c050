/*
 * Timers in the order they fall due, and where each one stands in that order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/model_internal.h"

enum { DUE_BYTES = 8, TIMER_BYTES = DUE_BYTES + 2 + 16 };

static void id_key(struct key *key, uint16_t kind, struct uuid id)
{
    key_clear(key);
    key_add_u16(key, kind);
    key_add_uuid(key, id);
}

static void due_key(struct key *key, struct timestamp due, uint16_t kind, struct uuid id)
{
    key_clear(key);
    key_add_timestamp(key, due);
    key_add_u16(key, kind);
    key_add_uuid(key, id);
}

void model_clear_timer(struct model *model, uint16_t kind, struct uuid id)
{
    struct key by_id;
    struct key by_due;
    struct bytes value;

    id_key(&by_id, kind, id);
    if (!model_get(model, MODEL_TIMERS_BY_ID, key_bytes(&by_id), &value))
        return;
    must(value.size == DUE_BYTES);
    due_key(&by_due, (struct timestamp){(int64_t)be64_read(value.data)}, kind, id);
    model_delete(model, MODEL_TIMERS, key_bytes(&by_due));
    model_delete(model, MODEL_TIMERS_BY_ID, key_bytes(&by_id));
}

void model_set_timer(struct model *model, uint16_t kind, struct uuid id, struct timestamp due)
{
    struct key key;
    uint8_t value[DUE_BYTES];

    must(due.us >= 0);
    model_clear_timer(model, kind, id);
    due_key(&key, due, kind, id);
    model_put(model, MODEL_TIMERS, key_bytes(&key), (struct bytes){NULL, 0});
    id_key(&key, kind, id);
    be64_write(value, (uint64_t)due.us);
    model_put(model, MODEL_TIMERS_BY_ID, key_bytes(&key), (struct bytes){value, DUE_BYTES});
}

bool model_next_due(
    const struct model *model, struct timestamp now, struct timer *cursor, struct timer *out)
{
    struct key wanted;
    struct bytes key;
    struct bytes nothing;
    struct timer found;

    due_key(&wanted, cursor->due, cursor->kind, cursor->id);
    if (timestamp_is_present(cursor->due) || uuid_is_present(cursor->id))
        key_add_u8(&wanted, 0); /* the least key that is greater */
    key = key_bytes(&wanted);
    if (!model_seek(model, MODEL_TIMERS, &key, &nothing))
        return false;
    must(key.size == TIMER_BYTES);
    found.due.us = (int64_t)be64_read(key.data);
    found.kind = (uint16_t)(key.data[DUE_BYTES] << 8 | key.data[DUE_BYTES + 1]);
    found.id = uuid_at(key.data + DUE_BYTES + 2);
    if (found.due.us > now.us)
        return false;
    *cursor = found;
    *out = found;
    return true;
}
