/*
 * Reading records, of which nothing leaves that does not fit its position, its leaf and its digest;
 * and the stored hashes of the tree.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/ledger_range.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

static enum status beyond_head(struct position at, struct error *error)
{
    return error_set(
        error, STATUS_NOT_FOUND, "there is no event at position %llu yet",
        (unsigned long long)at.value);
}

enum status
ledger_root(struct ledger *ledger, uint64_t size, struct digest *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct tree_reader reader;
    enum status status;

    must(size <= ledger_size(ledger));
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status != STATUS_OK)
        return status;
    reader = ledger_tree_reader(&hashes);
    if (!tree_root(&reader, size, out))
        return ledger_damaged(error, size - 1, "a hash below its root cannot be read");
    return STATUS_OK;
}

enum status
ledger_leaf(struct ledger *ledger, struct position at, struct digest *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct tree_reader reader;
    enum status status;

    if (at.value >= ledger_size(ledger))
        return beyond_head(at, error);
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status != STATUS_OK)
        return status;
    reader = ledger_tree_reader(&hashes);
    if (!reader.read(reader.context, tree_stored_index(0, at.value), out))
        return ledger_damaged(error, at.value, "its hash cannot be read");
    return STATUS_OK;
}

enum status ledger_growth(struct ledger *ledger, struct tree_growth *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct tree_reader reader;
    uint64_t size = ledger_size(ledger);
    enum status status = ledger_hashes_begin(ledger, &hashes, error);

    if (status != STATUS_OK)
        return status;
    reader = ledger_tree_reader(&hashes);
    *out = (struct tree_growth){.size = size};
    for (int level = 0; level < 64; level++) {
        if ((size >> level & 1) == 1 &&
            !reader.read(
                reader.context, tree_stored_index(level, (size >> level) - 1), &out->nodes[level]))
            return ledger_damaged(error, size - 1, "a hash below its root cannot be read");
    }
    return STATUS_OK;
}

enum { MOST_RECORDS = 1000 };

struct reading {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct arena *arena;
    struct drop_check drops;
    size_t stored_bytes;
    bool is_of_entries; /* bodies are there or not, and not looked into */
};

/* A dropped body leaves a mark: one that is not there is damage. */
static enum status check_body(
    struct reading *reading,
    const struct record *record,
    uint64_t at,
    struct bytes body,
    struct error *error)
{
    struct digest digest;

    if (!bytes_are_present(body))
        return ledger_damaged(error, at, "the body is missing");
    if (ledger_is_dropped(body))
        return ledger_check_drop(&reading->drops, at, &record->entry, body, error);
    if (reading->is_of_entries)
        return STATUS_OK;
    digest = sha256(body);
    if (memcmp(record->entry.body_digest.data, digest.bytes, DIGEST_SIZE) != 0)
        return ledger_damaged(error, at, "the body does not fit its digest");
    return STATUS_OK;
}

static enum status decode_stored(
    const struct reading *reading,
    uint64_t at,
    struct bytes entry,
    struct bytes body,
    struct record *out,
    struct error *error)
{
    struct position position = {at};

    if (reading->is_of_entries) {
        out->position = position;
        return entry_decode(position, entry, reading->arena, &out->entry, error);
    }
    return record_decode(
        position, entry, ledger_is_dropped(body) ? (struct bytes){NULL, 0} : body, reading->arena,
        out, error);
}

static enum status
read_record(struct reading *reading, uint64_t at, struct record *out, struct error *error)
{
    struct record record = {0};
    struct bytes entry = {NULL, 0};
    struct bytes body = {NULL, 0};
    enum status status = ledger_get_entry(reading->view, reading->txn, at, &entry, error);

    if (status == STATUS_OK)
        status = ledger_get_body(reading->view, reading->txn, at, &body, error);
    if (status == STATUS_OK)
        status = decode_stored(reading, at, entry, body, &record, error);
    if (status == STATUS_OK)
        status = check_body(reading, &record, at, body, error);
    record.has_body = !ledger_is_dropped(body);
    if (status != STATUS_OK)
        return status;
    if (arena_is_full(reading->arena))
        return error_set(error, STATUS_TOO_LARGE, "the events do not fit the reader's memory");
    reading->stored_bytes += entry.size + body.size;
    *out = record;
    return STATUS_OK;
}

static enum status begin_reading(
    struct ledger *ledger,
    struct reading *reading,
    struct arena *dropping,
    struct store_txn **txn,
    struct error *error)
{
    enum status status = store_begin(reading->view->env, false, txn, error);

