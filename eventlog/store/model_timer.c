/*
 * Timers: kind ‖ due ‖ id, so that what is due is the beginning of a kind's range.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/model_internal.h"

enum { DUE_AT = 2, ID_AT = DUE_AT + 8, TIMER_BYTES = ID_AT + 16 };

static void timer_key(struct key *key, const struct timer *timer)
{
    must(timer->kind > 0 && timer->kind <= UINT16_MAX && timer->due.us >= 0);
    key_clear(key);
    key_add_u16(key, (uint16_t)timer->kind);
    key_add_timestamp(key, timer->due);
    key_add_uuid(key, timer->id);
}

void model_set_timer(struct model *model, const struct timer *timer)
{
    struct key key;

    timer_key(&key, timer);
    model_put(
        model, MODEL_TIMERS, key_bytes(&key),
        (struct bytes){model->cause.bytes, sizeof(model->cause.bytes)});
}

void model_note_cause(struct model *model, struct uuid event_id)
{
    model->cause = event_id;
}

bool model_timer_cause(const struct model *model, const struct timer *timer, struct uuid *out)
{
    struct key key;
    struct bytes stored;

    timer_key(&key, timer);
    if (!model_get(model, MODEL_TIMERS, key_bytes(&key), &stored))
        return false;
    must(stored.size == sizeof(out->bytes));
    *out = key_read_uuid(stored.data);
    return uuid_is_present(*out);
}

void model_clear_timer(struct model *model, const struct timer *timer)
{
    struct key key;

    timer_key(&key, timer);
    model_delete(model, MODEL_TIMERS, key_bytes(&key));
}

bool model_has_timer(const struct model *model, const struct timer *timer)
{
    struct key key;
    struct bytes nothing;

    timer_key(&key, timer);
    return model_get(model, MODEL_TIMERS, key_bytes(&key), &nothing);
}

bool model_next_timer(const struct model *model, const struct timer *after, struct timer *out)
{
    struct key wanted;
    struct bytes key;
    struct bytes nothing;

    timer_key(&wanted, after);
    key_add_u8(&wanted, 0); /* the least key that is greater */
    key = key_bytes(&wanted);
    if (!model_seek(model, MODEL_TIMERS, &key, &nothing))
        return false;
    must(key.size == TIMER_BYTES);
    if (memcmp(key.data, wanted.data, DUE_AT) != 0)
        return false;
    *out = (struct timer){
        .kind = after->kind,
        .due = {(int64_t)key_read_u64(key.data + DUE_AT)},
        .id = key_read_uuid(key.data + ID_AT),
    };
    return true;
}
