/*
 * A release that was applied: a program in the home that runs in place of the installed one.
 *
 *   HOME/releases/<sha256>/program                    a program …
 *                         /release-manifest.json      … what was signed of it …
 *                         /release-manifest.json.sig  … and how
 *                /applied.json                        which of them runs, and over which installed one
 *
 *   the installed program starts ─► applied_enter ─┬─ all of it holds ─► execve: the applied program, same process
 *                                                  └─ else ─► goes on as it is
 *
 * Whatever is installed anew (another commit) wins over what was applied before it. A program that was started twice
 * and did not come up is not started again. Only what the key has signed, and a file of the same user, is ever run.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RELEASE_APPLIED_H
#define CORE_RELEASE_APPLIED_H

#include "core/base/uuid.h"
#include "core/release/program.h"
#include "core/shape/shape.h"

enum { APPLIED_MOST_BYTES = 128 << 20, APPLIED_MOST_STARTS = 2 };

/* What applied.json says. */
struct applied {
    struct text version;
    struct text sha256;
    struct text over;          /* commit of the installed program that it runs in place of */
    struct uuid order;         /* upon which it was chosen */
    int64_t starts;            /* of serving, until it came up */
    struct opt_bool is_proven; /* it came up */
    struct text problem;       /* why it does not run; absent: it does, or is about to */
};

/* In the arena. STATUS_NOT_FOUND where nothing was applied. */
MUST_USE enum status
applied_read(const char *home, struct arena *arena, struct applied *out, struct error *error);

/* Lays a program ready, under its digest, beside what was signed of it, and asks it what it is: STATUS_INVALID where
 * that is another release than `claim` and `commit` say, and nothing is left of it. */
MUST_USE enum status applied_lay_ready(
    const char *home,
    const struct program_claim *claim,
    struct text commit,
    struct text content,
    struct error *error);

/* Where the program lies that has this digest, in the arena. */
const char *applied_program(const char *home, struct text sha256, struct arena *arena);

/* From the next start on a program runs that lies ready: version, digest, over and order say which. */
MUST_USE enum status
applied_choose(const char *home, const struct applied *choice, struct error *error);

/* It has come up. Nothing where this program was not applied. */
void applied_prove(const char *home);

/* The installed program, whose commit is `own`, begins. */
struct applied_start {
    const char *home;
    struct text key; /* of releases; empty: nothing is entered */
    struct text own_commit;
    char *const *argv;
    bool serves;
};

/* Returns where this program is to go on. With a failure to log, or STATUS_OK. */
enum status applied_enter(const struct applied_start *start, struct error *error);

/* Is this program one that was entered and has not come up yet? */
bool applied_is_on_trial(const char *home);

/* Was this process entered from the installed program? */
bool applied_is_entered(void);

/* The commit of the installed program: the own one, unless it was entered. */
struct text applied_installed_commit(struct text own_commit);

/* Begins anew, from the installed program, in the same process. Returns only where that fails. */
void applied_begin_anew(char *const *argv);

#endif
