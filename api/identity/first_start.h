/*
 * The first start of an installation: the ledger begins, and somebody can sign in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_FIRST_START_H
#define API_IDENTITY_FIRST_START_H

#include "api/settings.h"
#include "commands/writer.h"

#include <stdatomic.h>

struct first_start {
    const struct settings *settings;
    const char *home; /* directory */
    struct ledger *log;
    struct model *model;
    struct keyring *keyring;
    struct writer *writer; /* not running yet */
    struct arena *arena;
    bool is_setting_up; /* the first admin is made over HTTP: setup/setup.h */
};

/* How the first admin signs in, where a password was made for them. */
struct first_sign_in {
    struct text email;
    struct text password;  /* absent: it was set, or there is an admin already */
    struct text told_file; /* where it was written, when there was no terminal; also where an
                              earlier start left it and nobody has signed in with it yet */
    struct uuid user_id;   /* whose it is */
    atomic_bool has_signed_in;
};

/* Opens an empty ledger; makes the first admin where there is none, or where ADMIN_PASSWORD is set
 * and ADMIN_EMAIL has no account yet. Main thread, before the writer runs. */
MUST_USE enum status
first_start(const struct first_start *start, struct first_sign_in *out, struct error *error);

/* Tells the person at the terminal; a generated password is never logged. */
void first_sign_in_tell(const struct first_sign_in *first);

/* Notes when that person signs in. Writer's thread. Then the file has served its purpose: false when
 * it was not there any more. Main thread. */
void first_sign_in_watch(struct first_sign_in *first, const struct record *records, size_t count);
bool first_sign_in_forget(struct first_sign_in *first);

#endif
