/*
 * What was answered to commands, so that a repeat is answered alike, and forgetting the old ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/model_internal.h"

enum { PRUNE_AT_ONCE = 64, AT_BYTES = 8, BY_TIME_BYTES = AT_BYTES + 16 };

/* request digest 32 ‖ first u64 ‖ count u64 ‖ subject 16 ‖ at u64 */
enum { FIRST_AT = 32, COUNT_AT = 40, SUBJECT_AT = 48, TIME_AT = 64, COMMAND_BYTES = 72 };

static struct bytes command_key(const struct uuid *id)
{
    return (struct bytes){id->bytes, sizeof(id->bytes)};
}

static void time_key(struct key *key, uint64_t at_us, struct uuid id)
{
    key_clear(key);
    key_add_u64(key, at_us);
    key_add_uuid(key, id);
}

/* A command id that comes again after a day must not leave its first moment behind. */
static void forget(struct model *model, struct uuid id)
{
    struct key key;
    struct bytes value;

    if (!model_get(model, MODEL_COMMANDS, command_key(&id), &value))
        return;
    must(value.size == COMMAND_BYTES);
    time_key(&key, key_read_u64(value.data + TIME_AT), id);
    model_delete(model, MODEL_COMMANDS_BY_TIME, key_bytes(&key));
    model_delete(model, MODEL_COMMANDS, command_key(&id));
}

void model_remember(
    struct model *model,
    struct uuid command_id,
    struct timestamp at,
    const struct idempotency_record *idempotency_record)
{
    uint8_t value[COMMAND_BYTES];
    struct key key;

    must(at.us >= 0);
    forget(model, command_id);
    memcpy(value, idempotency_record->request.bytes, DIGEST_SIZE);
    key_write_u64(value + FIRST_AT, idempotency_record->first.value);
    key_write_u64(value + COUNT_AT, idempotency_record->count);
    memcpy(
        value + SUBJECT_AT, idempotency_record->subject.bytes,
        sizeof(idempotency_record->subject.bytes));
    key_write_u64(value + TIME_AT, (uint64_t)at.us);
    model_put(
        model, MODEL_COMMANDS, command_key(&command_id), (struct bytes){value, sizeof(value)});
    time_key(&key, (uint64_t)at.us, command_id);
    model_put(model, MODEL_COMMANDS_BY_TIME, key_bytes(&key), (struct bytes){NULL, 0});
}

bool model_remember_another(struct model *model, struct uuid command_id)
{
    uint8_t value[COMMAND_BYTES];
    struct bytes stored;

    if (!model_get(model, MODEL_COMMANDS, command_key(&command_id), &stored))
        return false;
    must(stored.size == COMMAND_BYTES);
    memcpy(value, stored.data, COMMAND_BYTES);
    key_write_u64(value + COUNT_AT, key_read_u64(value + COUNT_AT) + 1);
    model_put(
        model, MODEL_COMMANDS, command_key(&command_id), (struct bytes){value, sizeof(value)});
    return true;
}

bool model_recall(const struct model *model, struct uuid command_id, struct idempotency_record *out)
{
    struct bytes value;

    if (!model_get(model, MODEL_COMMANDS, command_key(&command_id), &value))
        return false;
    must(value.size == COMMAND_BYTES);
    memcpy(out->request.bytes, value.data, DIGEST_SIZE);
    out->first.value = key_read_u64(value.data + FIRST_AT);
    out->count = key_read_u64(value.data + COUNT_AT);
    out->subject = key_read_uuid(value.data + SUBJECT_AT);
    return true;
}

void model_prune(struct model *model, struct timestamp before)
{
    for (int i = 0; i < PRUNE_AT_ONCE; i++) {
        struct bytes key = {NULL, 0};
        struct bytes nothing;
        struct key least = {.size = 0};

        key_add_u64(&least, 0);
        key = key_bytes(&least);
        if (!model_seek(model, MODEL_COMMANDS_BY_TIME, &key, &nothing))
            return;
        must(key.size == BY_TIME_BYTES);
        if ((int64_t)key_read_u64(key.data) >= before.us)
            return;
        forget(model, key_read_uuid(key.data + AT_BYTES));
    }
}
