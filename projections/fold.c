/*
 * Folding in rounds. A round applies the events of all watched rows, in order; a handler that looks at
 * another row finds nothing there and has it watched, up to this event, so that the next round has it.
 * The round in which nothing new was looked at is the last: every row was then what it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/fold.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/ledger_read.h"
#include "migrations/tables.h"
#include "projections/fold_internal.h"

enum {
    MOST_ROUNDS = 16,
    BATCH_ARENA_BYTES = 64 << 20,
    FOUND_BYTES = 64 << 20,
    ROWS_BYTES = 64 << 20
};

/* The row that was asked for, as the events before left it. */
struct shown {
    const void *row; /* NULL: none */
    void *copy;
    uint64_t events;
    int64_t no_body;
    bool is_over; /* it was made, and no more is wanted */
};

static bool has_table(const struct table *const *tables, const struct table *table)
{
    for (size_t i = 0; tables != NULL && tables[i] != NULL; i++) {
        if (tables[i] == table)
            return true;
    }
    return false;
}

static void watch(struct folding *folding, const struct table *table, struct uuid key, uint64_t end)
{
    struct watched *watched = &folding->watched[folding->watched_count++];

    *watched = (struct watched){.table = table, .key = key, .end = end};
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct projector *projector = projector_catalog[i];
        bool is_own = has_table(projector->tables, table);
        if (is_own)
            watched->projector = projector;
        if (is_own || has_table(projector->adds_to, table))
            watched->writers |= UINT64_C(1) << i;
    }
    must(watched->projector != NULL);
}

/* A handler looks at a row. */
static void note_look(const struct table *table, struct uuid key, void *context)
{
    struct folding *folding = context;
    uint64_t end = folding->at + 1;

    for (size_t i = 0; i < folding->watched_count; i++) {
        struct watched *watched = &folding->watched[i];
        if (watched->table != table || !uuid_equal(watched->key, key))
            continue;
        if (watched->end < end) {
            watched->end = end;
            watched->is_found = false;
            folding->has_grown = true;
        }
        return;
    }
    folding->has_grown = true;
    if (folding->watched_count < FOLD_MOST_ROWS)
        watch(folding, table, key, end);
    else
        folding->is_too_wide = true;
}

/* The nearest event of any watched row, and which projectors it is for: a bit each. False: none left. */
static bool next_event(struct folding *folding, uint64_t *out_projectors)
{
    uint64_t nearest = UINT64_MAX;
    uint64_t projectors = 0;

    for (size_t i = 0; i < folding->watched_count; i++) {
        const struct watched *watched = &folding->watched[i];
        if (watched->next < watched->count && watched->at[watched->next].value < nearest)
            nearest = watched->at[watched->next].value;
    }
    for (size_t i = 0; i < folding->watched_count; i++) {
        struct watched *watched = &folding->watched[i];
        if (watched->next == watched->count || watched->at[watched->next].value != nearest)
            continue;
        watched->next++;
        projectors |= watched->writers;
    }
    folding->at = nearest;
    folding->is_own = folding->watched->next > 0 &&
                      folding->watched->at[folding->watched->next - 1].value == nearest;
    *out_projectors = projectors;
    return projectors != 0;
}

static bool is_due(const struct listener *listener, uint64_t projectors)
{
    return (projectors >> listener->order & 1) != 0;
}

static bool reads_personal(struct handled_by by, uint64_t projectors)
{
    for (size_t i = 0; i < by.count; i++) {
        if (is_due(&by.first[i], projectors) && by.first[i].projector->reads_personal)
            return true;
    }
    return false;
}

/* Is it an event that the row that was asked for is made of? */
static bool makes_row(const struct folding *folding, const struct record *record)
{
    struct handled_by by = listeners_of(&folding->listeners, record);

    for (size_t i = 0; i < by.count; i++) {
        if (is_due(&by.first[i], folding->watched->writers))
            return folding->is_own;
    }
    return false;
}

static enum status apply(
    struct folding *folding,
    struct record *record,
    uint64_t projectors,
    bool *out_forgotten,
    struct error *error)
{
    const struct field *unclean = NULL;
    struct handled_by by = listeners_of(&folding->listeners, record);
    enum status status = STATUS_OK;

    batch_clean(folding->batch, record, &unclean);
    if (reads_personal(by, projectors))
        status = fold_open(folding, record, out_forgotten, error);
    for (size_t i = 0; i < by.count && status == STATUS_OK; i++) {
        if (is_due(&by.first[i], projectors))
            listener_apply(&by.first[i], record, folding->rows);
    }
    if (status == STATUS_OK &&
        (arena_is_full(folding->batch) || arena_used(folding->rows->kept) > ROWS_BYTES))
        return fold_spend(folding, SIZE_MAX, error);
    return status;
}

/* The row of the id among those that an event added. */
static const void *appended(const struct slot *slot, struct uuid key)
{
    for (size_t i = 0; i < slot->appended_count; i++) {
        if (uuid_equal(*(const struct uuid *)slot->appended[i], key))
            return slot->appended[i];
    }
    return NULL;
}

