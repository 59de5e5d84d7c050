/*
 * Folding far: rows stay in memory and are written by COPY, in spans with a commit each.
 *
 *   readers ──opened batches──► handlers ──► rows ──► COPY ──► position ──► commit
 *                                             (a span: SPAN_EVENTS, or SPAN_BYTES of rows)
 *
 *   first span   empties the tables, so that PostgreSQL may spare its log, and stores rows frozen;
 *                nothing is looked up, because there is nothing; keys are made at its end
 *   next spans   changed rows by upsert; what memory does not hold any more is fetched
 *   at last      erasures that were noted; indexes, statistics, "ready"
 *
 * Appended rows go out as soon as there is a megabyte of them, changed ones when the span ends, once
 * each. A stop or crash loses the open span only. A span that is refused is gone through event by event
 * (step.c), which finds the culprit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "migrations/migrate.h"
#include "projections/build_internal.h"
#include "projections/readers_internal.h"

enum { SPAN_EVENTS = 1000000, SQL_BYTES = 1 << 20, MOST_ROUNDS = 20 };
static const size_t span_bytes = (size_t)512 << 20;
static const int64_t tick_us = 100 * US_PER_MS;

struct rebuild {
    struct build *build;
    uint64_t size; /* the aim */
    bool (*progress)(uint64_t done, uint64_t size, void *context);
    void *context;
    int64_t next_us; /* when to tell progress again */
    struct readers *readers;
};

static enum status report_progress(struct rebuild *rebuild, uint64_t done, struct error *error)
{
    int64_t now = monotonic_us();

    if (rebuild->progress == NULL || now < rebuild->next_us)
        return STATUS_OK;
    rebuild->next_us = now + tick_us;
    if (rebuild->progress(done, rebuild->size, rebuild->context))
        return STATUS_OK;
    return error_set_code(error, STATUS_TIMED_OUT, "stopped", "stopped by its caller");
}

static enum status empty_tables(struct build *build, struct error *error)
{
    AUTO_BUF sql = {0};

    buf_init(&sql, SQL_BYTES);
    migrate_truncate_sql(&sql);
    must(!buf_is_full(&sql));
    return db_script(build->db, sql.data, error);
}

static enum status begin_span(struct build *build, struct error *error)
{
    enum status status = build_begin(build, error);

    build->rows->is_frozen = !build->has_keys;
    if (status == STATUS_OK && build->rows->is_frozen)
        status = empty_tables(build, error);
    return status;
}

static bool is_span_full(const struct build *build, uint64_t at)
{
    return at - build->size >= SPAN_EVENTS || arena_used(build->rows->kept) >= span_bytes;
}

static enum status fold_span(struct rebuild *rebuild, uint64_t *out_at, struct error *error)
{
    struct build *build = rebuild->build;
    uint64_t at = build->size;
    struct batch *batch = NULL;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && at < rebuild->size && !is_span_full(build, at)) {
        status = readers_next(rebuild->readers, &batch, error);
        if (status == STATUS_OK)
            status = batch_apply(batch, &build->source, 0, batch->count, build->rows, error);
        if (status != STATUS_OK)
            break;
        at += batch->count;
        readers_done(rebuild->readers);
        status = report_progress(rebuild, at, error);
    }
    *out_at = at;
    return status;
}

static enum status run_span(struct rebuild *rebuild, struct error *error)
{
    struct build *build = rebuild->build;
    uint64_t at = build->size;
    enum status status = begin_span(build, error);

    if (status == STATUS_OK)
        status = fold_span(rebuild, &at, error);
    if (status == STATUS_OK)
        status = rows_copy(build->rows, error);
    if (status == STATUS_OK)
        status = build_make_keys(build, error);
    if (status == STATUS_OK)
        status = build_mark(build, at, error);
    if (status == STATUS_OK)
        status = db_script(build->db, "commit", error);
    if (status != STATUS_OK) {
        build_rollback(build);
        return status;
    }
    rows_written(build->rows);
    build->size = at;
    build->has_keys = true;
    return STATUS_OK;
}

static void free_memory(struct rows *rows)
{
    if (arena_used(rows->kept) < span_bytes / 2)
        return;
    rows_compact(rows);
    if (arena_used(rows->kept) > span_bytes / 2)
        rows_forget(rows);
}

