/*
 * Every stored byte again. The tree is grown anew from the entries, in memory, and every hash that
 * it gives must be the stored one:
 *
 *   entries ──leaf──► tree in memory ──each new hash──► equal to the stored one?
 *      └─ digest ──► equal to the body's?
 *
 * Before that, LMDB's own pages: a free list that names a page in use would let the next write go over
 * what is there.
 *
 * Transactions last a thousand entries, so that a running writer's file does not grow meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"
#include "eventlog/store/pages.h"

#include <string.h>

enum {
    STRIDE = 1000,
    PROGRESS_EVERY_US = 100 * US_PER_MS,
    LEVELS = 64,
    VERIFY_ARENA_BYTES = 64 << 20
};

/* The newest complete node of every level: all that growing a tree needs. */
struct frontier {
    uint64_t stored_index[LEVELS];
    struct digest digest[LEVELS];
    int levels;
};

struct verifying {
    struct ledger *ledger;
    struct store_txn *txn;
    struct store_cursor *entries;
    struct store_cursor *hashes;
    struct arena *arena;
    struct frontier frontier;
    struct ledger_mark mark;
    uint64_t next;
    uint64_t size;
    struct timestamp last;
    struct buf packed;     /* an entry, packed again */
    struct map *revisions; /* stream → its newest, as a number */
    struct drop_check drops;
};

static bool read_frontier(void *context, uint64_t stored_index, struct digest *out)
{
    const struct frontier *frontier = context;

    for (int level = 0; level < frontier->levels; level++) {
        if (frontier->stored_index[level] == stored_index) {
            *out = frontier->digest[level];
            return true;
        }
    }
    return false;
}

static struct tree_reader frontier_reader(struct frontier *frontier)
{
    return (struct tree_reader){.read = read_frontier, .context = frontier};
}

/* The next pair of a table must have this key. */
static bool
expect_next(struct store_cursor *cursor, bool is_first, uint64_t wanted, struct bytes *value)
{
    struct store_number number = store_number(wanted);
    struct bytes key = store_number_key(&number);

    if (store_cursor_move(cursor, is_first ? STORE_SEEK : STORE_NEXT, &key, value, NULL) !=
        STATUS_OK)
        return false;
    return bytes_equal(key, store_number_key(&number));
}

static enum status
verify_hashes(struct verifying *v, bool is_first, struct digest leaf, struct error *error)
{
    struct tree_reader reader = frontier_reader(&v->frontier);
    uint64_t at = tree_stored_index(0, v->next);
    struct digest grown[LEVELS];
    size_t count;

    must(tree_append(&reader, v->next, leaf, grown, &count));
    for (size_t i = 0; i < count; i++) {
        struct bytes stored;

        if (!expect_next(v->hashes, is_first && i == 0, at + i, &stored))
            return ledger_damaged(error, v->next, "a hash is missing");
        if (stored.size != DIGEST_SIZE || memcmp(stored.data, grown[i].bytes, DIGEST_SIZE) != 0)
            return ledger_damaged(error, v->next, "the entry does not fit its hashes");
        v->frontier.stored_index[i] = at + i;
        v->frontier.digest[i] = grown[i];
    }
    if (v->frontier.levels < (int)count)
        v->frontier.levels = (int)count;
    return STATUS_OK;
}

static enum status verify_body(struct verifying *v, const struct entry *entry, struct error *error)
{
    struct store_table table = ledger_view(v->ledger)->tables[LEDGER_BODIES];
    struct store_number key = store_number(v->next);
    struct bytes body;
    struct digest digest;
    enum status status = store_get(v->txn, table, store_number_key(&key), &body, error);

    if (status == STATUS_NOT_FOUND)
        return ledger_damaged(error, v->next, "the body is missing");
    if (status != STATUS_OK)
        return status;
    if (ledger_is_dropped(body))
        return ledger_check_drop(&v->drops, v->next, entry, body, error);
    digest = sha256(body);
    if (memcmp(entry->body_digest.data, digest.bytes, DIGEST_SIZE) != 0)
        return ledger_damaged(error, v->next, "the body does not fit its digest");
    return STATUS_OK;
}

/* Equal values have equal bytes: whoever packs the entry again must come to the same. */
static bool is_canonical(struct verifying *v, struct bytes packed, const struct entry *entry)
{
    buf_clear(&v->packed);
    entry_pack(entry, &v->packed);
    return bytes_equal(packed, buf_bytes(&v->packed));
}

static bool is_of_time(struct uuid id, struct timestamp at)
{
    static const uint8_t rest[8] = {0};
    struct uuid wanted = uuid_v7(at, rest);

    return memcmp(id.bytes, wanted.bytes, 8) == 0 && (id.bytes[8] & 0xc0) == 0x80;
}

static bool is_version(struct uuid id, unsigned version)
{
    return id.bytes[6] >> 4 == version && (id.bytes[8] & 0xc0) == 0x80;
}

