/*
 * A writer with everything it stands on, in a directory of its own: real ledger, keys and model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "commands/history.h"
#include "commands/writer.h"
#include "core/run/thread.h"
#include "eventlog/ledger_index.h"
#include "eventlog/store/env.h"
#include "tests/support/expect.h"

struct fixture {
    const char *directory;
    struct ledger *log;
    struct keyring *keyring;
    struct model *model;
    struct ledger_index *index; /* NULL: none */
    struct ledger_history history;
    struct policy policy;
    struct writer *writer;
    struct arena *arena;
    struct thread *thread;
    uint64_t announced; /* events that the committed callback was told of */
};

struct fixture_settings {
    const char *directory;               /* NULL: a fresh one */
    size_t queue_limit;                  /* 0: plenty */
    bool has_index;                      /* so that it recalls what was retired */
    bool is_following;                   /* it adopts what a leader has appended */
    const struct leadership *leadership; /* NULL: it always leads */
    size_t reserve_bytes;                /* free space to keep; 0: next to nothing */
    const struct store_fault_injection *fault_injection; /* of the ledger */
    const struct store_fault_injection *key_faults;
    const struct store_fault_injection *model_faults;
};

/* Opens, folds what the model lacks, and has a writer that does not run yet. Given. */
struct fixture *fixture_open(const struct fixture_settings *settings);
void fixture_close(struct fixture *fixture);

/* The writer on its thread, until it has done all that waits. */
void start_writer(struct fixture *fixture);
void finish_writer(struct fixture *fixture);

/* A submission by a user, in the house's arena; `input` is borrowed. */
struct submission *
make_order(struct fixture *fixture, const struct command *command, const void *input);
/* The same, decided at once. */
struct submission *
given_order(struct fixture *fixture, const struct command *command, const void *input);

/* The index takes in all that is on the ledger. */
void given_indexed(struct fixture *fixture);

/* One record, its personal fields sealed. */
struct record record_at(struct fixture *fixture, uint64_t position);

/* Commands that exist for tests: one opens the ledger, one creates workspaces. */
const struct open_ledger *opening(void);
const struct create_workspace *workspace_called(struct fixture *fixture, const char *slug);

#endif
