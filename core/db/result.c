/*
 * What a failure of the server's means here: our statuses by SQLSTATE, in words that show no value.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"

#include <string.h>

enum status db_unavailable(struct error *error, const char *reason)
{
    return error_set_code(error, STATUS_UNAVAILABLE, "database_unavailable", "%s", reason);
}

/* Class 57P is a server that goes away, class 08 a connection that did. */
static bool means_lost(const PGconn *conn, const char *state)
{
    return PQstatus(conn) != CONNECTION_OK || strncmp(state, "57P", 3) == 0 ||
           strncmp(state, "08", 2) == 0;
}

/* Of the server's message only the primary line; class 22 quotes the value that it refuses. */
static enum status refused(const PGresult *result, const char *state, struct error *error)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (strcmp(state, "57014") == 0)
        return error_set_code(
            error, STATUS_TIMED_OUT, "database_timed_out", "the database took too long");
    if (strcmp(state, "53100") == 0)
        return error_set(error, STATUS_FULL, "the database's disk is full");
    if (message == NULL || strncmp(state, "22", 2) == 0)
        return error_set(
            error, STATUS_INTERNAL, "the database refused a value (SQLSTATE %s)", state);
    return error_set(error, STATUS_INTERNAL, "%s (SQLSTATE %s)", message, state);
}

enum status
db_result_check(struct db *db, const PGresult *result, ExecStatusType wanted, struct error *error)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool is_error = result == NULL || PQresultStatus(result) != wanted;

    if (!is_error)
        return STATUS_OK;
    if (means_lost(db->conn, state == NULL ? "" : state)) {
        db->is_dead = true;
        return db_unavailable(error, "the connection to the database is lost");
    }
    if (state == NULL)
        return error_set(error, STATUS_INTERNAL, "the database answered something unexpected");
    return refused(result, state, error);
}
