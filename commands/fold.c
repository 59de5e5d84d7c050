/*
 * Folding: one record into the write model, and the whole ledger into a model that lags.
 *
 *   ledger ──record──► area's evolve ──► state, claims, links, timers
 *                  └─► revision of its stream, what its command is remembered by
 *
 * Runs on the writer, live, and on whoever catches up; the same function for both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"

#include "commands/privacy/privacy_lookup.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "eventlog/ledger.h"

#include <string.h>

enum {
    CHUNK_RECORDS = 1000,
    CHUNK_BYTES = 4 << 20,
    CHUNK_ARENA = 256 << 20,
    COMMIT_EVERY = 65536, /* events; a rebuild that is cut short goes on from there */
    PRUNE_EVERY = 32      /* events: at most 64 are forgotten each time, so it keeps up */
};
static const int64_t REMEMBER_US = INT64_C(24) * 3600 * US_PER_S;

void fold_claim(struct fold *fold, uint16_t kind, struct bytes key, struct uuid holder)
{
    if (!model_claim(fold->model, kind, key, holder))
        fold->collisions++;
}

void fold_release(struct fold *fold, uint16_t kind, struct bytes key, struct uuid holder)
{
    struct uuid held_by;

    if (model_holder(fold->model, kind, key, &held_by) && uuid_equal(held_by, holder))
        model_release(fold->model, kind, key);
}

/* True when the command is remembered. */
static bool remember_first(struct fold *fold, const struct record *record)
{
    struct idempotency_record idempotency_record = {
        .first = record->position, .count = 1, .subject = record->entry.stream};

    if (record->body.request_digest.size != DIGEST_SIZE)
        return false;
    memcpy(idempotency_record.request.bytes, record->body.request_digest.data, DIGEST_SIZE);
    model_remember(
        fold->model, record->entry.command_id, record->entry.recorded_at, &idempotency_record);
    return true;
}

/*
 * The events of a command lie next to each other, and the first one's body holds the digest of the
 * request. Bodies younger than a command is remembered are never dropped, so a replay remembers
 * what was remembered live. A fold that begins may begin in the middle of a command.
 */
static void remember_command(struct fold *fold, const struct record *record)
{
    struct uuid command = record->entry.command_id;
    bool is_first_record = !uuid_is_present(fold->command);
    bool is_same = !is_first_record && uuid_equal(fold->command, command);

    if (bytes_are_present(record->body.request_digest))
        fold->is_remembered = remember_first(fold, record);
    else if (is_first_record || (is_same && fold->is_remembered))
        fold->is_remembered = model_remember_another(fold->model, command);
    else
        fold->is_remembered = false;
    fold->command = command;
    if (record->position.value % PRUNE_EVERY == 0)
        model_prune(fold->model, timestamp_plus_us(record->entry.recorded_at, -REMEMBER_US));
}

void fold_record(struct fold *fold, const struct record *record)
{
    model_note_cause(fold->model, record->entry.event_id);
    model_set_revision(fold->model, record->entry.stream, (uint64_t)record->entry.revision);
    if (record->type != NULL)
        evolver_catalog[event_type_area(record->type)].evolve(fold, record);
    privacy_note_actor(fold, record);
    remember_command(fold, record);
}

/* One run over the ledger: what it reads into, and how far the model was committed. */
struct catching_up {
    struct fold fold;
    struct ledger *log;
    struct arena *chunk;
    struct record *records;
    uint64_t at;
    uint64_t committed;
};

static enum status mark(const struct catching_up *run, struct error *error)
{
    struct digest root;
    enum status status = ledger_root(run->log, run->at, &root, error);

    if (status == STATUS_OK)
        model_mark(run->fold.model, run->at, root);
    return status;
}

static enum status commit(struct catching_up *run, struct error *error)
{
    enum status status = mark(run, error);

    if (status == STATUS_OK)
        status = model_commit(run->fold.model, error);
    if (status == STATUS_OK)
        run->committed = run->at;
    return status;
}

static enum status fold_chunk(struct catching_up *run, uint64_t size, struct error *error)
{
    uint64_t wanted = size - run->at < CHUNK_RECORDS ? size - run->at : CHUNK_RECORDS;
    size_t count = 0;
    enum status status;

    arena_reset(run->chunk);
    status = ledger_read(
        run->log, (struct position){run->at}, wanted, CHUNK_BYTES, run->chunk, run->records, &count,
        error);
    if (status == STATUS_OK && count == 0)
        status = error_set(
            error, STATUS_CORRUPT, "the ledger ends at %llu", (unsigned long long)run->at);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        arena_reset(run->fold.arena);
        fold_record(&run->fold, &run->records[i]);
    }
    if (status == STATUS_OK)
        run->at += count;
    return status;
}

/* Is what the model reflects a prefix of this ledger? */
static enum status
confirm(struct model *model, struct ledger *log, bool *out_is_prefix, struct error *error)
{
    uint64_t size = model_size(model);
    struct digest mine = model_root(model);
    struct digest root;
    enum status status;

    *out_is_prefix = size == 0;
    if (size == 0 || size > ledger_size(log))
        return STATUS_OK;
    status = ledger_root(log, size, &root, error);
    if (status == STATUS_OK)
        *out_is_prefix = memcmp(root.bytes, mine.bytes, DIGEST_SIZE) == 0;
    return status;
}

static enum status clear_unless_prefix(struct model *model, struct ledger *log, struct error *error)
{
    bool is_prefix = false;
    enum status status = confirm(model, log, &is_prefix, error);

    if (status != STATUS_OK || is_prefix)
        return status;
    log_warning("fold.model_discarded", log_int64("size", (int64_t)model_size(model)));
    return model_clear(model, error);
}

static void begin(struct catching_up *run, struct model *model, struct ledger *log)
{
    *run = (struct catching_up){
        .fold = {.model = model, .arena = arena_new(CHUNK_ARENA)},
        .log = log,
        .chunk = arena_new(CHUNK_ARENA),
        .records = heap_array(CHUNK_RECORDS, sizeof(*run->records)),
        .at = model_size(model),
        .committed = model_size(model),
    };
}

static void end(const struct catching_up *run)
{
    if (run->fold.collisions > 0)
        log_error("fold.claims_collided", log_int64("count", (int64_t)run->fold.collisions));
    heap_free(run->records);
    arena_free(run->chunk);
    arena_free(run->fold.arena);
}

enum status fold_catch_up(
    struct model *model,
    struct ledger *log,
    uint64_t size,
    void (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    struct catching_up run;
    enum status status = clear_unless_prefix(model, log, error);

    if (status != STATUS_OK)
        return status;
    begin(&run, model, log);
    while (status == STATUS_OK && run.at < size) {
        status = fold_chunk(&run, size, error);
        if (status == STATUS_OK && run.at - run.committed >= COMMIT_EVERY)
            status = commit(&run, error);
        if (status == STATUS_OK && progress != NULL)
            progress(run.at, size, context);
    }
    if (status == STATUS_OK && run.at > run.committed)
        status = commit(&run, error);
    end(&run);
    return status;
}

enum status
fold_forward(struct model *model, struct ledger *log, uint64_t size, struct error *error)
{
    struct catching_up run;
    enum status status = STATUS_OK;

    begin(&run, model, log);
    while (status == STATUS_OK && run.at < size)
        status = fold_chunk(&run, size, error);
    if (status == STATUS_OK && size > 0)
        status = mark(&run, error);
    end(&run);
    return status;
}
