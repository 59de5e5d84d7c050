/*
 * A home that a server has left in good order: ledger, write model, index, and read models that are
 * served in a database of their own. And sub-commands run in it, with what they print.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STOPPED_HOME_H
#define TESTS_SUPPORT_STOPPED_HOME_H

#include "core/db/db.h"
#include "projections/data_dir.h"

struct stopped_home {
    struct data_dir_settings settings;
    struct db *db; /* to look, and to do harm */
    struct arena *arena;
};

/* With the story up to so many chapters. */
struct stopped_home *make_stopped_home(unsigned chapters);
void end_stopped_home(struct stopped_home *home); /* accepts NULL */

/* Folds what a ledger has into model and index of its home. */
void given_derived(const char *home, struct ledger *log);

/* What a sub-command said, on both streams, and how it ended. */
struct printout {
    int code;
    struct text said;
};
struct printout
printout_of(struct stopped_home *home, int (*run)(const struct data_dir_settings *settings));

bool printout_says(struct printout printout, const char *part);
/* Shows both where it does not. */
void expect_says(struct printout printout, const char *part);

/* The usual run of verify, for printout_of(). */
int verify_all(const struct data_dir_settings *settings);

/* The single value of a query; absent for null. */
struct text look_at(struct stopped_home *home, const char *query);
void given_sql(struct stopped_home *home, const char *script);

/* The schema that is served, and a digest over all its rows. */
struct text served_schema(struct stopped_home *home);
struct text served_digest(struct stopped_home *home);

#endif
