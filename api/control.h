/*
 * Orders from the machine that the server runs on, by whoever may read its home: for what must be
 * possible when nobody can sign in. A socket in the home, one order at a time, one answer each.
 *
 *   fleetledger reset-password ──lines──► <home>/control ──► writer ──► the answer's lines
 *
 *   set_password\n {"email":"ann@example.com","password":"$argon2id$…"}   the order
 *   200 ok\n                                                              its answer, or
 *   404 user_not_found\n User of that address was not found\n
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CONTROL_H
#define API_CONTROL_H

#include "commands/writer.h"

struct control;

struct control_order {
    struct text name;  /* of the command */
    struct text input; /* its JSON */
};

/* All are borrowed. */
struct control_parts {
    const char *home;
    struct writer *writer;
    struct keyring *keyring;
    int order_ms;  /* how long an order may take to come; 0: 5 s */
    int answer_ms; /* … and to be carried out, from which on nobody waits for it; 0: a minute */
};

/* Makes the socket, which only the server's user can connect to. */
MUST_USE enum status
control_new(const struct control_parts *parts, struct control **out, struct error *error);

/* Takes orders until control_stop(). The control thread. */
void control_run(void *control);
void control_stop(struct control *control); /* any thread */
void control_free(struct control *control); /* after writer and control thread; accepts NULL */

/* Carries an order out at once, before the writer's thread runs. */
MUST_USE enum status control_execute(
    struct writer *writer,
    struct keyring *keyring,
    const struct control_order *order,
    struct arena *arena,
    struct error *error);

/* The other side: sends an order to the server of this home and waits for the answer, a minute at
 * most. STATUS_UNAVAILABLE with code "not_running" where no server takes orders there; else the
 * order's own status. */
MUST_USE enum status
control_send(const char *home, const struct control_order *order, struct error *error);

#endif
