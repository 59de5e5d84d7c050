/*
 * Harm to stored pairs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/harm.h"

#include "core/base/must.h"

#include <string.h>

enum { PAIR_BYTES = 8 << 20 };

struct harmed harm_begin(const char *directory, const char *file, struct store_table_spec spec)
{
    const struct store_settings settings = {
        .directory = directory, .name = file, .map_bytes = STORE_MAP_BYTES, .most_tables = 16};
    struct harmed harmed = {NULL, NULL, {0}};

    must(store_open(&settings, &harmed.env, NULL) == STATUS_OK);
    must(store_begin(harmed.env, true, &harmed.txn, NULL) == STATUS_OK);
    must(store_table_open(harmed.txn, spec, &harmed.table, NULL) == STATUS_OK);
    return harmed;
}

void harm_end(struct harmed *harmed)
{
    must(store_commit(&harmed->txn, NULL) == STATUS_OK);
    store_close(harmed->env);
}

/* The n-th pair, copied. */
static void find_pair(
    const struct harmed *harmed,
    uint64_t n,
    struct arena *arena,
    struct bytes *key,
    struct bytes *value)
{
    AUTO_CURSOR cursor = NULL;

    must(store_cursor_open(harmed->txn, harmed->table, &cursor, NULL) == STATUS_OK);
    for (uint64_t i = 0; i <= n; i++)
        must(
            store_cursor_move(cursor, i == 0 ? STORE_FIRST : STORE_NEXT, key, value, NULL) ==
            STATUS_OK);
    *key = bytes_copy(arena, *key);
    *value = bytes_copy(arena, *value);
}

void harm_pair(
    const char *directory,
    const char *file,
    struct store_table_spec spec,
    uint64_t n,
    void (*change)(uint8_t *bits, size_t size))
{
    AUTO_ARENA arena = arena_new(PAIR_BYTES);
    struct harmed harmed = harm_begin(directory, file, spec);
    struct bytes key = {NULL, 0};
    struct bytes value = {NULL, 0};

    find_pair(&harmed, n, arena, &key, &value);
    must(store_delete(harmed.txn, harmed.table, key, NULL) == STATUS_OK);
    if (change != NULL) {
        uint8_t *bits = arena_take(arena, value.size);
        if (value.size > 0)
            memcpy(bits, value.data, value.size);
        change(bits, value.size);
        must(
            store_put(harmed.txn, harmed.table, key, (struct bytes){bits, value.size}, NULL) ==
            STATUS_OK);
    }
    harm_end(&harmed);
}

void harm_flip_middle(uint8_t *bits, size_t size)
{
    if (size > 0)
        bits[size / 2] ^= 0x01;
}

/* A mark is a map whose first member, tag 1, is the format. */
void harm_raise_format(uint8_t *bits, size_t size)
{
    must(size > 2 && bits[1] == 1 && bits[2] < 0x7f);
    bits[2]++;
}
