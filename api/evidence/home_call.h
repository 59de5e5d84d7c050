/*
 * Asking the files of a home what the API answers about evidence: the same routes, handlers and bytes,
 * without a server. On a stopped home and beside a running one; nothing in it is changed.
 *
 *   path ─► router ─► input by its shape ─► the route's handler ─► body
 *
 * Whoever may read the files may read all of it: nobody signs in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_HOME_CALL_H
#define API_EVIDENCE_HOME_CALL_H

#include "core/base/buf.h"
#include "core/base/error.h"

struct home_call;
struct services;
struct settings;

/* Of a home that has a ledger; `settings` are the server's, and borrowed. Given to the caller. One thread. */
MUST_USE enum status home_call_open(
    const char *home,
    struct text secret,
    const struct settings *settings,
    struct home_call **out,
    struct error *error);
void home_call_close(struct home_call *home); /* accepts NULL */

/* What is read of it, as calls have it: ledger, index, keyring and what was signed. Borrowed. */
const struct services *home_call_services(const struct home_call *home);

/* Appends what GET answers; `path` begins with "/api/v1/" and may have a query. It is of the ledger as it
 * is by now. Else `out` is as it was, and the status is that of the answer. */
MUST_USE enum status
home_call_get(struct home_call *home, struct text path, struct buf *out, struct error *error);

#endif
