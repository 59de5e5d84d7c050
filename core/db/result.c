/*
 * What a result means here: the one place that tells a statement that failed from a connection that
 * is lost. A refusal has a SQLSTATE, and its class says whose fault it was; whatever else was not
 * asked for ends the connection (connection.c). No sentence shows a value.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/attributes.h"
#include "core/db/db_internal.h"

#include <string.h>

/* By the beginning of the SQLSTATE; the first row that fits counts. Where the connection is ended
 * the same may well work on another one, so it is called lost. */
static const struct {
    const char *state;
    enum status status;
    const char *code; /* NULL: the status's own */
    const char *text; /* NULL: the server's message */
    bool ends_connection;
} meanings[] = {
    {"57014", STATUS_TIMED_OUT, "database_timed_out", "the database took too long", false},
    {"55P03", STATUS_TIMED_OUT, "database_timed_out",
     "others hold for too long what is needed in the database", false},
    {"53100", STATUS_FULL, NULL, "the database's disk is full", false},
    {"08", STATUS_UNAVAILABLE, NULL, "the connection to the database is lost", true},
    {"57", STATUS_UNAVAILABLE, NULL, "the connection to the database is lost", true},
    {"53", STATUS_UNAVAILABLE, NULL, "the database is out of memory or connections", true},
    {"58P", STATUS_UNAVAILABLE, "database_damaged", "the database lacks a file of its own", true},
    {"58", STATUS_UNAVAILABLE, NULL, "the database's machine has failed it", true},
    {"XX", STATUS_UNAVAILABLE, "database_damaged", "the database is damaged, or has failed inside",
     true},
    {"40", STATUS_UNAVAILABLE, NULL, "the database gave way to another transaction", true},
    {"25", STATUS_UNAVAILABLE, NULL, "the database is in another transaction than we", true},
    {"26", STATUS_UNAVAILABLE, NULL, "the database has forgotten a prepared statement", true},
    {"22", STATUS_INTERNAL, NULL, "the database refused a value", false}, /* quoted by the server */
    {"", STATUS_INTERNAL, NULL, NULL, false},
};

enum status db_unavailable(struct error *error, const char *reason)
{
    return error_set_code(error, STATUS_UNAVAILABLE, "database_unavailable", "%s", reason);
}

static enum status
refused(const PGresult *result, const char *state, bool *out_ends_connection, struct error *error)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    size_t row = 0;

    while (strncmp(state, meanings[row].state, strlen(meanings[row].state)) != 0)
        row++;
    *out_ends_connection = meanings[row].ends_connection;
    if (meanings[row].ends_connection && meanings[row].code == NULL)
        return db_unavailable(error, meanings[row].text);
    if (meanings[row].code != NULL)
        return error_set_code(
            error, meanings[row].status, meanings[row].code, "%s", meanings[row].text);
    if (meanings[row].text != NULL)
        message = meanings[row].text;
    return error_set(
        error, meanings[row].status, "%s (SQLSTATE %s)", message == NULL ? "failed" : message,
        state);
}

/* An error by which the server ends the session itself. */
static bool ends_session(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity != NULL && strcmp(severity, "ERROR") != 0;
}

enum status db_result_meaning(
    const PGresult *result, ExecStatusType wanted, bool *out_ends_connection, struct error *error)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    *out_ends_connection = false;
    if (PQresultStatus(result) == wanted)
        return STATUS_OK;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR && state != NULL && !ends_session(result))
        return refused(result, state, out_ends_connection, error);
    *out_ends_connection = true;
    return db_unavailable(error, "the connection to the database is lost");
}
