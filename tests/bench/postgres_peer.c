/*
 * PostgreSQL as an event store: one prepared insert a transaction, optimistic by its unique key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/append_peers.h"

#include <libpq-fe.h>

#include <stdio.h>

static const char line[] =
    "{\"task\":\"8a7c5d0e\",\"line\":\"application-1234: waiting until it answers its health "
    "check\"}";

static const char table[] = "create schema bench_append;"
                            "create table bench_append.events ("
                            "    position bigserial primary key,"
                            "    stream bigint not null,"
                            "    version bigint not null,"
                            "    body jsonb not null,"
                            "    unique (stream, version))";

static const char settings[] = "set synchronous_commit = on";
static const char insert[] =
    "insert into bench_append.events (stream, version, body) values ($1, $2, $3)";

static enum status postgres_error(const PGconn *connection, struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "PostgreSQL: %s", PQerrorMessage(connection));
}

static enum status run(PGconn *connection, const char *sql, struct error *error)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType got = PQresultStatus(result);

    PQclear(result);
    return got == PGRES_COMMAND_OK ? STATUS_OK : postgres_error(connection, error);
}

enum status postgres_peer_prepare(const struct postgres_peer *peer, struct error *error)
{
    PGconn *connection = PQconnectdb(peer->conninfo);
    enum status status = PQstatus(connection) == CONNECTION_OK ? run(connection, table, error)
                                                               : postgres_error(connection, error);

    PQfinish(connection);
    return status;
}

struct postgres_connection {
    PGconn *connection;
};

static enum status open_connection(struct load_connection *c, struct error *error)
{
    const struct postgres_peer *peer = c->context;
    PGconn *connection = PQconnectdb(peer->conninfo);
    PGresult *prepared;
    enum status status = STATUS_OK;

    ((struct postgres_connection *)c->state)->connection = connection;
    if (PQstatus(connection) != CONNECTION_OK)
        return postgres_error(connection, error);
    c->fd = PQsocket(connection);
    status = run(connection, settings, error);
    if (status != STATUS_OK)
        return status;
    prepared = PQprepare(connection, "append", insert, 3, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        status = postgres_error(connection, error);
    PQclear(prepared);
    return status;
}

static void close_connection(struct load_connection *c)
{
    PQfinish(((struct postgres_connection *)c->state)->connection);
}

/* The streams of one run: connections of another begin others. */
static enum status send_insert(struct load_connection *c, bool *out_is_over, struct error *error)
{
    PGconn *connection = ((struct postgres_connection *)c->state)->connection;
    char stream[24];
    char version[24];
    const char *const values[] = {stream, version, line};

    *out_is_over = false;
    snprintf(stream, sizeof(stream), "%d", PQbackendPID(connection));
    snprintf(version, sizeof(version), "%llu", (unsigned long long)c->sent);
    if (PQsendQueryPrepared(connection, "append", 3, values, NULL, NULL, 0) != 1)
        return postgres_error(connection, error);
    return STATUS_OK;
}

static enum status receive_done(struct load_connection *c, bool *out_is_whole, struct error *error)
{
    PGconn *connection = ((struct postgres_connection *)c->state)->connection;
    PGresult *result;
    enum status status = STATUS_OK;

    *out_is_whole = false;
    if (PQconsumeInput(connection) != 1)
        return postgres_error(connection, error);
    while (PQisBusy(connection) == 0 && !*out_is_whole) {
        result = PQgetResult(connection);
        *out_is_whole = result == NULL;
        if (result != NULL && PQresultStatus(result) != PGRES_COMMAND_OK)
            status = postgres_error(connection, error);
        PQclear(result);
    }
    return status;
}

const struct load_protocol postgres_protocol = {
    .state_bytes = sizeof(struct postgres_connection),
    .open = open_connection,
    .send = send_insert,
    .receive = receive_done,
    .close = close_connection,
};