    reading->txn = *txn;
    reading->drops = (struct drop_check){
        .view = reading->view, .txn = *txn, .arena = dropping, .ledger = ledger};
    return status;
}

/* From `at` on. */
static enum status read_some(
    struct ledger *ledger,
    struct reading *reading,
    uint64_t at,
    size_t limit,
    size_t budget_bytes,
    struct record *out,
    size_t *out_count,
    struct error *error)
{
    AUTO_ARENA dropping = arena_new(DROP_CHECK_BYTES);
    AUTO_TXN txn = NULL;
    uint64_t size = ledger_size(ledger);
    size_t count = 0;
    enum status status;

    *out_count = 0;
    if (at >= size || limit == 0)
        return STATUS_OK;
    status = begin_reading(ledger, reading, dropping, &txn, error);
    while (status == STATUS_OK && at < size && count < limit && count < MOST_RECORDS) {
        status = read_record(reading, at, &out[count], error);
        if (status != STATUS_OK)
            break;
        at++;
        count++;
        if (reading->stored_bytes >= budget_bytes)
            break;
    }
    *out_count = count;
    return status;
}

enum status ledger_read(
    struct ledger *ledger,
    struct position from,
    size_t limit,
    size_t budget_bytes,
    struct arena *arena,
    struct record *out,
    size_t *out_count,
    struct error *error)
{
    struct reading reading = {.view = ledger_view(ledger), .arena = arena};

    return read_some(ledger, &reading, from.value, limit, budget_bytes, out, out_count, error);
}

enum status ledger_read_one(
    struct ledger *ledger,
    struct position at,
    struct arena *arena,
    struct record *out,
    struct error *error)
{
    struct reading reading = {.view = ledger_view(ledger), .arena = arena};
    size_t count;
    enum status status;

    if (at.value >= ledger_size(ledger))
        return beyond_head(at, error);
    status = read_some(ledger, &reading, at.value, 1, SIZE_MAX, out, &count, error);
    must(status != STATUS_OK || count == 1);
    return status;
}

enum status ledger_read_entries(
    struct ledger *ledger,
    const struct position *at,
    size_t count,
    struct arena *arena,
    struct record *out,
    struct error *error)
{
    struct reading reading = {.view = ledger_view(ledger), .arena = arena, .is_of_entries = true};
    AUTO_ARENA dropping = arena_new(DROP_CHECK_BYTES);
    AUTO_TXN txn = NULL;
    uint64_t size = ledger_size(ledger);
    enum status status = begin_reading(ledger, &reading, dropping, &txn, error);

    must(count <= MOST_RECORDS);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (at[i].value >= size)
            return beyond_head(at[i], error);
        status = read_record(&reading, at[i].value, &out[i], error);
    }
    return status;
}

enum { TIME_ARENA_BYTES = 1 << 20 };

static enum status
read_time(struct reading *reading, uint64_t at, struct timestamp *out, struct error *error)
{
    struct bytes packed = {NULL, 0};
    struct entry entry;
    enum status status = ledger_get_entry(reading->view, reading->txn, at, &packed, error);

    arena_reset(reading->arena);
    if (status == STATUS_OK)
        status = entry_decode((struct position){at}, packed, reading->arena, &entry, error);
    if (status == STATUS_OK)
        *out = entry.recorded_at;
    return status;
}

enum status ledger_time_at(
    struct ledger *ledger, struct position at, struct timestamp *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(TIME_ARENA_BYTES);
    AUTO_TXN txn = NULL;
    struct reading reading = {.view = ledger_view(ledger), .arena = arena};
    enum status status = store_begin(reading.view->env, false, &txn, error);

    must(at.value < ledger_size(ledger));
    reading.txn = txn;
    return status == STATUS_OK ? read_time(&reading, at.value, out, error) : status;
}

/* Times rise along the ledger. */
enum status
ledger_position_at(struct ledger *ledger, struct timestamp time, uint64_t *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(TIME_ARENA_BYTES);
    AUTO_TXN txn = NULL;
    struct reading reading = {.view = ledger_view(ledger), .arena = arena};
    uint64_t from = 0;
    uint64_t end = ledger_size(ledger);
    enum status status = store_begin(reading.view->env, false, &txn, error);

    reading.txn = txn;
    while (status == STATUS_OK && from < end) {
        uint64_t middle = from + (end - from) / 2;
        struct timestamp at = {0};
        status = read_time(&reading, middle, &at, error);
        if (at.us < time.us)
            from = middle + 1;
        else
            end = middle;
    }
    *out = from;
    return status;
}
