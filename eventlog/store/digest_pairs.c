/*
 * A chain of digests, one a pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/digest_pairs.h"

#include "eventlog/store/key.h"

static void chain(struct digest *digest, struct bytes key, struct bytes value)
{
    uint8_t sizes[16];
    const struct bytes pieces[] = {
        {digest->bytes, DIGEST_SIZE}, {sizes, sizeof(sizes)}, key, value};

    be64_write(sizes, key.size);
    be64_write(sizes + 8, value.size);
    *digest = sha256_of(pieces, COUNT_OF(pieces));
}

enum status digest_pairs(
    struct store_txn *txn, struct store_table table, struct digest *digest, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    enum store_move move = STORE_FIRST;
    enum status status = store_cursor_open(txn, table, &cursor, error);

    while (status == STATUS_OK) {
        struct bytes key;
        struct bytes value;

        status = store_cursor_move(cursor, move, &key, &value, error);
        if (status == STATUS_OK)
            chain(digest, key, value);
        move = STORE_NEXT;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    *digest = sha256((struct bytes){digest->bytes, DIGEST_SIZE});
    return STATUS_OK;
}
