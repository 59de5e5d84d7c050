/*
 * Connections: opening, scripts, queries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/db/db_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The server's own time-out comes first, where there is one. */
enum { GRACE_MS = 2000, LONGEST_ANSWER_MS = 6 * 3600 * 1000 };

/* The first line of what libpq says. */
static void first_line(const char *message, char *out, size_t room)
{
    snprintf(out, room, "%.*s", (int)strcspn(message, "\n"), message);
}

/* libpq's other complaints may quote the connection string, and with it a password. */
static enum status cannot_connect(const PGconn *conn, struct error *error)
{
    char reason[ERROR_TEXT_SIZE];
    struct text message = text_from(PQerrorMessage(conn));

    if (text_starts_with(message, text_lit("connection to server"))) {
        first_line(message.data, reason, sizeof(reason));
        return db_unavailable(error, reason);
    }
    if (text_starts_with(message, text_lit("could not translate host name")))
        return db_unavailable(error, "the database's host name cannot be resolved");
    if (text_starts_with(message, text_lit("timeout expired")))
        return db_unavailable(error, "the database did not answer in time");
    return db_unavailable(error, "the database's connection string cannot be used");
}

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static enum status set_up(struct db *db, int statement_timeout_ms, struct error *error)
{
    char script[256];

    snprintf(
        script, sizeof(script),
        "set time zone 'UTC'; set statement_timeout = %d; set standard_conforming_strings = on; "
        "set client_min_messages = warning; set client_connection_check_interval = 1000; "
        "set jit = off",
        statement_timeout_ms);
    return db_script(db, script, error);
}

enum status db_open(
    const char *conninfo,
    int timeout_s,
    int statement_timeout_ms,
    struct db **out,
    struct error *error)
{
    /* What stands before the conninfo may be overruled by it. A peer that vanished is noticed
     * within a minute. */
    static const char *const names[] = {
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "dbname",
        "connect_timeout",
        "client_encoding",
        "fallback_application_name",
        NULL};
    char timeout[16];
    const char *const values[] = {
        "30", "10", "3", "60000", conninfo, timeout, "UTF8", program_invocation_short_name, NULL};
    struct db *db = heap_new(sizeof(*db));
    enum status status;

    snprintf(timeout, sizeof(timeout), "%d", timeout_s);
    db->answer_within_ms = timeout_s * 1000;
    db->conn = PQconnectdbParams(names, values, 1);
    must(db->conn != NULL);
    PQsetNoticeProcessor(db->conn, ignore_notice, NULL);
    if (PQstatus(db->conn) != CONNECTION_OK)
        status = cannot_connect(db->conn, error);
    else if (PQsetnonblocking(db->conn, 1) != 0)
        status = connection_lost(db, error);
    else
        status = set_up(db, statement_timeout_ms, error);
    if (status != STATUS_OK) {
        db_close(db);
        return status;
    }
    db->answer_within_ms =
        statement_timeout_ms > 0 ? statement_timeout_ms + GRACE_MS : LONGEST_ANSWER_MS;
    *out = db;
    return STATUS_OK;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    statement_forget_all(db);
    statement_drop_pipeline(db);
    heap_free(db->statements);
    PQfinish(db->conn);
    heap_free(db);
}

bool db_is_alive(const struct db *db)
{
    return db->conn != NULL;
}

bool db_is_standby(const struct db *db)
{
    const char *said = db->conn == NULL ? NULL : PQparameterStatus(db->conn, "in_hot_standby");

    return said != NULL && strcmp(said, "on") == 0;
}

void db_answer_within(struct db *db, int ms)
{
    must(ms > 0);
    db->answer_within_ms = ms;
}

void db_stop_when(struct db *db, bool (*is_stopping)(void *context), void *context)
{
    db->is_stopping = is_stopping;
    db->stopping_context = context;
}

/* The next result of a script; what it gives is not looked at. */
static enum status take_of_script(struct db *db, bool *out_is_last, struct error *error)
{
    AUTO_RESULT result = NULL;
    enum status status = connection_take(db, &result, error);
    ExecStatusType got = PQresultStatus(result);

    *out_is_last = status != STATUS_OK || result == NULL;
    if (*out_is_last || got == PGRES_TUPLES_OK || got == PGRES_EMPTY_QUERY)
        return status;
    return connection_check(db, result, PGRES_COMMAND_OK, error);
}

/* After a failure the server passes over the rest. */
enum status db_script(struct db *db, const char *script, struct error *error)
{
    enum status status = STATUS_OK;
    enum status taken = STATUS_OK;
    bool is_last = false;

    if (PQsendQuery(db->conn, script) != 1)
        return connection_lost(db, error);
    while (!is_last && db_is_alive(db)) {
        taken = take_of_script(db, &is_last, error);
        if (taken != STATUS_OK)
            status = taken;
    }
    return status;
}

enum status db_value(
    struct db *db, struct arena *arena, const char *query, struct text *out, struct error *error)
{
    AUTO_RESULT result = NULL;
    enum status status = connection_answer(
        db, PQsendQueryParams(db->conn, query, 0, NULL, NULL, NULL, NULL, 0), PGRES_TUPLES_OK,
        &result, error);

    if (status != STATUS_OK)
        return status;
    if (PQntuples(result) == 0 || PQnfields(result) == 0 || PQgetisnull(result, 0, 0))
        *out = (struct text){NULL, 0};
    else
        *out = text_copy(
            arena, (struct text){PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0)});
    return STATUS_OK;
}

enum status db_forget_statements(struct db *db, struct error *error)
{
    return statement_deallocate_all(db, error);
}

enum status db_use_schema(struct db *db, struct text schema, struct error *error)
{
    AUTO_BUF script = {0};
    enum status status = db_forget_statements(db, error);

    buf_init(&script, 4096);
    buf_printf(&script, "set search_path to \"%.*s\"", TEXT_ARGS(schema));
    return status == STATUS_OK ? db_script(db, script.data, error) : status;
}

static void bind_all(const struct statement *statement, const void *params, struct payload *out)
{
    for (size_t i = 0; i < statement->param_count; i++) {
        const struct field *field = &statement->params[i];
        bool is_null = db_column_is_null(field, params);
        if (!is_null)
            db_bind_param(field, params, &out->bytes);
        payload_end(out, is_null);
    }
}

enum status db_query(
    struct db *db,
    const struct sql *sql,
    const void *params,
    struct arena *arena,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    AUTO_RESULT result = NULL;
    AUTO_PAYLOAD payload;
    struct statement *statement;
    enum status status = statement_find(db, sql, &statement, error);

    payload_init(&payload);
    if (status != STATUS_OK)
        return status;
    must(db->pipeline == NULL || out_rows == NULL);
    bind_all(statement, params, &payload);
    status = statement_execute(db, statement, &payload, &result, error);
    if (status == STATUS_OK && out_rows != NULL) {
        must(sql->row != NULL);
        status = db_read_rows(statement, sql->row, result, arena, out_rows, error);
    }
    if (status == STATUS_OK && out_count != NULL)
        *out_count = (size_t)PQntuples(result);
    return status;
}
