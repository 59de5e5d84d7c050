/*
 * Workers: each owns a connection to PostgreSQL and takes calls from the queue, one at a time. Two
 * without a connection answer health and evidence while PostgreSQL is away; two more hash passwords,
 * which is slow on purpose.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/steps.h"
#include "core/base/alloc.h"
#include "core/run/queue.h"

enum { STATEMENT_TIMEOUT_MS = 10000, CONNECT_TIMEOUT_S = 2, RETRY_AFTER_US = 500000 };

void worker_drop_db(struct worker *worker)
{
    db_close(worker->db);
    worker->db = NULL;
}

/* Where the projector is connected there is no reason to hold back. */
static enum status connect_db(struct worker *worker, bool is_there, struct error *error)
{
    int64_t now_us = monotonic_us();
    enum status status;

    if (worker->db != NULL)
        return STATUS_OK;
    if (now_us < worker->retry_at_us && !is_there)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "The read models are away at the moment. Try again.");
    status = db_open(
        worker->server->conninfo, CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_MS, &worker->db, error);
    worker->generation = 0;
    if (status != STATUS_OK)
        worker->retry_at_us = now_us + RETRY_AFTER_US;
    return status;
}

/* Looks at the set that serves now; the search path names nothing else. */
static enum status follow_set(struct worker *worker, uint64_t generation, struct error *error)
{
    AUTO_ARENA arena = arena_new(65536);
    AUTO_BUF script = {0};
    struct text schema = text_lit("");
    enum status status;

    if (worker->generation == generation)
        return STATUS_OK;
    status = db_value(worker->db, arena, "select schema from fleetledger.serving", &schema, error);
    if (status == STATUS_OK && schema.size == 0)
        status = error_set_code(
            error, STATUS_UNAVAILABLE, "read_model_unavailable",
            "The read models are being built. Try again.");
    if (status == STATUS_OK)
        status = db_forget_statements(worker->db, error);
    buf_init(&script, 4096);
    buf_printf(&script, "set search_path to \"%.*s\"", TEXT_ARGS(schema));
    if (status == STATUS_OK)
        status = db_script(worker->db, script.data, error);
    if (status == STATUS_OK)
        worker->generation = generation;
    else if (!db_is_alive(worker->db))
        worker_drop_db(worker);
    return status;
}

enum status worker_db(struct worker *worker, struct db **out, struct error *error)
{
    const struct progress *progress = worker->server->progress;
    enum status status = connect_db(worker, progress->is_connected, error);

    if (status == STATUS_OK)
        status = follow_set(worker, progress->generation, error);
    if (status == STATUS_OK)
        *out = worker->db;
    return status;
}

static void free_access(struct map *access)
{
    size_t cursor = 0;
    struct uuid key;
    void *value;

    while (map_next(access, &cursor, &key, &value))
        heap_free(value);
    map_free(access);
}

void worker_run(void *context)
{
    const struct worker_start *start = context;
    struct worker worker = {.server = start->server, .access = map_new()};

    for (;;) {
        struct call *call = (struct call *)queue_take(start->queue, -1);
        if (call == NULL && queue_is_closed(start->queue))
            break;
        if (call == NULL)
            continue;
        call->worker = &worker;
        call->next(call);
    }
    worker_drop_db(&worker);
    free_access(worker.access);
}
