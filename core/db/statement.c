/*
 * Prepared statements of a connection: found by name, made on first use, executed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/db/db_internal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_STATEMENT = 1 << 20, LARGEST_PAYLOAD = 512 << 20 };

/* Where the name stands or would stand. */
static size_t place_of(const struct db *db, const char *name, bool *out_is_there)
{
    size_t low = 0;
    size_t high = db->statement_count;

    *out_is_there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(db->statements[middle]->name, name);
        if (order == 0) {
            *out_is_there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct statement *statement_known(const struct db *db, const char *name)
{
    bool is_there;
    size_t at = place_of(db, name, &is_there);

    return is_there ? db->statements[at] : NULL;
}

static struct statement *add(struct db *db, const struct statement_text *text)
{
    struct statement *statement = heap_new(sizeof(*statement));
    bool is_there;
    size_t at = place_of(db, text->name, &is_there);

    must(!is_there);
    statement->name = heap_copy(text->name);
    statement->text = heap_copy(text->as_written);
    statement->param_count = text->param_count;
    statement->gives_rows = text->gives_rows;
    if (text->param_count > 0)
        memcpy(statement->types, text->types, text->param_count * sizeof(Oid));
    db->statements =
        heap_resize(db->statements, (db->statement_count + 1) * sizeof(struct statement *));
    memmove(
        db->statements + at + 1, db->statements + at,
        (db->statement_count - at) * sizeof(struct statement *));
    db->statements[at] = statement;
    db->statement_count++;
    return statement;
}

static void statement_free(struct statement *statement)
{
    heap_free(statement->name);
    heap_free(statement->text);
    heap_free(statement->planned_text);
    heap_free(statement->params);
    heap_free(statement);
}

void statement_forget(struct db *db, struct statement *statement)
{
    bool is_there;
    size_t at = place_of(db, statement->name, &is_there);

    must(is_there && db->statements[at] == statement);
    db->statement_count--;
    memmove(
        db->statements + at, db->statements + at + 1,
        (db->statement_count - at) * sizeof(struct statement *));
    statement_free(statement);
}

void statement_forget_all(struct db *db)
{
    for (size_t i = 0; i < db->statement_count; i++)
        statement_free(db->statements[i]);
    db->statement_count = 0;
}

enum status statement_deallocate_all(struct db *db, struct error *error)
{
    AUTO_RESULT result = NULL;
    enum status status = connection_answer(
        db, PQsendQuery(db->conn, "deallocate all"), PGRES_COMMAND_OK, &result, error);

    if (status == STATUS_OK)
        statement_forget_all(db);
    return status;
}

enum status statement_make_room(struct db *db, struct error *error)
{
    return db->statement_count < MOST_STATEMENTS ? STATUS_OK : statement_deallocate_all(db, error);
}

enum status
statement_note_sent(struct db *db, int is_sent, struct statement *prepared, struct error *error)
{
    struct pipeline *pipeline = db->pipeline;

    if (is_sent != 1)
        return connection_lost(db, error);
    if (pipeline->count == pipeline->capacity) {
        pipeline->capacity = pipeline->capacity == 0 ? 64 : pipeline->capacity * 2;
        pipeline->steps =
            heap_resize(pipeline->steps, pipeline->capacity * sizeof(struct pipeline_step));
    }
    pipeline->steps[pipeline->count++] = (struct pipeline_step){prepared, pipeline->tag};
    return STATUS_OK;
}

void statement_drop_pipeline(struct db *db)
{
    if (db->pipeline != NULL)
        heap_free(db->pipeline->steps);
    heap_free(db->pipeline);
    db->pipeline = NULL;
}

enum status statement_prepare(
    struct db *db, const struct statement_text *text, struct statement **out, struct error *error)
{
    char server_name[sizeof((*out)->server_name)];
    AUTO_RESULT result = NULL;
    enum status status = db->pipeline == NULL ? statement_make_room(db, error) : STATUS_OK;

    if (status != STATUS_OK)
        return status;
    if (text->is_planned_by_values) {
        *out = add(db, text);
        (*out)->planned_text = heap_copy(text->for_server);
        return STATUS_OK;
    }
    /* The server cuts names at 63 bytes; the number keeps them apart all the same. */
    snprintf(server_name, sizeof(server_name), "%.48s#%u", text->name, db->next_number++);
    if (db->pipeline != NULL) {
        int is_sent = PQsendPrepare(
            db->conn, server_name, text->for_server, (int)text->param_count, text->types);
        *out = add(db, text);
        memcpy((*out)->server_name, server_name, sizeof(server_name));
        return statement_note_sent(db, is_sent, *out, error);
    }
    status = connection_answer(
        db,
        PQsendPrepare(db->conn, server_name, text->for_server, (int)text->param_count, text->types),
        PGRES_COMMAND_OK, &result, error);
    if (status != STATUS_OK) {
        error_context(error, "statement %s", text->name);
        return status;
    }
    *out = add(db, text);
    memcpy((*out)->server_name, server_name, sizeof(server_name));
    return STATUS_OK;
}

enum status
statement_find(struct db *db, const struct sql *sql, struct statement **out, struct error *error)
{
    struct statement *known = statement_known(db, sql->name);
    struct translation translation;
    Oid types[MOST_PARAMS];
    AUTO_BUF text = {0};
    enum status status;

    buf_init(&text, LONGEST_STATEMENT);
    if (known != NULL) {
        must(strcmp(known->text, sql->text) == 0); /* two statements under one name */
        *out = known;
        return STATUS_OK;
    }
    if (!translation_make(sql, &text, &translation) || buf_is_full(&text))
        return error_set(
            error, STATUS_INTERNAL, "statement %s: %s", sql->name, translation.problem);
    for (size_t i = 0; i < translation.param_count; i++)
        types[i] = db_param_type(translation.params[i]);
    const struct statement_text ready = {
        sql->name,
        sql->text,
        text.data == NULL ? "" : text.data,
        types,
        translation.param_count,
        sql->is_planned_by_values,
        sql->row != NULL};
    status = statement_prepare(db, &ready, &known, error);
    if (status != STATUS_OK)
        return status;
    known->params = heap_array(translation.param_count, sizeof(struct field));
    for (size_t i = 0; i < translation.param_count; i++)
        known->params[i] = *translation.params[i];
    *out = known;
    return STATUS_OK;
}

void payload_init(struct payload *payload)
{
    buf_init(&payload->bytes, LARGEST_PAYLOAD);
    payload->count = 0;
}

void payload_fini(struct payload *payload)
{
    buf_fini(&payload->bytes);
}

void payload_end(struct payload *payload, bool is_null)
{
    must(payload->count < MOST_COLUMNS);
    payload->ends[payload->count] = payload->bytes.size;
    payload->is_null[payload->count] = is_null;
    payload->count++;
}

enum status statement_execute(
    struct db *db,
    const struct statement *statement,
    const struct payload *payload,
    PGresult **out,
    struct error *error)
{
    const char *values[MOST_COLUMNS];
    int sizes[MOST_COLUMNS];
    int formats[MOST_COLUMNS];
    size_t from = 0;
    int is_sent;

    *out = NULL;
    must(payload->count == statement->param_count);
    if (buf_is_full(&payload->bytes))
        return error_set(
            error, STATUS_TOO_LARGE, "the parameters of statement %s are too large",
            statement->name);
    for (size_t i = 0; i < payload->count; i++) {
        const char *start = payload->bytes.data == NULL ? "" : payload->bytes.data + from;
        values[i] = payload->is_null[i] ? NULL : start;
        sizes[i] = (int)(payload->ends[i] - from);
        formats[i] = 1;
        from = payload->ends[i];
    }
    if (db->pipeline != NULL) {
        must(statement->planned_text == NULL);
        return statement_note_sent(
            db,
            PQsendQueryPrepared(
                db->conn, statement->server_name, (int)payload->count, values, sizes, formats, 1),
            NULL, error);
    }
    is_sent =
        statement->planned_text != NULL
            ? PQsendQueryParams(
                  db->conn, statement->planned_text, (int)payload->count, statement->types, values,
                  sizes, formats, 1)
            : PQsendQueryPrepared(
                  db->conn, statement->server_name, (int)payload->count, values, sizes, formats, 1);
    return connection_answer(
        db, is_sent, statement->gives_rows ? PGRES_TUPLES_OK : PGRES_COMMAND_OK, out, error);
}
