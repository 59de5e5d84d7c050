/*
 * COPY by libpq's own functions, in the binary format, through files.
 *
 *   set's table ─COPY TO─► file          (not measured)
 *   file ─COPY FROM─► bare table ─► indexes as the set has them ─► analyze ─► commit
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/copy_limit.h"

#include "core/base/heap.h"
#include "core/base/timestamp.h"

#include <libpq-fe.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK_BYTES = 256 << 10, LONGEST_SQL = 1024 };

struct copying {
    PGconn *connection;
    const struct copy_order *order;
    PGresult *tables; /* their names */
    char *chunk;
};

static enum status pg_error(const struct copying *copying, struct error *error)
{
    return error_set(
        error, STATUS_INTERNAL, "raw PostgreSQL: %s", PQerrorMessage(copying->connection));
}

static enum status run(struct copying *copying, const char *sql, struct error *error)
{
    PGresult *result = PQexec(copying->connection, sql);
    ExecStatusType got = PQresultStatus(result);

    PQclear(result);
    if (got == PGRES_COMMAND_OK || got == PGRES_TUPLES_OK || got == PGRES_COPY_IN ||
        got == PGRES_COPY_OUT)
        return STATUS_OK;
    return pg_error(copying, error);
}

static enum status
run_printed(struct copying *copying, struct error *error, const char *format, ...)
    PRINTF_LIKE(3, 4);

static enum status
run_printed(struct copying *copying, struct error *error, const char *format, ...)
{
    char sql[LONGEST_SQL];
    va_list args;

    va_start(args, format);
    vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    return run(copying, sql, error);
}

/* The rows of a question, with the schema as its parameter. */
static enum status
ask(struct copying *copying, const char *sql, PGresult **out, struct error *error)
{
    const char *const params[] = {copying->order->from};

    *out = PQexecParams(copying->connection, sql, 1, NULL, params, NULL, NULL, 0);
    return PQresultStatus(*out) == PGRES_TUPLES_OK ? STATUS_OK : pg_error(copying, error);
}

static FILE *open_file(const struct copying *copying, int table, const char *mode)
{
    char path[PATH_MAX];

    snprintf(
        path, sizeof(path), "%s/%s.copy", copying->order->directory,
        PQgetvalue(copying->tables, table, 0));
    return fopen(path, mode);
}

static bool receive(struct copying *copying, FILE *file)
{
    char *data;
    int size;
    bool is_whole = true;

    while ((size = PQgetCopyData(copying->connection, &data, 0)) > 0) {
        is_whole = is_whole && fwrite(data, 1, (size_t)size, file) == (size_t)size;
        PQfreemem(data);
    }
    return is_whole && size == -1;
}

/* The end of a COPY has a result of its own. */
static enum status end_copy(struct copying *copying, int64_t *rows, struct error *error)
{
    PGresult *result;
    bool is_done = false;

    while ((result = PQgetResult(copying->connection)) != NULL) {
        int64_t count = 0;
        is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (is_done && text_to_int64(text_from(PQcmdTuples(result)), &count))
            *rows += count;
        PQclear(result);
    }
    return is_done ? STATUS_OK : pg_error(copying, error);
}

static enum status
dump_table(struct copying *copying, int table, int64_t *rows, struct error *error)
{
    const char *name = PQgetvalue(copying->tables, table, 0);
    FILE *file = open_file(copying, table, "we");
    bool is_whole;
    enum status status;

    if (file == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "no file for the rows of %s", name);
    status = run_printed(
        copying, error, "copy %s.%s to stdout (format binary)", copying->order->from, name);
    is_whole = status == STATUS_OK && receive(copying, file);
    is_whole = fclose(file) == 0 && is_whole;
    if (status == STATUS_OK)
        status = end_copy(copying, rows, error);
    if (status == STATUS_OK && !is_whole)
        status = error_set(error, STATUS_UNAVAILABLE, "the rows of %s cannot be kept", name);
    return status;
}

static bool send_file(struct copying *copying, FILE *file)
{
    size_t size;
    bool is_sent = true;

    while (is_sent && (size = fread(copying->chunk, 1, CHUNK_BYTES, file)) > 0)
        is_sent = PQputCopyData(copying->connection, copying->chunk, (int)size) == 1;
    return PQputCopyEnd(copying->connection, is_sent ? NULL : "cut short") == 1 && is_sent;
}

