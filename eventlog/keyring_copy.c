/*
 * Copying rows of keys.mdb, from one file into another under the same secret.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/keyring_copy.h"

#include "core/base/must.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

static const struct field key_row_fields[] = {
    {BYTES(key_row, name), .tag = 1, .flags = REQUIRED, .max = KEY_ROW_NAME_SIZE,
     .doc = "Name of the row."},
    {BYTES(key_row, wrapped), .tag = 2, .max = WRAPPED_MOST,
     .doc = "Wrapped key; absent where it was destroyed."},
};
static const struct shape key_row_shape = SHAPE(key_row, "A row of keys.mdb.");

static const struct field key_rows_fields[] = {
    {OBJECTS(key_rows, rows, key_row), .tag = 1, .max = KEY_ROWS_MOST, .doc = "Rows, by name."},
};
const struct shape key_rows_shape = SHAPE(key_rows, "Rows of keys.mdb, as they lie there.");

/* Reading. */

static struct key_row copy_row(struct arena *arena, struct bytes name, struct bytes wrapped)
{
    struct key_row row = {.name = bytes_copy(arena, name)};

    if (wrapped.size > 0)
        row.wrapped = bytes_copy(arena, wrapped);
    return row;
}

/* An installation's own keys begin with zeros: they lie before all else. */
static bool is_own(struct bytes name)
{
    return name.size == KEY_NAME_SIZE &&
           memcmp(name.data, UUID_NONE.bytes, sizeof(UUID_NONE.bytes)) == 0;
}

static enum status read_own(
    struct store_cursor *cursor,
    struct arena *arena,
    struct key_row *rows,
    size_t *count,
    struct error *error)
{
    struct bytes name = {NULL, 0};
    struct bytes wrapped = {NULL, 0};
    enum status status = store_cursor_move(cursor, STORE_FIRST, &name, &wrapped, error);

    while (status == STATUS_OK && is_own(name) && *count < KEY_ROWS_MOST) {
        rows[(*count)++] = copy_row(arena, name, wrapped);
        status = store_cursor_move(cursor, STORE_NEXT, &name, &wrapped, error);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status keyring_own_rows(
    struct keyring *keyring, struct arena *arena, struct key_rows *out, struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct key_row *rows = arena_array(arena, KEY_ROWS_MOST + 1, sizeof(*rows));
    size_t count = 0;
    struct bytes salt = {NULL, 0};
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, keyring->table, &cursor, error);
    if (status == STATUS_OK)
        status = read_own(cursor, arena, rows, &count, error);
    if (status == STATUS_OK)
        status = store_get(txn, keyring->table, keyring_salt_name, &salt, error);
    if (status == STATUS_OK)
        rows[count++] = copy_row(arena, keyring_salt_name, salt);
    out->rows = (struct list){rows, count};
    return status;
}

enum status keyring_named_rows(
    struct keyring *keyring,
    struct bytes names,
    struct arena *arena,
    struct key_rows *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    size_t asked = names.size / KEY_NAME_SIZE;
    struct key_row *rows = arena_array(arena, asked, sizeof(*rows));
    size_t count = 0;
    enum status status = keyring_begin(keyring, &txn, error);

    for (size_t i = 0; i < asked && status == STATUS_OK; i++) {
        struct bytes name = {names.data + i * KEY_NAME_SIZE, KEY_NAME_SIZE};
        struct bytes wrapped = {NULL, 0};

        status = store_get(txn, keyring->table, name, &wrapped, error);
        if (status == STATUS_OK)
            rows[count++] = copy_row(arena, name, wrapped);
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    out->rows = (struct list){rows, count};
    return status;
}

/* Writing. */

static bool is_well_formed(const struct key_row *row)
{
    bool is_salt = bytes_equal(row->name, keyring_salt_name);

    if (is_salt)
        return row->wrapped.size == PASSWORD_SALT_SIZE;
    return row->name.size == KEY_NAME_SIZE &&
           (row->wrapped.size == 0 || keyring_is_wrapped(row->wrapped));
}

static enum status put_row(
    struct store_txn *txn, struct store_table table, const struct key_row *row, struct error *error)
{
    static const uint8_t nothing[1] = {0};
    struct bytes wrapped = row->wrapped.size == 0 ? (struct bytes){nothing, 0} : row->wrapped;
    struct bytes there = {NULL, 0};
    enum status status = store_get(txn, table, row->name, &there, error);

    if (status == STATUS_NOT_FOUND)
        status = store_put(txn, table, row->name, wrapped, error);
    return status;
}

static enum status check_rows(const struct key_rows *rows, struct error *error)
{
    const struct key_row *all = rows->rows.items;

    for (size_t i = 0; i < rows->rows.count; i++) {
        if (!is_well_formed(&all[i]))
            return error_set_code(
                error, STATUS_CORRUPT, "keys_damaged", "a row of the leader's keys is malformed");
    }
    return STATUS_OK;
}

static enum status put_rows(
    struct store_txn *txn,
    struct store_table table,
    const struct key_rows *rows,
    struct error *error)
{
    const struct key_row *all = rows->rows.items;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < rows->rows.count && status == STATUS_OK; i++)
        status = put_row(txn, table, &all[i], error);
    return status;
}

/* What an own key-encryption key does not open would be of no use: the leader has another one by now. */
static enum status
check_opens(const struct keyring *keyring, const struct key_rows *rows, struct error *error)
{
    const struct key_row *all = rows->rows.items;
    uint8_t key[AEAD_KEY_SIZE];
    bool do_open = true;

    for (size_t i = 0; i < rows->rows.count; i++)
        do_open = do_open && (!keyring_is_wrapped(all[i].wrapped) ||
                              keyring_opens(keyring, all[i].name, all[i].wrapped, key));
    crypto_wipe(key, sizeof(key));
    if (do_open)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "wrong_secret",
        "the leader's keys are wrapped under another key-encryption key: start this follower with the "
        "leader's SECRETS_ENCRYPTION_KEY, and its own as SECRETS_ENCRYPTION_KEY_FORMER (or with the files "
        "secret.key and secret.key.former)");
}

