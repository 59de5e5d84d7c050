/*
 * Gathering pairs by key, and writing them in the order of the keys.
 *
 *   records ─► keys, each once, by a hash table
 *          └─► pairs: number of a key, position ─► positions, those of a key together ─► index.mdb
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_index_batch.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/random.h"

#include <stdlib.h>

/* So few pairs are still in the processor's caches when they are written. */
enum { LARGE_PAIRS = 1 << 17, FIRST_ROOM = 1024, NO_KEY = -1 };

struct batch_key {
    uint64_t hash;
    uint64_t begins;      /* its first bytes, to be compared at once */
    uint64_t last;        /* position */
    const uint8_t *bytes; /* set once no more keys come */
    size_t at;            /* in `bytes` of the batch */
    uint32_t size;
    uint32_t count;   /* positions */
    size_t positions; /* where they begin, among those of all keys */
};

struct batch_pair {
    uint64_t position;
    int32_t key;
};

struct index_batch {
    uint64_t seed; /* of the hashes: callers choose some of what is indexed */
    struct buf bytes;
    struct batch_key *keys;
    size_t key_count;
    size_t key_room;
    int32_t
        *slots; /* of the hash table: keys, or NO_KEY; twice as many as there is room for keys */
    struct batch_pair *pairs;
    size_t pair_count;
    size_t pair_room;
    uint64_t position; /* of the record that is being added */
};

static void clear(struct index_batch *batch)
{
    buf_clear(&batch->bytes);
    batch->key_count = 0;
    batch->pair_count = 0;
    for (size_t i = 0; i < 2 * batch->key_room; i++)
        batch->slots[i] = NO_KEY;
}

struct index_batch *index_batch_new(void)
{
    struct index_batch *batch = heap_new(sizeof(*batch));

    random_fill(&batch->seed, sizeof(batch->seed));
    batch->seed |= 1;
    buf_init(&batch->bytes, SIZE_MAX / 2);
    batch->key_room = FIRST_ROOM;
    batch->pair_room = FIRST_ROOM;
    batch->keys = heap_array(batch->key_room, sizeof(*batch->keys));
    batch->slots = heap_array(2 * batch->key_room, sizeof(*batch->slots));
    batch->pairs = heap_array(batch->pair_room, sizeof(*batch->pairs));
    clear(batch);
    return batch;
}

void index_batch_free(struct index_batch *batch)
{
    buf_fini(&batch->bytes);
    heap_free(batch->keys);
    heap_free(batch->slots);
    heap_free(batch->pairs);
    heap_free(batch);
}

/* The first bytes as a number, in their order. */
static uint64_t first_bytes(const uint8_t *data, size_t size)
{
    uint8_t bytes[sizeof(uint64_t)] = {0};

    memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
    return key_read_u64(bytes);
}

static uint64_t hash_of(const struct index_batch *batch, const struct key *key)
{
    uint64_t hash = key->size;

    for (size_t i = 0; i < key->size; i += sizeof(hash)) {
        hash = (hash ^ first_bytes(key->data + i, key->size - i)) * batch->seed;
        hash ^= hash >> 32;
    }
    return hash;
}

static bool is_key(
    const struct index_batch *batch,
    const struct batch_key *known,
    uint64_t hash,
    const struct key *key)
{
    return known->hash == hash && known->size == key->size &&
           memcmp((const uint8_t *)batch->bytes.data + known->at, key->data, key->size) == 0;
}

/* The slot of a key, or the free one for it. With `key` NULL a free one in any case. */
static int32_t *find_slot(struct index_batch *batch, uint64_t hash, const struct key *key)
{
    size_t mask = 2 * batch->key_room - 1;
    size_t at = hash & mask;

    while (batch->slots[at] != NO_KEY &&
           (key == NULL || !is_key(batch, &batch->keys[batch->slots[at]], hash, key)))
        at = (at + 1) & mask;
    return &batch->slots[at];
}

static void make_room_for_key(struct index_batch *batch)
{
    if (batch->key_count < batch->key_room)
        return;
    batch->key_room *= 2;
    batch->keys = heap_resize(batch->keys, batch->key_room * sizeof(*batch->keys));
    batch->slots = heap_resize(batch->slots, 2 * batch->key_room * sizeof(*batch->slots));
    for (size_t i = 0; i < 2 * batch->key_room; i++)
        batch->slots[i] = NO_KEY;
    for (size_t i = 0; i < batch->key_count; i++)
        *find_slot(batch, batch->keys[i].hash, NULL) = (int32_t)i;
}