static enum status run_spans(struct rebuild *rebuild, struct error *error)
{
    struct build *build = rebuild->build;
    enum status status = STATUS_OK;

    rows_forget(build->rows);
    build->rows->is_complete = build->size == 0;
    build->rows->is_bulk = true;
    rebuild->readers = readers_new(&build->source, build->size, rebuild->size);
    while (status == STATUS_OK && build->size < rebuild->size) {
        status = run_span(rebuild, error);
        if (status == STATUS_OK)
            free_memory(build->rows);
    }
    readers_free(rebuild->readers);
    rows_forget(build->rows);
    build->rows->is_bulk = false;
    return status;
}

/* After a refusal: the same events in small transactions. */
static enum status apply_stepwise(struct rebuild *rebuild, struct error *error)
{
    struct build *build = rebuild->build;
    uint64_t end = build->size + SPAN_EVENTS;
    enum status status = STATUS_OK;
    size_t applied = 0;

    do {
        uint64_t left = rebuild->size - build->size;
        status =
            build_step(build, left < BATCH_EVENTS ? (size_t)left : BATCH_EVENTS, &applied, error);
        if (status == STATUS_OK)
            status = report_progress(rebuild, build->size, error);
    } while (status == STATUS_OK && build->size < rebuild->size && build->size < end);
    return status;
}

static enum status fold(struct rebuild *rebuild, struct error *error)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK && rebuild->build->size < rebuild->size) {
        status = run_spans(rebuild, error);
        if (build_status_is_about_event(status))
            status = apply_stepwise(rebuild, error);
    }
    return status;
}

/* A set that is compared has no other end than this. */
static enum status end_fold(struct build *build, struct error *error)
{
    enum status status = build_begin(build, error);

    if (status == STATUS_OK)
        status = build_erase_noted(build, error);
    if (status == STATUS_OK)
        return db_script(build->db, "commit", error);
    build_rollback(build);
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

    buf_init(&sql, SQL_BYTES);
    buf_add_c(&sql, "set local maintenance_work_mem = '128MB';\n");
    migrate_indexes_sql(&sql);
    add_analyze(&sql);
    must(!buf_is_full(&sql));
    status = build_begin(build, error);
    if (status == STATUS_OK)
        status = build_erase_noted(build, error);
    if (status == STATUS_OK)
        status = build_make_keys(build, error);
    if (status == STATUS_OK)
        status = db_script(build->db, sql.data, error);
    if (status == STATUS_OK)
        status = sets_set_ready(build->db, build->schema, error);
    if (status == STATUS_OK)
        status = db_script(build->db, "commit", error);
    if (status != STATUS_OK) {
        build_rollback(build);
        return status;
    }
    build->has_keys = true;
    build->is_ready = true;
    build->rows->erases_later = false;
    return STATUS_OK;
}

enum status build_fold(
    struct build *build,
    uint64_t size,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    struct rebuild rebuild = {build, size, progress, context, 0, NULL};
    enum status status;

    must(size <= ledger_size(build->source.log));
    status = quarantine_refresh(build->quarantine, build->db, error);
    if (status == STATUS_OK)
        status = fold(&rebuild, error);
    return status == STATUS_OK && !build->is_ready ? end_fold(build, error) : status;
}

enum status build_rebuild(
    struct build *build,
    uint64_t size,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    enum status status = build_fold(build, size, progress, context, error);

    return status == STATUS_OK && !build->is_ready ? build_finish(build, error) : status;
}

static bool is_near(const struct build *build)
{
    uint64_t head = ledger_size(build->source.log);

    return build->is_ready && (head <= build->size || head - build->size <= BUILD_NEAR_EVENTS);
}

enum status build_catch_up(
    struct build *build,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    enum status status = ledger_refresh(build->source.log, error);

    for (int round = 0; status == STATUS_OK && !is_near(build) && round < MOST_ROUNDS; round++) {
        status = build_rebuild(build, ledger_size(build->source.log), progress, context, error);
        if (status == STATUS_OK)
            status = ledger_refresh(build->source.log, error);
    }
    return status;
}
