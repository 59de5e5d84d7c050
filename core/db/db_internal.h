/*
 * What the files of this folder share: the connection, prepared statements, the binary forms.
 *
 *   db_query:  statement_find --prepare--> bind_params --execute--> db_read_rows
 *   db_upsert: column arrays ------------^                 bulk.c
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_DB_DB_INTERNAL_H
#define CORE_DB_DB_INTERNAL_H

#include "core/base/attributes.h"
#include "core/db/db.h"

#include <libpq-fe.h>

enum { MOST_PARAMS = 64, MOST_COLUMNS = 128, MOST_STATEMENTS = 512 };

/* Built-in types, from the server's pg_type.dat: fixed for ever. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_JSON = 114,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BOOL_ARRAY = 1000,
    OID_BYTEA_ARRAY = 1001,
    OID_TEXT_ARRAY = 1009,
    OID_INT8_ARRAY = 1016,
    OID_FLOAT8_ARRAY = 1022,
    OID_VARCHAR = 1043,
    OID_TIMESTAMPTZ = 1184,
    OID_TIMESTAMPTZ_ARRAY = 1185,
    OID_UUID = 2950,
    OID_UUID_ARRAY = 2951,
    OID_JSONB = 3802,
    OID_JSONB_ARRAY = 3807,
};

/* Microseconds from 1970 to PostgreSQL's 2000-01-01. */
#define POSTGRES_EPOCH_US INT64_C(946684800000000)

/* A statement prepared on one connection. */
struct statement {
    char *name; /* of the statement, ours */
    char *text; /* as written, to notice two statements under one name */
    char server_name[64];
    char *planned_text; /* for the server, planned at each run; NULL: prepared under server_name */
    bool gives_rows;
    size_t param_count;
    struct field *params; /* copies: the shape may be gone */
    Oid types[MOST_PARAMS];
    const struct shape *row; /* the one `columns` was resolved for, or NULL */
    size_t column_count;
    const struct field *columns[MOST_COLUMNS]; /* NULL: no such field */
};

/* A result to come, of something that was sent and not waited for. */
struct pipeline_step {
    struct statement *prepared; /* what it makes, or NULL */
    const void *tag;
};
struct pipeline {
    struct pipeline_step *steps;
    size_t count;
    size_t capacity;
    const void *tag; /* of what is sent next */
};

struct db {
    PGconn *conn; /* NULL: lost */
    int answer_within_ms;
    bool (*is_stopping)(void *context); /* NULL: never */
    void *stopping_context;
    int64_t stop_at_us;            /* 0: not asked to stop yet */
    struct statement **statements; /* by rising name */
    size_t statement_count;
    uint32_t next_number;
    struct pipeline *pipeline; /* NULL: every statement is waited for */
};

static inline void db_result_release(PGresult **result)
{
    PQclear(*result);
}
#define AUTO_RESULT CLEANUP(db_result_release) PGresult *

/* STATUS_OK when the result's status is `wanted`; else the error, and whether the connection must be
 * ended. `result` may be NULL. */
MUST_USE enum status db_result_meaning(
    const PGresult *result, ExecStatusType wanted, bool *out_ends_connection, struct error *error);

/*
 * connection.c. All but the last two wait for the server, at most as long as the connection's owner
 * said, and give STATUS_TIMED_OUT then. On a connection that is lost libpq's calls fail, and so do
 * these.
 */

/* The answer to a request that has one result; `is_sent` is what libpq said of sending it. */
MUST_USE enum status connection_answer(
    struct db *db, int is_sent, ExecStatusType wanted, PGresult **out, struct error *error);

/* Of a request with several results: the next one, NULL after the last. */
MUST_USE enum status connection_take(struct db *db, PGresult **out, struct error *error);
/* STATUS_OK when it is of that kind; else its error, the connection lost unless it is a refusal. */
MUST_USE enum status
connection_check(struct db *db, const PGresult *result, ExecStatusType wanted, struct error *error);
/* That was the last one. */
MUST_USE enum status connection_end(struct db *db, struct error *error);

/* All that was handed to libpq has left. */
MUST_USE enum status connection_flush(struct db *db, struct error *error);

