/*
 * PostgreSQL through libpq: connections, statements with named parameters bound from shapes, rows
 * into shapes, COPY. Only this folder knows libpq. A connection belongs to one thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_DB_DB_H
#define CORE_DB_DB_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/db/table.h"
#include "core/shape/shape.h"

#include <stdbool.h>

struct db;

/* Connects (blocking, at most `timeout_s` seconds) by a libpq conninfo string or URL. STATUS_
 * UNAVAILABLE when the server cannot be reached. Given to the caller. Each connection sets
 * time zone UTC and statement_timeout (ms, 0 for none), has no statement compiled (jit: ours are small,
 * and where plans are held to indexes their costs look like those of large ones), and is called after the program unless the
 * conninfo says otherwise (application_name). */
MUST_USE enum status db_open(
    const char *conninfo,
    int timeout_s,
    int statement_timeout_ms,
    struct db **out,
    struct error *error);
void db_close(struct db *db); /* accepts NULL */

/*
 * What a call that fails means. Errors that have a SQLSTATE are about the statement: it did not
 * happen, and the connection goes on. All others, and answers of a kind that was not asked for, mean
 * that the connection is lost: it is closed at once, so that no answer is taken for another
 * request's; further calls fail; whether the statement happened is unknown.
 *
 *   status       connection                a read           what writes and commits
 *   UNAVAILABLE  lost                      once more, on    open anew and look at
 *                                          another one      what is stored
 *   TIMED_OUT    goes on, if it was the    failed           the same
 *                server's; else lost
 *   FULL         goes on                   failed           did not happen; again later
 *   others       goes on                   failed           did not happen, and is at fault
 *
 * Is the connection still usable? If not, close it and open another.
 */
bool db_is_alive(const struct db *db);

/* Was the server a standby when it was ready again after the last call? It tells before that when it
 * has become a primary (PostgreSQL 14). */
bool db_is_standby(const struct db *db);

/* Which server and database a conninfo names, for people: "host:port/name", and no user or password.
 * In the arena. */
struct text db_place(const char *conninfo, struct arena *arena);

/* How long a call may wait for the server to answer; it gives STATUS_TIMED_OUT then, and the
 * connection is lost. At first two seconds more than the statement timeout, or six hours where that
 * is 0. Copying has so long for each part. */
void db_answer_within(struct db *db, int ms);

/* While a call waits for the server, `is_stopping` is asked ten times a second. Two seconds after it
 * was true for the first time all waits end, as by their bound (code "stopped"). */
void db_stop_when(struct db *db, bool (*is_stopping)(void *context), void *context);

/*
 * A statement. In its text ":name" stands for the field `name` of the parameters' shape (a cast
 * "::type" is left alone); every placeholder is bound, nothing is ever pasted. Kinds map to types
 * as core/shape/shape.h says; a list of UUIDs binds as uuid[], of texts or choices as text[], of
 * whole numbers as bigint[]; a personal field is its text. Columns go to fields of the row's shape
 * by name; a column without a field, or a field without a column, is a bug that db_check() finds.
 * Objects and lists are jsonb columns in the form of shape_json_write(): timestamps inside keep
 * milliseconds, secrets inside are left out. The shape of the parameters need only live while
 * the statement runs, if another one of its name has the same fields; a connection keeps some
 * hundreds of prepared statements, then forgets them all.
 */
struct sql {
    const char *name; /* unique; also the prepared statement's */
    const char *text;
    const struct shape *params; /* NULL: none */
    const struct shape *row;    /* NULL: no rows wanted */
    bool is_planned_by_values;  /* planned anew at each run, for the values at hand: where a good
                                   plan depends on them, as a search's does */
};

/* Runs a statement (prepared on first use) and gives its rows as an array of structs of the
 * row's shape in the arena; `out_rows` and `out_count` may be NULL. Statuses: UNAVAILABLE
 * (connection lost, code "database_unavailable"), TIMED_OUT (in either way), FULL (its disk),
 * TOO_LARGE (the rows pass the arena's ceiling), CORRUPT (a value that its field cannot hold),
 * INTERNAL. No error shows a value. */
MUST_USE enum status db_query(
    struct db *db,
    const struct sql *sql,
    const void *params,
    struct arena *arena,
    const void **out_rows,
    size_t *out_count,
    struct error *error);

/* Runs a script of several statements without parameters or rows: DDL, begin, commit. */
MUST_USE enum status db_script(struct db *db, const char *script, struct error *error);

/* One single value of a parameterless query, as text in the arena; absent for no row or null. */
MUST_USE enum status db_value(
    struct db *db, struct arena *arena, const char *query, struct text *out, struct error *error);

/* Forgets prepared statements (after the search path changed). */
MUST_USE enum status db_forget_statements(struct db *db, struct error *error);

/* Names of tables are those of this schema alone from now on, in new statements. */
MUST_USE enum status db_use_schema(struct db *db, struct text schema, struct error *error);

/* Prepares the statement and compares its parameters' and columns' types and names with the
 * shapes: for tests. STATUS_INVALID with a sentence naming what differs. */
MUST_USE enum status db_check(struct db *db, const struct sql *sql, struct error *error);

/*
 * A transaction in one round trip. Between begin and end, statements without rows (db_query,
 * db_insert, db_upsert, db_update, db_delete) are not waited for: what they return is about sending them.
 */

MUST_USE enum status db_pipeline_begin(struct db *db, struct error *error);
/* What follows is about this; for the caller to know what failed. */
void db_pipeline_tag(struct db *db, const void *tag);
/* Commits if `status`, of all that was sent, is STATUS_OK, else rolls back; waits for all of it and
 * gives the first failure. *out_tag is that of the statement that failed; untouched on success. */
MUST_USE enum status
db_pipeline_end(struct db *db, enum status status, const void **out_tag, struct error *error);

/*
 * Set-wise writing and reading of rows of a table.
 */

/* insert … select from unnest(…), one statement. */
MUST_USE enum status db_insert(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error);
/* The same with on conflict (key) do update; no key twice. */
MUST_USE enum status db_upsert(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error);
/* update … from unnest(…), of some columns: bit i for field i of the shape, the key left aside. Rows
 * that are not there are passed over. */
struct table_columns {
    const struct table *table;
    uint64_t bits;
};
MUST_USE enum status db_update(
    struct db *db,
    const struct table_columns *columns,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error);
/* delete … where key = any(…). */
MUST_USE enum status db_delete(
    struct db *db,
    const struct table *table,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    struct error *error);
/* For each id of somebody or something: what one of the table's erasures says. */
MUST_USE enum status db_erase(
    struct db *db,
    const struct table *table,
    const struct table_erasure *erasure,
    const struct uuid *ids,
    size_t count,
    struct arena *arena,
    struct error *error);
/* select … where key = any(…): found rows in any order. */
MUST_USE enum status db_fetch(
    struct db *db,
    const struct table *table,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    const void **out_rows,
    size_t *out_count,
    struct error *error);
/* Appends a row to `out` in the form that COPY takes. */
void db_copy_add(struct buf *out, const struct table *table, const void *row);
/* COPY table FROM STDIN (FORMAT binary) of rows so made; nothing to do without any. `is_frozen`:
 * the table was made or truncated in this transaction, so that its rows may be stored as seen by
 * all, which spares VACUUM the work. */
MUST_USE enum status db_copy_in(
    struct db *db,
    const struct table *table,
    const struct buf *rows,
    bool is_frozen,
    struct error *error);

#endif