/* As it stands now. What was added stays. */
static const void *row_now(const struct folding *folding, const struct shown *shown)
{
    const struct fold *fold = folding->fold;
    const void *row = shown->row;

    for (size_t i = 0; i < folding->rows->slot_count; i++) {
        struct slot *slot = &folding->rows->slots[i];
        if (slot->table == fold->table && fold->table->is_append_only && row == NULL)
            row = appended(slot, fold->key);
        else if (slot->table == fold->table && !fold->table->is_append_only)
            row = rows_get(folding->rows, fold->table, fold->key);
        slot->appended_count = 0;
    }
    return row;
}

static bool is_same(const struct table *table, const void *before, const void *after)
{
    if (before == NULL || after == NULL)
        return before == after;
    return shape_equal(table->shape, before, after);
}

/* Tells what an event did to the row. */
static void
show(struct folding *folding, struct shown *shown, const struct record *record, bool has_forgotten)
{
    const struct fold *fold = folding->fold;
    const struct fold_step step = {record, shown->row, row_now(folding, shown), has_forgotten};

    if (is_same(fold->table, step.before, step.after))
        return;
    if (fold->each != NULL)
        fold->each(&step, fold->context);
    if (step.before == NULL)
        shape_clear(fold->table->shape, shown->copy);
    if (step.after != NULL)
        shape_update(fold->table->shape, folding->rows->kept, step.after, shown->copy);
    shown->row = step.after == NULL ? NULL : shown->copy;
    shown->is_over = fold->is_until_made && step.after != NULL;
}

static enum status
take_event(struct folding *folding, struct shown *shown, uint64_t projectors, struct error *error)
{
    struct record record;
    bool has_forgotten = false;
    enum status status = fold_spend(folding, 1, error);

    arena_reset(folding->batch);
    if (status == STATUS_OK)
        status = ledger_read_one(
            folding->sources->ledger, (struct position){folding->at}, folding->batch, &record,
            error);
    if (status == STATUS_OK)
        status = apply(folding, &record, projectors, &has_forgotten, error);
    if (status != STATUS_OK)
        return status;
    shown->events++;
    if (!record.has_body && shown->no_body < 0 && makes_row(folding, &record))
        shown->no_body = record.entry.position;
    show(folding, shown, &record, has_forgotten);
    return STATUS_OK;
}

static enum status begin_round(struct folding *folding, struct shown *shown, struct error *error)
{
    const struct fold *fold = folding->fold;
    enum status status = STATUS_OK;

    rows_forget(folding->rows);
    folding->rows->is_complete = true;
    folding->has_grown = false;
    for (size_t i = 0; i < folding->watched_count && status == STATUS_OK; i++) {
        folding->watched[i].next = 0;
        if (!folding->watched[i].is_found)
            status = fold_find(folding, &folding->watched[i], error);
    }
    *shown = (struct shown){
        .copy = arena_take(folding->rows->kept, fold->table->shape->size), .no_body = -1};
    if (fold->again != NULL)
        fold->again(fold->context);
    return status;
}

static enum status run_round(struct folding *folding, struct shown *shown, struct error *error)
{
    enum status status = begin_round(folding, shown, error);
    uint64_t projectors = 0;

    while (status == STATUS_OK && !shown->is_over && next_event(folding, &projectors))
        status = take_event(folding, shown, projectors, error);
    return status;
}

static enum status run(struct folding *folding, struct shown *shown, struct error *error)
{
    enum status status = STATUS_OK;
    int round = 0;

    do {
        status = run_round(folding, shown, error);
        if (status == STATUS_OK && folding->has_grown &&
            (folding->is_too_wide || ++round == MOST_ROUNDS))
            return fold_spend(folding, SIZE_MAX, error);
    } while (status == STATUS_OK && folding->has_grown);
    return status;
}

static void set_up(struct folding *folding)
{
    listeners_init(&folding->listeners);
    folding->batch = arena_new(BATCH_ARENA_BYTES);
    folding->found = arena_new(FOUND_BYTES);
    folding->rows = rows_new(NULL);
    folding->rows->batch = folding->batch;
    folding->rows->asked = note_look;
    folding->rows->context = folding;
    random_fill(folding->nonce, sizeof(folding->nonce));
    watch(folding, folding->fold->table, folding->fold->key, folding->fold->size);
}

static void tear_down(struct folding *folding)
{
    rows_free(folding->rows);
    arena_free(folding->batch);
    arena_free(folding->found);
    listeners_fini(&folding->listeners);
}

enum status fold_row(
    const struct fold_sources *sources,
    const struct fold *fold,
    struct arena *arena,
    struct fold_result *out,
    struct error *error)
{
    struct folding *folding = heap_new(sizeof(*folding));
    struct shown shown = {0};
    enum status status;

    must(fold->size <= ledger_size(sources->ledger));
    *folding = (struct folding){.sources = sources, .fold = fold, .left = FOLD_MOST_EVENTS};
    set_up(folding);
    status = run(folding, &shown, error);
    if (status == STATUS_OK) {
        *out = (struct fold_result){.events = shown.events, .no_body = shown.no_body};
        out->is_traceable = folding->watched->count > 0 || uuid_version(fold->key) != 8;
        if (shown.row != NULL) {
            void *row = arena_take(arena, fold->table->shape->size);
            shape_copy(fold->table->shape, arena, shown.row, row);
            out->row = row;
        }
    }
    tear_down(folding);
    heap_free(folding);
    return status;
}
