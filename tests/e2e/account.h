/*
 * What the ledger alone says, read without server, model or read models: how often each thing was
 * created, and what happened to each task.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_ACCOUNT_H
#define TESTS_E2E_ACCOUNT_H

#include "core/base/arena.h"
#include "core/base/uuid.h"

/* Of one id. */
struct events_told {
    unsigned created;
    unsigned claimed;
    unsigned started;
    unsigned completed;
    unsigned cancelled; /* or asked to be */
    char name[32];      /* of what was created: of a task, its command */
};

struct account;

/* Ends the program where the ledger cannot be read. */
struct account *account_read(const char *home);
void account_free(struct account *account); /* accepts NULL */

/* NULL: the ledger does not know it. */
const struct events_told *account_of(const struct account *account, struct uuid id);

/* How often something was created under this name, and how often this line was logged. */
unsigned account_created(const struct account *account, struct text name);
unsigned account_logged(const struct account *account, struct text line);

unsigned account_sign_ins(const struct account *account);

#endif
