/*
 * Destroys every key of a subject, as it is done once the events that say so are on the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_FORGET_H
#define TESTS_SUPPORT_FORGET_H

#include "eventlog/seal.h"

#include <string.h>

struct forgotten_keys {
    uint8_t ids[16][8];
    size_t count;
};

static inline void note_forgotten_key(const uint8_t key_id[8], bool is_destroyed, void *context)
{
    struct forgotten_keys *keys = context;

    if (!is_destroyed && keys->count < 16)
        memcpy(keys->ids[keys->count++], key_id, 8);
}

static inline enum status
forget_subject(struct keyring *keyring, struct uuid subject, struct error *error)
{
    struct forgotten_keys keys = {.count = 0};
    enum status status = keyring_commit(keyring, error);

    if (status == STATUS_OK)
        status = keyring_each_key(keyring, subject, note_forgotten_key, &keys, error);
    for (size_t i = 0; status == STATUS_OK && i < keys.count; i++) {
        bool was_there = false;
        status = keyring_destroy(keyring, subject, keys.ids[i], &was_there, error);
    }
    return status;
}

#endif