static enum status
load_table(struct copying *copying, int table, int64_t *rows, struct error *error)
{
    const char *name = PQgetvalue(copying->tables, table, 0);
    FILE *file = open_file(copying, table, "re");
    enum status status;

    if (file == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "the rows of %s are gone", name);
    status = run_printed(
        copying, error, "create table bench_limit.%s (like %s.%s including generated)", name,
        copying->order->from, name);
    if (status == STATUS_OK)
        status =
            run_printed(copying, error, "copy bench_limit.%s from stdin (format binary)", name);
    if (status == STATUS_OK && !send_file(copying, file))
        status = pg_error(copying, error);
    if (status == STATUS_OK)
        status = end_copy(copying, rows, error);
    fclose(file);
    return status;
}

static enum status each_table(
    struct copying *copying,
    enum status (*act)(struct copying *copying, int table, int64_t *rows, struct error *error),
    int64_t *rows,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; status == STATUS_OK && i < PQntuples(copying->tables); i++)
        status = act(copying, i, rows, error);
    return status;
}

static enum status make_indexes(struct copying *copying, struct error *error)
{
    PGresult *indexes = NULL;
    enum status status =
        ask(copying,
            "select replace(indexdef, ' ON ' || schemaname || '.', ' ON bench_limit.')"
            " from pg_indexes where schemaname = $1 order by tablename, indexname",
            &indexes, error);

    if (status == STATUS_OK)
        status = run(copying, "set local maintenance_work_mem = '128MB'", error);
    for (int i = 0; status == STATUS_OK && i < PQntuples(indexes); i++)
        status = run(copying, PQgetvalue(indexes, i, 0), error);
    for (int i = 0; status == STATUS_OK && i < PQntuples(copying->tables); i++)
        status = run_printed(
            copying, error, "analyze bench_limit.%s", PQgetvalue(copying->tables, i, 0));
    PQclear(indexes);
    return status;
}

static double seconds_since(int64_t began_us)
{
    return (double)(monotonic_us() - began_us) / US_PER_S;
}

static enum status measure(struct copying *copying, struct copy_figures *out, struct error *error)
{
    struct copy_figures figures = {0};
    int64_t began_us = monotonic_us();
    enum status status = run(copying, "begin", error);

    if (status == STATUS_OK)
        status = run(copying, "create schema bench_limit", error);
    if (status == STATUS_OK)
        status = each_table(copying, load_table, &figures.rows, error);
    figures.copy_seconds = seconds_since(began_us);
    began_us = monotonic_us();
    if (status == STATUS_OK)
        status = make_indexes(copying, error);
    if (status == STATUS_OK)
        status = run(copying, "commit", error);
    figures.index_seconds = seconds_since(began_us);
    if (status == STATUS_OK)
        *out = figures;
    return status;
}

static enum status copy_all(struct copying *copying, struct copy_figures *out, struct error *error)
{
    int64_t dumped = 0;
    enum status status =
        ask(copying, "select tablename from pg_tables where schemaname = $1 order by tablename",
            &copying->tables, error);

    if (status == STATUS_OK)
        status = each_table(copying, dump_table, &dumped, error);
    if (status == STATUS_OK)
        status = run(copying, "checkpoint", error);
    if (status == STATUS_OK)
        status = measure(copying, out, error);
    if (status == STATUS_OK && out->rows != dumped)
        status = error_set(error, STATUS_INTERNAL, "the limit's rows are not the same");
    return status;
}

enum status
copy_limit_run(const struct copy_order *order, struct copy_figures *out, struct error *error)
{
    struct copying copying = {
        .connection = PQconnectdb(order->conninfo),
        .order = order,
        .chunk = heap_new(CHUNK_BYTES),
    };
    enum status status = PQstatus(copying.connection) == CONNECTION_OK
                             ? run(&copying, "set synchronous_commit = off", error)
                             : pg_error(&copying, error);

    if (status == STATUS_OK)
        status = copy_all(&copying, out, error);
    PQclear(copying.tables);
    PQfinish(copying.connection);
    heap_free(copying.chunk);
    return status;
}
