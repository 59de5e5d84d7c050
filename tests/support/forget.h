/*
 * Destroys every key of a subject, as it is done once the events that say so are on the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_FORGET_H
#define TESTS_SUPPORT_FORGET_H

#include "core/base/must.h"
#include "eventlog/keyring_copy.h"

struct forgotten_keys {
    struct uuid subject;
    uint8_t names[64][KEY_ROW_NAME_SIZE];
    size_t count;
};

static inline void note_forgotten_key(const uint8_t key_id[8], bool is_destroyed, void *context)
{
    struct forgotten_keys *keys = context;

    must(keys->count < COUNT_OF(keys->names));
    if (!is_destroyed)
        keyring_row_name(keys->subject, key_id, keys->names[keys->count++]);
}

static inline enum status
forget_subject(struct keyring *keyring, struct uuid subject, struct error *error)
{
    struct forgotten_keys keys = {.subject = subject};
    uint64_t were_there = 0;
    enum status status = keyring_commit(keyring, error);

    if (status == STATUS_OK)
        status = keyring_each_key(keyring, subject, note_forgotten_key, &keys, error);
    if (status == STATUS_OK)
        status = keyring_destroy(
            keyring, (struct bytes){keys.names[0], keys.count * KEY_ROW_NAME_SIZE}, &were_there,
            error);
    return status;
}

#endif
