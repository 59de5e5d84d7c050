/*
 * Do a statement and its shapes agree? Asked by tests, so that a wrong column name
 * fails in a build and not at night.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"

#include <stdio.h>
#include <string.h>

static enum status differs(struct error *error, const struct sql *sql, const char *what)
{
    return error_set_code(
        error, STATUS_INVALID, "statement_differs", "statement %s: %s", sql->name, what);
}

static enum status check_params(
    const struct sql *sql,
    const struct statement *statement,
    const PGresult *description,
    struct error *error)
{
    char what[256];

    must((size_t)PQnparams(description) == statement->param_count);
    for (size_t i = 0; i < statement->param_count; i++) {
        const struct field *field = &statement->params[i];
        Oid type = PQparamtype(description, (int)i);
        if (type == db_param_type(field))
            continue;
        snprintf(
            what, sizeof(what), "parameter :%s is %s there and %s here", field->name,
            db_type_name(type), db_type_name(db_param_type(field)));
        return differs(error, sql, what);
    }
    return STATUS_OK;
}

static enum status
check_column(const struct sql *sql, const PGresult *description, int column, struct error *error)
{
    const char *name = PQfname(description, column);
    const struct field *field = shape_field(sql->row, text_from(name));
    char what[256];

    if (field == NULL || strcmp(field->name, name) != 0) {
        snprintf(what, sizeof(what), "column %.80s is no field of %s", name, sql->row->name);
        return differs(error, sql, what);
    }
    if (!db_column_fits(field, PQftype(description, column))) {
        snprintf(
            what, sizeof(what), "column %s is %s there and %s here", name,
            db_type_name(PQftype(description, column)), db_type_name(db_column_type(field)));
        return differs(error, sql, what);
    }
    if (PQfnumber(description, name) != column) {
        snprintf(what, sizeof(what), "column %s comes twice", name);
        return differs(error, sql, what);
    }
    return STATUS_OK;
}

static enum status
check_columns(const struct sql *sql, const PGresult *description, struct error *error)
{
    char what[256];

    for (int i = 0; i < PQnfields(description); i++) {
        enum status status = check_column(sql, description, i, error);
        if (status != STATUS_OK)
            return status;
    }
    for (size_t i = 0; i < shape_count(sql->row); i++) {
        if (PQfnumber(description, shape_field_at(sql->row, i)->name) >= 0)
            continue;
        snprintf(
            what, sizeof(what), "field %s of %s has no column", shape_field_at(sql->row, i)->name,
            sql->row->name);
        return differs(error, sql, what);
    }
    return STATUS_OK;
}

/* What is planned at each run has not been prepared: the server's unnamed statement serves. */
static enum status
prepare_unnamed(struct db *db, const struct statement *statement, struct error *error)
{
    AUTO_RESULT result = NULL;

    return connection_answer(
        db,
        PQsendPrepare(
            db->conn, "", statement->planned_text, (int)statement->param_count, statement->types),
        PGRES_COMMAND_OK, &result, error);
}

enum status db_check(struct db *db, const struct sql *sql, struct error *error)
{
    AUTO_RESULT description = NULL;
    struct statement *statement;
    enum status status = statement_find(db, sql, &statement, error);

    if (status == STATUS_INTERNAL && error != NULL) {
        char reason[ERROR_TEXT_SIZE];
        snprintf(reason, sizeof(reason), "%s", error->text);
        return error_set_code(error, STATUS_INVALID, "statement_differs", "%s", reason);
    }
    if (status != STATUS_OK)
        return status == STATUS_INTERNAL ? STATUS_INVALID : status;
    if (statement->planned_text != NULL)
        status = prepare_unnamed(db, statement, error);
    if (status != STATUS_OK)
        return status;
    status = connection_answer(
        db, PQsendDescribePrepared(db->conn, statement->server_name), PGRES_COMMAND_OK,
        &description, error);
    if (status == STATUS_OK)
        status = check_params(sql, statement, description, error);
    if (status == STATUS_OK && sql->row != NULL)
        status = check_columns(sql, description, error);
    return status;
}