static enum status
add_rows(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error)
{
    return put_rows(txn, keyring->table, context, error);
}

/* They are looked at first: what a leader sends wrong is no write that failed. */
enum status
keyring_add_rows(struct keyring *keyring, const struct key_rows *rows, struct error *error)
{
    struct key_rows added = *rows;
    enum status status = check_rows(rows, error);

    must(!keyring->is_read_only);
    if (status == STATUS_OK)
        status = check_opens(keyring, rows, error);
    return status == STATUS_OK ? keyring_write(keyring, add_rows, &added, error) : status;
}

/* Does the secret open it? */
static bool opens(const uint8_t secret[AEAD_KEY_SIZE], const struct key_row *row)
{
    uint8_t key[AEAD_KEY_SIZE];
    bool does = keyring_unwrap(secret, row->name, row->wrapped, key);

    crypto_wipe(key, sizeof(key));
    return does;
}

enum status keyring_check_copy(
    const char *home, struct text secret, const struct key_rows *rows, struct error *error)
{
    struct secret_source source = {.home = home, .secret = secret};
    const struct key_row *all = rows->rows.items;
    uint8_t unwrapping[AEAD_KEY_SIZE];
    bool is_right = rows->rows.count > 1;
    enum status status;

    for (size_t i = 0; i < rows->rows.count; i++) {
        if (bytes_equal(all[i].name, keyring_salt_name) && is_well_formed(&all[i]))
            memcpy(source.salt, all[i].wrapped.data, PASSWORD_SALT_SIZE);
    }
    status = secret_load(&source, unwrapping, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < rows->rows.count; i++)
        is_right = is_right && is_well_formed(&all[i]) &&
                   (bytes_equal(all[i].name, keyring_salt_name) || opens(unwrapping, &all[i]));
    crypto_wipe(unwrapping, sizeof(unwrapping));
    if (is_right)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "wrong_secret",
        "the secret does not open the leader's keys: give this server the SECRETS_ENCRYPTION_KEY of its "
        "leader, or a copy of the leader's secret.key");
}

enum status keyring_begin_copy(
    const char *home, struct text secret, const struct key_rows *rows, struct error *error)
{
    struct store_settings settings = keyring_store_settings(home, false);
    struct store_env *env = NULL;
    struct store_table table = {0};
    AUTO_TXN txn = NULL;
    enum status status = keyring_check_copy(home, secret, rows, error);

    if (status == STATUS_OK)
        status = store_open(&settings, &env, error);
    if (status == STATUS_OK)
        status = store_tables(env, &keyring_table_spec, 1, &table, error);
    if (status == STATUS_OK)
        status = store_begin(env, true, &txn, error);
    if (status == STATUS_OK)
        status = put_rows(txn, table, rows, error);
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    store_abort(&txn);
    store_close(env);
    return status;
}