/* A stream's events are numbered without a gap. */
static bool is_next_revision(struct verifying *v, const struct entry *entry)
{
    uintptr_t before = (uintptr_t)map_get(v->revisions, entry->stream);

    if ((uint64_t)entry->revision != (uint64_t)before + 1)
        return false;
    map_put(v->revisions, entry->stream, (void *)(before + 1));
    return true;
}

/* What is wrong with an entry among the others, or NULL. */
static const char *entry_fault(struct verifying *v, struct bytes packed, const struct entry *entry)
{
    if (!is_canonical(v, packed, entry))
        return "the entry is not in canonical form";
    if (entry->recorded_at.us <= v->last.us)
        return "the entry is not later than the one before";
    if (!is_of_time(entry->event_id, entry->recorded_at))
        return "the event id is not of the time it was recorded";
    if (!is_version(entry->command_id, 7) && !is_version(entry->command_id, 8))
        return "the command id is neither of version 7 nor of version 8";
    if (!is_next_revision(v, entry))
        return "the revision is not the next of its stream";
    return NULL;
}

static enum status verify_next(struct verifying *v, bool is_first, struct error *error)
{
    struct bytes packed;
    struct entry entry;
    struct error why;
    const char *fault;
    enum status status;

    if (!expect_next(v->entries, is_first, v->next, &packed))
        return ledger_damaged(error, v->next, "the entry is missing");
    status = verify_hashes(v, is_first, tree_leaf(packed), error);
    if (status != STATUS_OK)
        return status;
    status = entry_decode((struct position){v->next}, packed, v->arena, &entry, &why);
    if (status != STATUS_OK)
        return ledger_damaged(error, v->next, why.text);
    fault = entry_fault(v, packed, &entry);
    if (fault != NULL)
        return ledger_damaged(error, v->next, fault);
    v->last = entry.recorded_at;
    return verify_body(v, &entry, error);
}

static enum status verify_stride(struct verifying *v, struct error *error)
{
    struct ledger_view *view = ledger_view(v->ledger);
    AUTO_TXN txn = NULL;
    AUTO_CURSOR entries = NULL;
    AUTO_CURSOR hashes = NULL;
    enum status status = store_begin(view->env, false, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, view->tables[LEDGER_ENTRIES], &entries, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, view->tables[LEDGER_HASHES], &hashes, error);
    v->txn = txn;
    v->drops = (struct drop_check){.view = view, .txn = txn, .arena = v->arena};
    v->entries = entries;
    v->hashes = hashes;
    arena_reset(v->arena);
    for (int i = 0; i < STRIDE && v->next < v->size && status == STATUS_OK; i++) {
        status = verify_next(v, i == 0, error);
        v->next++;
    }
    return status;
}

static enum status verify_root(struct verifying *v, const uint8_t *root, struct error *error)
{
    struct tree_reader reader = frontier_reader(&v->frontier);
    struct digest grown;

    must(tree_root(&reader, v->size, &grown));
    if (memcmp(grown.bytes, root, DIGEST_SIZE) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged",
        "the root over the %llu entries of ledger.mdb is not the stored one",
        (unsigned long long)v->size);
}

/* Size and root at one time: what is appended later is not looked at. */
static enum status snapshot(struct verifying *v, struct arena *arena, struct error *error)
{
    struct ledger_view *view = ledger_view(v->ledger);
    AUTO_TXN txn = NULL;
    enum status status = store_begin(view->env, false, &txn, error);

    if (status == STATUS_OK)
        status = ledger_mark_read(view, txn, arena, &v->mark, error);
    if (status == STATUS_OK)
        v->size = (uint64_t)v->mark.size;
    return status;
}

enum status ledger_verify(
    struct ledger *ledger,
    void (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    AUTO_ARENA kept = arena_new(VERIFY_ARENA_BYTES);
    AUTO_ARENA scratch = arena_new(VERIFY_ARENA_BYTES);
    struct verifying v = {.ledger = ledger, .arena = scratch, .revisions = map_new()};
    int64_t told_us = monotonic_us();
    struct pages_usage usage;
    enum status status = store_check_pages(ledger_view(ledger)->env, &usage, error);

    buf_init(&v.packed, ENTRY_MAX_BYTES + 1);
    if (status == STATUS_OK)
        status = snapshot(&v, kept, error);
    while (status == STATUS_OK && v.next < v.size) {
        status = verify_stride(&v, error);
        if (progress != NULL && monotonic_us() - told_us >= PROGRESS_EVERY_US) {
            told_us = monotonic_us();
            progress(v.next, v.size, context);
        }
    }
    if (status == STATUS_OK)
        status = verify_root(&v, v.mark.root.data, error);
    if (status == STATUS_OK && progress != NULL)
        progress(v.size, v.size, context);
    buf_fini(&v.packed);
    map_free(v.revisions);
    return status;
}