/* Closes it, for good; the second says that it is lost. */
void connection_close(struct db *db);
enum status connection_lost(struct db *db, struct error *error);

/* The prepared statement of this name, made when missing. Borrowed from the connection. */
MUST_USE enum status
statement_find(struct db *db, const struct sql *sql, struct statement **out, struct error *error);

/* A statement ready to be prepared: text with `$n`, and a type for each parameter. */
struct statement_text {
    const char *name;
    const char *as_written;
    const char *for_server;
    const Oid *types;
    size_t param_count;
    bool is_planned_by_values;
    bool gives_rows;
};
MUST_USE enum status statement_prepare(
    struct db *db, const struct statement_text *text, struct statement **out, struct error *error);

/* The statement under that name, or NULL. */
struct statement *statement_known(const struct db *db, const char *name);

/* Forgets one, or all, here; the server's are not touched. */
void statement_forget(struct db *db, struct statement *statement);
void statement_forget_all(struct db *db);

/* Forgets them here and at the server. */
MUST_USE enum status statement_deallocate_all(struct db *db, struct error *error);

/* Variants of statements are few, but their number is up to callers: forgets all when there are many.
 * Not inside a pipeline. */
MUST_USE enum status statement_make_room(struct db *db, struct error *error);

/* In a pipeline: something was sent whose result is taken at the end; `prepared` is the statement that
 * it makes, or NULL. */
MUST_USE enum status
statement_note_sent(struct db *db, int is_sent, struct statement *prepared, struct error *error);
void statement_drop_pipeline(struct db *db);

/* Appends the text for the server, ":name" as "$n", and notes the fields of the parameters. False
 * with `problem` set when a name is no field, or there are too many. */
struct translation {
    const struct field *params[MOST_PARAMS];
    size_t param_count;
    char problem[160];
};
MUST_USE bool
translation_make(const struct sql *sql, struct buf *out, struct translation *translation);

/* The binary forms of a statement's parameters, one after the other. */
struct payload {
    struct buf bytes;
    size_t count;
    size_t ends[MOST_COLUMNS];
    bool is_null[MOST_COLUMNS];
};
void payload_init(struct payload *payload);
void payload_fini(struct payload *payload);
#define AUTO_PAYLOAD CLEANUP(payload_fini) struct payload

/* Ends a parameter. */
void payload_end(struct payload *payload, bool is_null);

/* The result is the caller's to clear; always set, and NULL in a pipeline. */
MUST_USE enum status statement_execute(
    struct db *db,
    const struct statement *statement,
    const struct payload *payload,
    PGresult **out,
    struct error *error);

/* STATUS_UNAVAILABLE with the code "database_unavailable". */
enum status db_unavailable(struct error *error, const char *reason);

/* Types by kind: of a parameter, of a column, of an array of a column's values. */
Oid db_kind_type(enum kind kind);
Oid db_param_type(const struct field *field);
Oid db_column_type(const struct field *field);
Oid db_column_array_type(const struct field *field);
const char *db_type_name(Oid type);

/* Is a parameter of this field an array? */
bool db_binds_as_array(const struct field *field);

/* Is a column of this type fit for the field? */
bool db_column_fits(const struct field *field, Oid type);

/* Is the field SQL null? */
bool db_column_is_null(const struct field *field, const void *row);

/* Append the binary form of a field that is not null: as a parameter (lists are arrays), or as a
 * column (lists are jsonb). */
void db_bind_param(const struct field *field, const void *row, struct buf *out);
void db_bind_column(const struct field *field, const void *row, struct buf *out);

/* A column, null or not, with its length before it, as COPY and arrays want it. */
void db_bind_column_sized(const struct field *field, const void *row, struct buf *out);

/* A whole column of many rows, and keys, as arrays. */
void db_bind_column_array(
    const struct field *field, const void *const *rows, size_t count, struct buf *out);
void db_bind_keys(const struct uuid *keys, size_t count, struct buf *out);

/* Rows of a result into structs of the row's shape, in the arena. */
MUST_USE enum status db_read_rows(
    struct statement *statement,
    const struct shape *row,
    const PGresult *result,
    struct arena *arena,
    const void **out_rows,
    struct error *error);

#endif
