/*
 * Before an order about a person is submitted: which keys are theirs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/privacy_hooks.h"

#include "api/call.h"
#include "commands/privacy/privacy_commands.h"

#include <string.h>

struct key_ids {
    uint8_t *bytes;
    size_t size;
};

static void add(const uint8_t key_id[ERASED_KEY_ID_BYTES], bool is_destroyed, void *context)
{
    struct key_ids *ids = context;

    (void)is_destroyed; /* an empty row without a record is given one */
    if (ids->size == (size_t)MOST_ERASED_KEYS * ERASED_KEY_ID_BYTES)
        return;
    memcpy(ids->bytes + ids->size, key_id, ERASED_KEY_ID_BYTES);
    ids->size += ERASED_KEY_ID_BYTES;
}

enum status privacy_find_keys(
    struct keyring *keyring,
    struct uuid subject,
    struct arena *arena,
    struct bytes *out,
    struct error *error)
{
    struct key_ids ids = {
        arena_take(arena, (size_t)MOST_ERASED_KEYS * ERASED_KEY_ID_BYTES), .size = 0};
    enum status status = keyring_each_key(keyring, subject, add, &ids, error);

    *out = (struct bytes){ids.bytes, ids.size};
    return status;
}

bool privacy_prepare_erasure(struct call *call, void *input)
{
    struct erase_person *order = input;
    struct error error;

    if (privacy_find_keys(
            call->services->keyring, order->subject_id, call->arena, &order->key_ids, &error) ==
        STATUS_OK)
        return true;
    call_answer_error(call, &error);
    return false;
}
