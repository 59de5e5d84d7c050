/*
 * The writer's side of the keyring: keys that are made while sealing, stored before the entries that
 * need them, and destroyed. What is remembered here is seen by no other thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

enum { CACHED_KEYS_MAX = 4096 };

/* The subject's first row at or after `*name`, which names it then. STATUS_NOT_FOUND when there is
 * none. */
static enum status next_row(
    struct store_cursor *cursor, struct key_name *name, struct bytes *wrapped, struct error *error)
{
    struct key_name from = *name;
    struct bytes key = key_name_bytes(&from);
    enum status status = store_cursor_move(cursor, STORE_SEEK, &key, wrapped, error);

    if (status != STATUS_OK)
        return status;
    if (key.size != KEY_NAME_SIZE || memcmp(key.data, name->bytes, sizeof(struct uuid)) != 0)
        return STATUS_NOT_FOUND;
    memcpy(name->bytes, key.data, KEY_NAME_SIZE);
    return STATUS_OK;
}

/* To the next name that the subject can have; false behind the last. */
static bool step(struct key_name *name)
{
    for (int i = KEY_NAME_SIZE - 1; i >= (int)sizeof(struct uuid); i--) {
        if (++name->bytes[i] != 0)
            return true;
    }
    return false;
}

/* Names a key of the subject and the month that is not destroyed. */
static enum status
find_name(struct keyring *keyring, struct store_txn *txn, struct data_key *key, struct error *error)
{
    struct key_name name = key_name_of(key->subject, (struct key_id){{0}});
    struct bytes wrapped = {NULL, 0};
    AUTO_CURSOR cursor = NULL;
    enum status status = store_cursor_open(txn, keyring->table, &cursor, error);

    if (status == STATUS_OK)
        status = next_row(cursor, &name, &wrapped, error);
    while (status == STATUS_OK && (wrapped.size == 0 || keyring_month_of(wrapped) != key->month))
        status = step(&name) ? next_row(cursor, &name, &wrapped, error) : STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        memcpy(key->id.bytes, name.bytes + sizeof(struct uuid), KEY_ID_SIZE);
    return status;
}

static void remember_unstored(struct keyring *keyring, struct data_key *key)
{
    if (keyring->unstored_count == keyring->unstored_capacity) {
        keyring->unstored_capacity = keyring->unstored_capacity * 2 + 16;
        keyring->unstored =
            heap_resize(keyring->unstored, keyring->unstored_capacity * sizeof(struct data_key *));
    }
    keyring->unstored[keyring->unstored_count++] = key;
}