static int32_t number_of_key(struct index_batch *batch, const struct key *key)
{
    uint64_t hash = hash_of(batch, key);
    int32_t *slot;

    make_room_for_key(batch);
    slot = find_slot(batch, hash, key);
    if (*slot != NO_KEY)
        return *slot;
    batch->keys[batch->key_count] = (struct batch_key){
        .hash = hash,
        .begins = first_bytes(key->data, key->size),
        .at = batch->bytes.size,
        .size = (uint32_t)key->size,
    };
    buf_add(&batch->bytes, key->data, key->size);
    *slot = (int32_t)batch->key_count++;
    return *slot;
}

static void add(enum ledger_index_kind kind, struct bytes key, void *context)
{
    struct index_batch *batch = context;
    struct batch_key *known;
    struct key stored;
    int32_t number;

    ledger_index_key(&stored, kind, key);
    number = number_of_key(batch, &stored);
    known = &batch->keys[number];
    if (known->count > 0 && known->last == batch->position)
        return; /* an event may have a key twice */
    known->last = batch->position;
    known->count++;
    if (batch->pair_count == batch->pair_room) {
        batch->pair_room *= 2;
        batch->pairs = heap_resize(batch->pairs, batch->pair_room * sizeof(*batch->pairs));
    }
    batch->pairs[batch->pair_count++] = (struct batch_pair){batch->position, number};
}

void index_batch_add(struct index_batch *batch, const struct record *record)
{
    batch->position = record->position.value;
    index_key_each(record, add, batch);
}

size_t index_batch_pairs(const struct index_batch *batch)
{
    return batch->pair_count;
}

bool index_batch_is_large(const struct index_batch *batch)
{
    return batch->pair_count >= LARGE_PAIRS;
}

/* All positions, those of a key together. */
static struct store_number *gather(struct index_batch *batch)
{
    struct store_number *out = heap_array(batch->pair_count + 1, sizeof(*out));
    size_t begins = 0;

    for (size_t i = 0; i < batch->key_count; i++) {
        struct batch_key *key = &batch->keys[i];
        key->bytes = (const uint8_t *)batch->bytes.data + key->at;
        key->positions = begins;
        begins += key->count;
        key->count = 0;
    }
    for (size_t i = 0; i < batch->pair_count; i++) {
        struct batch_key *key = &batch->keys[batch->pairs[i].key];
        out[key->positions + key->count++] = store_number(batch->pairs[i].position);
    }
    return out;
}

static int compare_keys(const void *left, const void *right)
{
    const struct batch_key *a = left;
    const struct batch_key *b = right;
    int order;

    if (a->begins != b->begins)
        return a->begins < b->begins ? -1 : 1;
    order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    if (order != 0 || a->size == b->size)
        return order;
    return a->size < b->size ? -1 : 1;
}

enum status index_batch_each(
    struct index_batch *batch,
    enum status (*each)(struct bytes key, struct bytes numbers, void *context, struct error *error),
    void *context,
    struct error *error)
{
    struct store_number *positions = gather(batch);
    enum status status = STATUS_OK;

    qsort(batch->keys, batch->key_count, sizeof(*batch->keys), compare_keys);
    for (size_t i = 0; status == STATUS_OK && i < batch->key_count; i++) {
        const struct batch_key *key = &batch->keys[i];
        const struct bytes numbers = {
            positions[key->positions].bytes, key->count * sizeof(*positions)};
        status = each((struct bytes){key->bytes, key->size}, numbers, context, error);
    }
    heap_free(positions);
    clear(batch);
    return status;
}

static enum status
append(struct bytes key, struct bytes numbers, void *context, struct error *error)
{
    return store_cursor_append(context, key, numbers, error);
}

enum status index_batch_write(
    struct index_batch *batch,
    const struct ledger_index *index,
    struct store_txn *txn,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    enum status status = store_cursor_open(txn, index->tables[INDEX_PAIRS], &cursor, error);

    return status == STATUS_OK ? index_batch_each(batch, append, cursor, error) : status;
}
