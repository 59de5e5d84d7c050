/*
 * A writer with everything it stands on, in a directory of its own: real ledger, keys and model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_HOUSE_H
#define TESTS_SUPPORT_HOUSE_H

#include "commands/writer.h"
#include "core/run/thread.h"
#include "eventlog/store/env.h"
#include "tests/support/expect.h"

struct house {
    const char *directory;
    struct evlog *log;
    struct keyring *keyring;
    struct model *model;
    struct policy policy;
    struct writer *writer;
    struct arena *arena;
    struct thread *thread;
    uint64_t announced; /* events that the committed callback was told of */
};

struct house_settings {
    const char *directory; /* NULL: a fresh one */
    size_t queue_limit;    /* 0: plenty */
    size_t reserve_bytes;  /* free space to keep; 0: next to nothing */
    const struct store_mishaps *mishaps;
};

/* Opens, folds what the model lacks, and has a writer that does not run yet. Given. */
struct house *open_house(const struct house_settings *settings);
void close_house(struct house *house);

/* The writer on its thread, until it has done all that waits. */
void start_writer(struct house *house);
void finish_writer(struct house *house);

/* A submission by a user, in the house's arena; `input` is borrowed. */
struct submission *
make_order(struct house *house, const struct command *command, const void *input);
/* The same, decided at once. */
struct submission *
given_order(struct house *house, const struct command *command, const void *input);

/* One record, its personal fields sealed. */
struct record record_at(struct house *house, uint64_t position);

/* Commands that exist for tests: one opens the ledger, one creates workspaces. */
const struct open_ledger *opening(void);
const struct create_workspace *workspace_called(struct house *house, const char *slug);

#endif