static enum status
load_or_make(struct keyring *keyring, struct data_key *key, bool *out_is_made, struct error *error)
{
    AUTO_TXN txn = NULL;
    enum key_state state = KEY_LOST;
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = find_name(keyring, txn, key, error);
    if (status == STATUS_OK)
        return keyring_find(keyring, txn, key, &state, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    random_fill(key->bytes, sizeof(key->bytes));
    key->id = key_id_of(key->bytes);
    *out_is_made = true;
    return STATUS_OK;
}

/* What it is remembered by: the subject, where it seals fields. */
static struct uuid cached_as(const struct data_key *key)
{
    const struct store_number month = store_number((uint64_t)key->month);
    const struct bytes pieces[] = {
        {key->subject.bytes, sizeof(key->subject.bytes)}, {month.bytes, sizeof(month.bytes)}};

    return key->month == 0 ? key->subject : uuid_v8(sha256_of(pieces, COUNT_OF(pieces)).bytes);
}

enum status
keyring_key_for_sealing(struct keyring *keyring, struct data_key *out, struct error *error)
{
    const struct uuid name = cached_as(out);
    struct data_key *cached = map_get(keyring->cached, name);
    bool is_made = false;
    struct data_key key = {.subject = out->subject, .month = out->month};
    enum status status;

    must(!keyring->is_read_only && uuid_is_present(out->subject));
    if (cached != NULL) {
        *out = *cached;
        return STATUS_OK;
    }
    status = load_or_make(keyring, &key, &is_made, error);
    if (status != STATUS_OK)
        return status;
    cached = heap_new(sizeof(*cached));
    *cached = key;
    must(map_put(keyring->cached, name, cached) == NULL);
    if (is_made)
        remember_unstored(keyring, cached);
    *out = key;
    crypto_wipe(&key, sizeof(key));
    return STATUS_OK;
}

static enum status
put_unstored(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error)
{
    enum status status = STATUS_OK;

    (void)context;
    for (size_t i = 0; i < keyring->unstored_count && status == STATUS_OK; i++)
        status = keyring_put(keyring, txn, keyring->unstored[i], error);
    return status == STATUS_OK ? failpoint_pass(FAILPOINT_KEYS, error) : status;
}

enum status keyring_commit(struct keyring *keyring, struct error *error)
{
    enum status status = STATUS_OK;

    if (keyring->unstored_count > 0) {
        status = keyring_write(keyring, put_unstored, NULL, error);
        failpoint_reach(FAILPOINT_KEYS_STORED);
    }
    if (status != STATUS_OK || map_count(keyring->cached) > CACHED_KEYS_MAX)
        keyring_forget_cached(keyring);
    keyring->unstored_count = 0;
    return status;
}

struct destruction {
    struct bytes names; /* joined */
    uint64_t were_there;
};

/* Overwritten first, and then emptied, so that no page that is written holds it. */
static enum status
destroy_row(struct keyring *keyring, struct store_txn *txn, struct bytes name, struct error *error)
{
    static const uint8_t zeros[WRAPPED_MOST] = {0};
    struct bytes row = {NULL, 0};
    enum status status = store_get(txn, keyring->table, name, &row, error);

    row = (struct bytes){zeros, row.size < WRAPPED_MOST ? row.size : WRAPPED_MOST};
    if (status == STATUS_OK && row.size > 0)
        status = store_put(txn, keyring->table, name, row, error);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = store_put(txn, keyring->table, name, (struct bytes){zeros, 0}, error);
    return status;
}

static struct bytes name_at(struct bytes names, size_t at)
{
    return (struct bytes){names.data + at, KEY_NAME_SIZE};
}

static enum status
destroy_rows(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error)
{
    struct destruction *destruction = context;
    struct bytes names = destruction->names;
    enum status status = STATUS_OK;

    for (size_t at = 0; at < names.size && status == STATUS_OK; at += KEY_NAME_SIZE) {
        status = destroy_row(keyring, txn, name_at(names, at), error);
    }
    if (destruction->were_there > 0 && status == STATUS_OK)
        status = keyring_begin_traces(keyring, error);
    return status == STATUS_OK ? failpoint_pass(FAILPOINT_DESTROY, error) : status;
}

/* What there is to do: nothing fills an empty row again. */
static enum status look(
    struct keyring *keyring,
    struct destruction *destruction,
    bool *out_is_done,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    struct bytes names = destruction->names;
    enum status status = keyring_begin(keyring, &txn, error);

    *out_is_done = true;
    for (size_t at = 0; at < names.size && status == STATUS_OK; at += KEY_NAME_SIZE) {
        struct bytes row = {NULL, 0};
        status = store_get(txn, keyring->table, name_at(names, at), &row, error);
        if (status == STATUS_NOT_FOUND || row.size > 0)
            *out_is_done = false;
        destruction->were_there += row.size > 0;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    return status;
}

enum status keyring_destroy(
    struct keyring *keyring, struct bytes names, uint64_t *out_were_there, struct error *error)
{
    struct destruction destruction = {.names = names};
    bool is_done = false;
    enum status status;

    must(!keyring->is_read_only && names.size % KEY_NAME_SIZE == 0);
    must(keyring->unstored_count == 0);
    keyring_forget_cached(keyring);
    status = look(keyring, &destruction, &is_done, error);
    if (status == STATUS_OK && !is_done) {
        status = keyring_write(keyring, destroy_rows, &destruction, error);
        failpoint_reach(FAILPOINT_DESTROYED);
    }
    *out_were_there = destruction.were_there;
    return status;
}

enum status keyring_each_key(
    struct keyring *keyring,
    struct uuid subject,
    void (*each)(const uint8_t key_id[KEY_ID_SIZE], bool is_destroyed, void *context),
    void *context,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct key_name name = key_name_of(subject, (struct key_id){{0}});
    struct bytes wrapped;
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, keyring->table, &cursor, error);
    if (status == STATUS_OK)
        status = next_row(cursor, &name, &wrapped, error);
    while (status == STATUS_OK) {
        each(name.bytes + sizeof(subject), wrapped.size == 0, context);
        status = step(&name) ? next_row(cursor, &name, &wrapped, error) : STATUS_NOT_FOUND;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
