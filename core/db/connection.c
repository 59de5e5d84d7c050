/*
 * A connection, and whoever decides what became of it. libpq never blocks here: what is sent is
 * waited for with a bound of ours, and every result is looked at for its kind.
 *
 *                ┌──────── all its results have come ◄────────┐
 *                ▼                                            │
 *   opened ──► idle ──request sent──► busy ──result──► of the kind asked for, or refused with a
 *                                      │               SQLSTATE that is about the statement alone
 *                                      │
 *                                      └──► anything else: an error without SQLSTATE, another kind,
 *                                           nothing in time, the owner stops ──► lost
 *
 * A send that failed is found at the deadline only: libpq tells nobody and waits for the server's last
 * words, which come at once where the server has closed the connection.
 *
 * Lost has no way out but db_close(): the socket is closed at once, so that no answer can be taken
 * for another request's, and what was under way is unknown. The server ends what it still does for
 * it within a second, because it looks for us that often (client_connection_check_interval).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/db/db_internal.h"

#include <errno.h>
#include <poll.h>

enum { LOOK_US = 100000, STOP_GRACE_US = 2000000 };

void connection_close(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
}

enum status connection_lost(struct db *db, struct error *error)
{
    connection_close(db);
    return db_unavailable(error, "the connection to the database is lost");
}

/* An owner who stops lets what is under way come to its end, if that is near. */
static bool must_stop(struct db *db)
{
    if (db->stop_at_us == 0 && db->is_stopping != NULL && db->is_stopping(db->stopping_context))
        db->stop_at_us = monotonic_us() + STOP_GRACE_US;
    return db->stop_at_us != 0 && monotonic_us() >= db->stop_at_us;
}

/* False at the end of the owner's patience, with the connection closed. */
static bool
may_wait(struct db *db, int64_t deadline_us, enum status *out_status, struct error *error)
{
    if (must_stop(db)) {
        connection_close(db);
        *out_status = error_set_code(error, STATUS_TIMED_OUT, "stopped", "stopped by its caller");
        return false;
    }
    if (monotonic_us() >= deadline_us) {
        connection_close(db);
        *out_status = error_set_code(
            error, STATUS_TIMED_OUT, "database_timed_out",
            "the database did not answer within %d ms", db->answer_within_ms);
        return false;
    }
    return true;
}

/* Waits a little for the socket. A signal, and a turn without news, are the caller's to look at. */
static bool wait_for_socket(struct db *db, bool has_unsent, int64_t deadline_us)
{
    struct pollfd socket = {
        .fd = PQsocket(db->conn), .events = (short)(has_unsent ? POLLIN | POLLOUT : POLLIN)};
    int64_t left_us = deadline_us - monotonic_us();
    int64_t wait_us = left_us < LOOK_US ? left_us : LOOK_US;
    int got = poll(&socket, 1, wait_us < 0 ? 0 : (int)(wait_us / US_PER_MS) + 1);

    return got >= 0 ? (socket.revents & POLLNVAL) == 0 : errno == EINTR;
}

/* Sends what is unsent, and where `for_result` waits until a result can be taken without waiting. */
static enum status wait_until_done(struct db *db, bool for_result, struct error *error)
{
    int64_t deadline_us = monotonic_us() + (int64_t)db->answer_within_ms * US_PER_MS;
    enum status status = STATUS_OK;

    for (;;) {
        int unsent = PQflush(db->conn);
        if (unsent < 0)
            return connection_lost(db, error);
        if (for_result ? PQisBusy(db->conn) == 0 : unsent == 0)
            return STATUS_OK;
        if (!may_wait(db, deadline_us, &status, error))
            return status;
        if (!wait_for_socket(db, unsent > 0, deadline_us) || PQconsumeInput(db->conn) != 1)
            return connection_lost(db, error);
    }
}

enum status connection_flush(struct db *db, struct error *error)
{
    return wait_until_done(db, false, error);
}

enum status connection_take(struct db *db, PGresult **out, struct error *error)
{
    enum status status = wait_until_done(db, true, error);

    *out = NULL;
    if (status != STATUS_OK)
        return status;
    *out = PQgetResult(db->conn);
    /* Nothing more, though the server is not ready: a result that there was no memory for. */
    if (*out == NULL && db->pipeline == NULL && PQtransactionStatus(db->conn) == PQTRANS_ACTIVE)
        return connection_lost(db, error);
    return STATUS_OK;
}

enum status
connection_check(struct db *db, const PGresult *result, ExecStatusType wanted, struct error *error)
{
    bool is_lost;
    enum status status = db_result_meaning(result, wanted, &is_lost, error);

    if (is_lost)
        connection_close(db);
    return status;
}

enum status connection_end(struct db *db, struct error *error)
{
    AUTO_RESULT more = NULL;
    enum status status = connection_take(db, &more, error);

    if (status != STATUS_OK || more == NULL)
        return status;
    return connection_lost(db, error);
}

enum status connection_answer(
    struct db *db, int is_sent, ExecStatusType wanted, PGresult **out, struct error *error)
{
    enum status status;
    enum status end;

    *out = NULL;
    if (is_sent != 1)
        return connection_lost(db, error);
    status = connection_take(db, out, error);
    if (status == STATUS_OK)
        status = connection_check(db, *out, wanted, error);
    if (db->conn == NULL || (status == STATUS_OK && wanted == PGRES_COPY_IN))
        return status;
    end = connection_end(db, error);
    return end == STATUS_OK ? status : end;
}
