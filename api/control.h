/*
 * Orders from the machine that the server runs on, by whoever may read its home: for what must be
 * possible when nobody can sign in. A socket in the home, one order at a time, one answer each.
 *
 *   fleetledger reset-password ──lines──► <home>/control ──► writer ──► the answer's lines
 *
 *   set_password\n {"email":"ann@example.com","password":"$argon2id$…"}   the order
 *   200 ok\n                                                              done; what the command answers
 *                                                                          follows as JSON; or
 *   404 user_not_found\n User of that address was not found\n
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CONTROL_H
#define API_CONTROL_H

#include "commands/writer.h"

struct control;

struct signer;

struct control_order {
    struct text name;  /* of the command */
    struct text input; /* its JSON */
};

/* All are borrowed. */
struct control_parts {
    const char *home;
    struct writer *writer;
    struct keyring *keyring;
    struct signer *signer;
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

/* Carries an order out at once, before the writer's thread runs, on a home that no server runs in. What the
 * command answers is given as JSON, in the arena; absent where it answers nothing. */
MUST_USE enum status control_execute(
    const struct control_parts *parts,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error);

/* Is it carried out on a ledger that contradicts what was signed, too, which is not stopped then? */
bool control_is_for_contradicted(const struct control_order *order);

/* The other side: sends an order to the server of this home and waits for the answer, a minute at
 * most; given as above. STATUS_UNAVAILABLE with code "not_running" where no server takes orders there; else
 * the order's own status. */
MUST_USE enum status control_send(
    const char *home,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error);

#endif
