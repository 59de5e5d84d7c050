/*
 * Folding far: rows stay in memory and are written by COPY, in spans with a commit each.
 *
 *   span    ≤ 250,000 events or 512 MiB of rows: one transaction, ended by the position
 *   inside  added rows go out by COPY, 20,000 at a time; changed ones when the span ends
 *   after   replaced rows are freed; what is too much for memory is forgotten and fetched again
 *   at last indexes, statistics, "ready"
 *
 * A stop or crash loses the open span only. A span that is refused is gone through event by event
 * (step.c), which finds the culprit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "migrations/migrate.h"
#include "projections/build_internal.h"

#include <string.h>

enum { SPAN_EVENTS = 250000, ROWS_PER_COPY = 20000, INDEX_SQL_BYTES = 1 << 20, MOST_ROUNDS = 20 };
static const size_t span_bytes = (size_t)512 << 20;
static const size_t fresh_bytes = (size_t)64 << 20;
static const int64_t tick_us = 100 * US_PER_MS;

struct watch {
    bool (*progress)(uint64_t done, uint64_t size, void *context);
    void *context;
    uint64_t size;
    int64_t next_us;
};

static enum status look(struct watch *watch, uint64_t done, struct error *error)
{
    int64_t now = monotonic_us();

    if (watch->progress == NULL || now < watch->next_us)
        return STATUS_OK;
    watch->next_us = now + tick_us;
    if (watch->progress(done, watch->size, watch->context))
        return STATUS_OK;
    return error_set_code(error, STATUS_TIMED_OUT, "stopped", "stopped by its caller");
}

static bool is_span_full(const struct build *build, uint64_t at)
{
    return at - build->size >= SPAN_EVENTS || arena_used(build->rows->kept) >= span_bytes;
}

static enum status
fold_batch(struct build *build, uint64_t until, uint64_t *at, struct error *error)
{
    size_t limit = until - *at < BATCH_EVENTS ? (size_t)(until - *at) : BATCH_EVENTS;
    struct rows *rows = build->rows;
    size_t count = 0;
    enum status status = batch_read(build, *at, limit, &count, error);

    if (status == STATUS_OK && count == 0)
        status = error_set(error, STATUS_INTERNAL, "the ledger is shorter than was asked for");
    if (status == STATUS_OK)
        status = batch_apply(build, build->records, count, error);
    if (status == STATUS_OK &&
        (rows->appended >= ROWS_PER_COPY || arena_used(rows->fresh) >= fresh_bytes))
        status = rows_flush_appended(rows, error);
    if (status == STATUS_OK)
        *at += count;
    return status;
}

static enum status fold_span(struct build *build, struct watch *watch, struct error *error)
{
    uint64_t at = build->size;
    enum status status = build_begin(build, error);

    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && at < watch->size && !is_span_full(build, at)) {
        status = fold_batch(build, watch->size, &at, error);
        if (status == STATUS_OK)
            status = look(watch, at, error);
    }
    if (status != STATUS_OK) {
        build_rollback(build);
        return status;
    }
    return build_commit(build, at, error);
}

static void free_memory(struct rows *rows)
{
    rows_compact(rows);
    if (arena_used(rows->kept) > span_bytes / 2)
        rows_forget(rows);
}

/* After a refusal: the same events in small transactions. */
static enum status apply_stepwise(struct build *build, struct watch *watch, struct error *error)
{
    uint64_t end = build->size + SPAN_EVENTS;
    enum status status = STATUS_OK;
    size_t applied = 0;

    rows_forget(build->rows);
    build->rows->is_bulk = false;
    do {
        uint64_t left = watch->size - build->size;
        status =
            build_step(build, left < BATCH_EVENTS ? (size_t)left : BATCH_EVENTS, &applied, error);
        if (status == STATUS_OK)
            status = look(watch, build->size, error);
    } while (status == STATUS_OK && build->size < watch->size && build->size < end);
    rows_forget(build->rows);
    build->rows->is_bulk = true;
    return status;
}

static enum status fold(struct build *build, struct watch *watch, struct error *error)
{
    enum status status = STATUS_OK;

    rows_forget(build->rows);
    build->rows->is_complete = build->size == 0;
    build->rows->is_bulk = true;
    while (status == STATUS_OK && build->size < watch->size) {
        status = fold_span(build, watch, error);
        if (status == STATUS_OK)
            free_memory(build->rows);
        else if (build_status_is_about_event(status))
            status = apply_stepwise(build, watch, error);
    }
    rows_forget(build->rows);
    build->rows->is_bulk = false;
    return status;
}

static void add_analyze(struct buf *sql)
{
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            buf_printf(sql, "analyze %s;\n", projector_catalog[i]->tables[j]->name);
    }
}

enum status build_finish(struct build *build, struct error *error)
{
    enum status status;
    AUTO_BUF sql = {0};

    buf_init(&sql, INDEX_SQL_BYTES);
    buf_add_c(&sql, "begin;\nset local maintenance_work_mem = '128MB';\n");
    migrate_indexes_sql(&sql);
    add_analyze(&sql);
    must(!buf_is_full(&sql));
    status = db_script(build->db, sql.data, error);
    if (status == STATUS_OK)
        status = sets_set_ready(build->db, build->schema, error);
    if (status == STATUS_OK)
        status = db_script(build->db, "commit", error);
    if (status != STATUS_OK) {
        build_rollback(build);
        return status;
    }
    build->is_ready = true;
    return STATUS_OK;
}

enum status build_rebuild(
    struct build *build,
    uint64_t size,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    struct watch watch = {progress, context, size, 0};
    enum status status;

    must(size <= ledger_size(build->log));
    status = quarantine_refresh(build->quarantine, build->db, error);
    if (status == STATUS_OK)
        status = fold(build, &watch, error);
    if (status == STATUS_OK && !build->is_ready)
        status = build_finish(build, error);
    return status;
}

static bool is_near(const struct build *build)
{
    uint64_t head = ledger_size(build->log);

    return build->is_ready && (head <= build->size || head - build->size <= BUILD_NEAR_EVENTS);
}

enum status build_catch_up(
    struct build *build,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    enum status status = ledger_refresh(build->log, error);

    for (int round = 0; status == STATUS_OK && !is_near(build) && round < MOST_ROUNDS; round++) {
        status = build_rebuild(build, ledger_size(build->log), progress, context, error);
        if (status == STATUS_OK)
            status = ledger_refresh(build->log, error);
    }
    return status;
}
