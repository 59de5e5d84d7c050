/*
 * Asking a server of this program from the command line: one call, which waits for the whole answer.
 *
 *   address, token ──fetch_open──► fetch_get, fetch_post ──► the body of a 2xx, or why there is none
 *
 * Of https the certificate is verified, always. A token goes to another machine over https only. No
 * redirection is followed. Errors say what to do. One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_FETCH_H
#define CORE_OUTBOUND_FETCH_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/timestamp.h"

struct fetch;
struct outbound_limits;

/* Of 16 MiB, the most that a bundle of entries has, over a slow line. */
extern const struct outbound_limits fetch_usual_limits;

/* Secrets come from files and the environment, never from flags. */
struct fetch_server {
    struct text url;        /* "https://fleet.example", with a path where it is served below one */
    struct text token_file; /* whose first line is an access token, read anew for each call; absent:
                               FLEETLEDGER_TOKEN, where that is set */
    struct text ca_file;    /* certificates of authorities (PEM); absent: what the system trusts */
    const struct outbound_limits *limits; /* NULL: the usual ones */
};

/* Given to the caller. STATUS_INVALID says what of it cannot be used. Nothing is sent yet. */
MUST_USE enum status
fetch_open(const struct fetch_server *server, struct fetch **out, struct error *error);
void fetch_close(struct fetch *fetch); /* accepts NULL */

/* "https://fleet.example", without a slash at its end; lives as long as `fetch`. */
const char *fetch_url(const struct fetch *fetch);

/* Appends the body of the answer to `out`, whose ceiling bounds it; `path` begins with a slash and may
 * have a query. STATUS_OK: the server answered 2xx. Else `out` is as it was, and the status is
 *   - that which the server's own answer stands for, with its code and words: UNAUTHENTICATED,
 *     FORBIDDEN, NOT_FOUND, TOO_MANY, UNAVAILABLE …;
 *   - UNAVAILABLE or TIMED_OUT where no answer came (code "unreachable");
 *   - TOO_LARGE where it was larger than `out` may become;
 *   - INVALID where the token cannot be read, or something else than this program answers. */
MUST_USE enum status
fetch_get(struct fetch *fetch, struct text path, struct buf *out, struct error *error);

/* So many GETs at once, over as many connections, so that a server far away does not make each wait for
 * the one before. Each `out` and `status` as of fetch_get(). */
enum { FETCH_AT_ONCE = 8 };
struct fetch_item {
    struct text path;
    struct buf *out;
    enum status status;
    struct error error;
};
void fetch_get_all(struct fetch *fetch, struct fetch_item *items, size_t count);

/* The same as fetch_get() by POST of a JSON document. */
MUST_USE enum status fetch_post(
    struct fetch *fetch, struct text path, struct text json, struct buf *out, struct error *error);

/* The same as fetch_get(), of an answer of any size: what comes is handed on at once. False ends it; what was
 * handed on is none of a failure's. Where it ended before all had come, as what `take` says no to, the
 * status is UNAVAILABLE. */
struct fetch_taker {
    bool (*take)(struct bytes piece, void *context);
    void *context;
};
MUST_USE enum status fetch_take(
    struct fetch *fetch, struct text path, const struct fetch_taker *taker, struct error *error);

/* The call under way, and all further ones, fail within about a second. Any thread. */
void fetch_cancel(struct fetch *fetch);

/* Was nobody reached by the last fetch_get() or fetch_post(): the name is not known, nobody takes the connection, or a
 * proxy says so? Whoever takes a connection is there, whatever they make of it. */
bool fetch_was_away(const struct fetch *fetch);

/* Last-Modified of the last 2xx answer; absent where it had none. */
struct timestamp fetch_last_modified(const struct fetch *fetch);

#endif
