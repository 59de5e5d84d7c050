/*
 * A part of the ledger, by itself: every stored byte of it again, but for what needs the entries before it,
 * which is noted for whoever reads the parts in order (ledger_verify.c).
 *
 *   entries ──leaf──► tree grown in memory ──each new hash──► equal to the stored one?
 *      └─ digest ──► equal to the body's?
 *
 * The tree is grown on from the stored hashes of what lies before, which are checked there: a ledger whose
 * parts are all sound is sound.
 *
 * Transactions last a thousand entries, so that a running writer's file does not grow meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_verify_part.h"

#include "core/base/must.h"

#include <string.h>

enum { STRIDE = 1000, LEVELS = 64, PART_ARENA_BYTES = 64 << 20, LINE_BYTES = 64 };

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
    struct store_cursor *bodies;
    struct store_cursor *hashes;
    struct arena *arena; /* of an entry */
    struct arena *dropping;
    struct frontier frontier;
    uint64_t next;
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

/* Of what lies before the part. */
static enum status load_frontier(struct verifying *v, uint64_t size, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct tree_reader stored;
    enum status status = ledger_hashes_begin(v->ledger, &hashes, error);

    if (status != STATUS_OK)
        return status;
    stored = ledger_tree_reader(&hashes);
    for (int level = 0; level < LEVELS && size >> level > 0; level++) {
        uint64_t at = tree_stored_index(level, (size >> level) - 1);
        if (!stored.read(stored.context, at, &v->frontier.digest[level]))
            return ledger_damaged(error, size - 1, "a hash is missing");
        v->frontier.stored_index[level] = at;
        v->frontier.levels = level + 1;
    }
    return STATUS_OK;
}

/* LMDB fills its pages from their ends, so the value that comes next mostly lies before this one: it is
 * fetched while this one is digested. Only a hint: whatever lies there is not looked at. */
static void fetch_before(struct bytes value)
{
    for (size_t back = LINE_BYTES; back <= value.size + 2 * LINE_BYTES; back += LINE_BYTES)
        __builtin_prefetch(value.data - back);
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
    fetch_before(*value);
    return bytes_equal(key, store_number_key(&number));
}

static enum status
verify_hashes(struct verifying *v, bool is_first, struct digest leaf, struct error *error)
{
    const struct tree_reader reader = {read_frontier, &v->frontier};
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

static enum status
verify_body(struct verifying *v, bool is_first, const struct entry *entry, struct error *error)
{
    struct bytes body;
    struct digest digest;

    if (!expect_next(v->bodies, is_first, v->next, &body))
        return ledger_damaged(error, v->next, "the body is missing");
    if (ledger_is_dropped(body))
        return ledger_check_drop(&v->drops, v->next, entry, body, error);
    digest = sha256(body);
    if (memcmp(entry->body_digest.data, digest.bytes, DIGEST_SIZE) != 0)
        return ledger_damaged(error, v->next, "the body does not fit its digest");
    return STATUS_OK;
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

/* What is wrong with an entry, or NULL. */
static const char *entry_fault(const struct entry *entry)
{
    if (!is_of_time(entry->event_id, entry->recorded_at))
        return "the event id is not of the time it was recorded";
    if (!is_version(entry->command_id, 7) && !is_version(entry->command_id, 8))
        return "the command id is neither of version 7 nor of version 8";
    return NULL;
}

static enum status
verify_next(struct verifying *v, bool is_first, struct verified_entry *out, struct error *error)
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
    arena_reset(v->arena);
    status = entry_decode((struct position){v->next}, packed, v->arena, &entry, &why);
    if (status != STATUS_OK)
        return ledger_damaged(error, v->next, why.text);
    fault = entry_fault(&entry);
    if (fault != NULL)
        return ledger_damaged(error, v->next, fault);
    *out = (struct verified_entry){entry.stream, entry.revision, entry.recorded_at};
    return verify_body(v, is_first, &entry, error);
}

static enum status verify_stride(struct verifying *v, struct verify_part *part)
{
    struct ledger_view *view = ledger_view(v->ledger);
    AUTO_TXN txn = NULL;
    AUTO_CURSOR entries = NULL;
    AUTO_CURSOR bodies = NULL;
    AUTO_CURSOR hashes = NULL;
    enum status status = store_begin(view->env, false, &txn, &part->error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, view->tables[LEDGER_ENTRIES], &entries, &part->error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, view->tables[LEDGER_BODIES], &bodies, &part->error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, view->tables[LEDGER_HASHES], &hashes, &part->error);
    v->txn = txn;
    v->drops =
        (struct drop_check){.view = view, .txn = txn, .arena = v->dropping, .ledger = v->ledger};
    v->entries = entries;
    v->bodies = bodies;
    v->hashes = hashes;
    for (int i = 0; i < STRIDE && v->next < part->end && status == STATUS_OK; i++) {
        status = verify_next(v, i == 0, &part->entries[part->count], &part->error);
        if (status == STATUS_OK)
            part->count++;
        v->next++;
    }
    return status;
}

void verify_part_run(void *context)
{
    struct verify_part *part = context;
    AUTO_ARENA arena = arena_new(PART_ARENA_BYTES);
    AUTO_ARENA dropping = arena_new(DROP_CHECK_BYTES);
    struct verifying v = {
        .ledger = part->ledger, .arena = arena, .dropping = dropping, .next = part->from};

    must(part->from <= part->end && part->end - part->from <= VERIFY_PART_ENTRIES);
    part->count = 0;
    part->error = (struct error){.status = STATUS_OK};
    part->status = load_frontier(&v, part->from, &part->error);
    while (part->status == STATUS_OK && v.next < part->end)
        part->status = verify_stride(&v, part);
}
