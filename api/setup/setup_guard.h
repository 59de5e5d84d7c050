/*
 * Who may set the server up, while nobody can sign in: whoever sits at the machine, or was told the token that its start
 * has made. It is told at the terminal, else written to a file of mode 0600 in the home.
 *
 *   a program of this machine ──────────────────────────────► may
 *   from elsewhere, by a proxy, or by a page in a browser ──► may with the token (Setup-Token), which is compared in constant time
 *
 * Any thread, but for its beginning and end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETUP_GUARD_H
#define API_SETUP_SETUP_GUARD_H

#include "api/settings.h"

struct call;
struct setup_guard;

/* Makes the token, and leaves it in the file where there is no terminal. Given to the caller. */
MUST_USE enum status setup_guard_new(
    const struct settings *settings,
    const char *home,
    struct setup_guard **out,
    struct error *error);
void setup_guard_free(struct setup_guard *guard); /* removes the file; accepts NULL */

/* Tells the person at the terminal. Main thread. */
void setup_guard_tell(const struct setup_guard *guard);

/* The server was set up, and is about to begin anew. */
void setup_guard_end(struct setup_guard *guard);
bool setup_guard_has_ended(const struct setup_guard *guard);

/* May this caller set the server up? STATUS_UNAUTHENTICATED, code "setup_token_missing". */
MUST_USE enum status setup_guard_check(const struct call *call, struct error *error);

#endif
