/*
 * Keys of origins: those of months are found by looking at all rows, a stretch at a time, as rows lie by subject; those
 * of a day by its subject.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/keyed_digest.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/origin_key.h"

#include <string.h>

enum { LOOKED_AT = 10000 };

/* To the row behind the place. */
static enum status begin_look(
    struct store_cursor *cursor,
    const struct origin_key_look *look,
    struct bytes *name,
    struct bytes *wrapped,
    struct error *error)
{
    const struct bytes place = {look->place, sizeof(look->place)};
    enum status status;

    *name = place;
    status = store_cursor_move(cursor, STORE_SEEK, name, wrapped, error);
    if (status == STATUS_OK && bytes_equal(*name, place))
        status = store_cursor_move(cursor, STORE_NEXT, name, wrapped, error);
    return status;
}

static void look_at(
    const struct origin_key_look *look,
    struct bytes name,
    struct bytes wrapped,
    struct origin_keys *found)
{
    int64_t month = keyring_month_of(wrapped);

    if (month == 0 || month >= look->before)
        return;
    if (found->size == 0 || month < found->first_month)
        found->first_month = month;
    memcpy(found->names + found->size, name.data, KEY_NAME_SIZE);
    found->size += KEY_NAME_SIZE;
}

enum status origin_keys_find(
    struct keyring *keyring,
    struct origin_key_look *look,
    struct origin_keys *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct bytes name = {NULL, 0};
    struct bytes wrapped = {NULL, 0};
    enum status status = keyring_begin(keyring, &txn, error);

    out->size = 0;
    if (status == STATUS_OK)
        status = store_cursor_open(txn, keyring->table, &cursor, error);
    if (status == STATUS_OK)
        status = begin_look(cursor, look, &name, &wrapped, error);
    for (size_t i = 0; i < LOOKED_AT && status == STATUS_OK && out->size < sizeof(out->names);
         i++) {
        if (name.size == KEY_NAME_SIZE) { /* the salt's row is another */
            look_at(look, name, wrapped, out);
            memcpy(look->place, name.data, KEY_NAME_SIZE);
        }
        status = store_cursor_move(cursor, STORE_NEXT, &name, &wrapped, error);
    }
    look->is_over = status == STATUS_NOT_FOUND;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The keys of one subject, on their way. */
struct adding {
    struct uuid subject;
    struct origin_keys *out;
};

static void add_key(const uint8_t key_id[KEY_ID_SIZE], bool is_destroyed, void *context)
{
    const struct adding *adding = context;
    struct origin_keys *out = adding->out;

    if (is_destroyed || out->size == sizeof(out->names))
        return;
    keyring_row_name(adding->subject, key_id, out->names + out->size);
    out->size += KEY_NAME_SIZE;
}

enum status origin_keys_add_day(
    struct keyring *keyring,
    enum actor_kind kind,
    int64_t day,
    struct origin_keys *out,
    struct error *error)
{
    struct adding adding = {
        origin_subject((struct actor){.kind = kind}, keyed_digest_day_start(day)), out};

    return keyring_each_key(keyring, adding.subject, add_key, &adding, error);
}
