/*
 * Merging lists of positions: each list steps, or leaps, to the others' nearest position until all
 * stand at the same one. A list is that of one key, or the union of several.
 *
 *   all ── any ── walker (a key's positions)      nearest of each any ─► target ─► all agree: found
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "eventlog/store/ledger_index_internal.h"

/* One key's positions, and where it stands among them. */
struct walker {
    struct store_cursor *cursor;
    struct key key;
    uint64_t at;
    bool is_placed;
    bool is_over;
};

struct merge {
    struct store_txn *txn;
    struct walker *walkers; /* of all anys, one after the other */
    size_t walker_count;
    struct index_search *search;
    uint64_t target; /* nothing nearer is left to be found */
    bool is_over;    /* nothing is left at all */
    struct error *error;
};

static bool has_reached(const struct merge *merge, const struct walker *walker)
{
    return walker->is_placed && (merge->search->newest_first ? walker->at <= merge->target
                                                             : walker->at >= merge->target);
}

static enum status note(struct walker *walker, enum status status, struct bytes value)
{
    if (status == STATUS_NOT_FOUND) {
        walker->is_over = true;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        walker->at = key_read_u64(value.data);
        walker->is_placed = true;
    }
    return status;
}

static void spend(struct merge *merge)
{
    if (merge->search->work > 0)
        merge->search->work--;
}

static enum status step(struct merge *merge, struct walker *walker)
{
    struct bytes key = key_bytes(&walker->key);
    struct bytes value = {NULL, 0};
    enum store_move next = merge->search->newest_first ? STORE_PREVIOUS_VALUE : STORE_NEXT_VALUE;

    spend(merge);
    return note(walker, store_cursor_move(walker->cursor, next, &key, &value, merge->error), value);
}

static enum status leap(struct merge *merge, struct walker *walker)
{
    struct bytes value = {NULL, 0};
    const struct position target = {merge->target};

    spend(merge);
    return note(
        walker,
        ledger_index_seek(
            walker->cursor, &walker->key, target, merge->search->newest_first, &value,
            merge->error),
        value);
}

/* To its nearest position that is not before the target. */
static enum status walk(struct merge *merge, struct walker *walker)
{
    enum status status = STATUS_OK;

    if (!walker->is_over && !has_reached(merge, walker) && walker->is_placed)
        status = step(merge, walker);
    if (status == STATUS_OK && !walker->is_over && !has_reached(merge, walker))
        status = leap(merge, walker);
    return status;
}

/* The nearest position of a union; the merge is over where it has none. */
static enum status
walk_any(struct merge *merge, struct walker *walkers, size_t count, uint64_t *out_nearest)
{
    bool falls = merge->search->newest_first;
    enum status status = STATUS_OK;

    merge->is_over = true;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = walk(merge, &walkers[i]);
        if (status != STATUS_OK || walkers[i].is_over)
            continue;
        if (merge->is_over || (falls ? walkers[i].at > *out_nearest : walkers[i].at < *out_nearest))
            *out_nearest = walkers[i].at;
        merge->is_over = false;
    }
    return status;
}

static bool is_in_range(const struct merge *merge)
{
    return merge->target >= merge->search->from && merge->target < merge->search->end;
}

/* Has each of them walk to the target, which thereby moves on unless all stand at it. */
static enum status walk_all(struct merge *merge, size_t *out_agreed)
{
    const struct index_search *search = merge->search;
    struct walker *walkers = merge->walkers;
    enum status status = STATUS_OK;

    *out_agreed = 0;
    for (size_t i = 0; i < search->count; i++) {
        uint64_t nearest = 0;
        status = walk_any(merge, walkers, search->all[i].count, &nearest);
        if (status != STATUS_OK || merge->is_over)
            return status;
        *out_agreed += nearest == merge->target ? 1 : 0;
        merge->target = nearest;
        walkers += search->all[i].count;
    }
    return STATUS_OK;
}

/* Until all stand at the target, which is then found; or nothing is left, or no more work may be done:
 * but once all have walked in any case, so that every search comes farther. */
static enum status agree(struct merge *merge, bool *out_found)
{
    const struct index_search *search = merge->search;
    size_t agreed = 0;
    enum status status;

    do
        status = walk_all(merge, &agreed);
    while (status == STATUS_OK && !merge->is_over && agreed < search->count && search->work > 0 &&
           is_in_range(merge));
    *out_found =
        status == STATUS_OK && !merge->is_over && agreed == search->count && is_in_range(merge);
    return status;
}

/* Takes what has been searched out of the search, the target too when it was found. */
static void move_bounds(struct merge *merge, bool is_found)
{
    struct index_search *search = merge->search;

    if (merge->is_over || !is_in_range(merge)) {
        search->from = search->end;
        return;
    }
    if (search->newest_first)
        search->end = merge->target + (is_found ? 0 : 1);
    else
        search->from = merge->target + (is_found ? 1 : 0);
    merge->target = search->newest_first ? search->end - 1 : search->from;
}

static enum status run(struct merge *merge, size_t limit, struct position *out, size_t *out_count)
{
    struct index_search *search = merge->search;
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count < limit && search->work > 0 && search->from < search->end) {
        bool is_found = false;
        merge->target = search->newest_first ? search->end - 1 : search->from;
        status = agree(merge, &is_found);
        if (status == STATUS_OK && is_found)
            out[count++].value = merge->target;
        if (status == STATUS_OK)
            move_bounds(merge, is_found);
    }
    *out_count = count;
    return status;
}

static enum status open_walkers(const struct ledger_index *index, struct merge *merge)
{
    const struct index_search *search = merge->search;
    size_t n = 0;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < search->count; i++)
        merge->walker_count += search->all[i].count;
    merge->walkers = heap_array(merge->walker_count, sizeof(*merge->walkers));
    for (size_t i = 0; i < search->count; i++) {
        for (size_t j = 0; j < search->all[i].count && status == STATUS_OK; j++, n++) {
            const struct index_key *key = &search->all[i].keys[j];
            ledger_index_key(&merge->walkers[n].key, key->kind, key->key);
            status = store_cursor_open(
                merge->txn, index->tables[INDEX_PAIRS], &merge->walkers[n].cursor, merge->error);
        }
    }
    return status;
}

enum status ledger_index_search(
    struct ledger_index *index,
    struct index_search *search,
    size_t limit,
    struct position *out,
    size_t *out_count,
    struct error *error)
{
    struct merge merge = {.search = search, .error = error};
    enum status status = ledger_index_begin(index, search->end, &merge.txn, error);

    *out_count = 0;
    if (status == STATUS_OK)
        status = open_walkers(index, &merge);
    if (status == STATUS_OK)
        status = run(&merge, limit, out, out_count);
    for (size_t i = 0; i < merge.walker_count; i++)
        store_cursor_close(&merge.walkers[i].cursor);
    heap_free(merge.walkers);
    ledger_index_end(index, &merge.txn);
    return status;
}
