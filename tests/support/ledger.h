/*
 * A real ledger for tests that read one: events are sealed, packed and appended as the writer does
 * it, without anybody deciding anything.
 *
 *   struct test_ledger *ledger = make_ledger();
 *   given_event(ledger, &node_removed_event, node, workspace, &(struct node_removed){node});
 *   given_committed(ledger);
 *
 * Ids and times are counted, so that two ledgers with the same events are the same, salts aside.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_LEDGER_H
#define TESTS_SUPPORT_LEDGER_H

#include "eventlog/keyed_digest.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"

struct test_ledger {
    const char *home;
    struct ledger *log;
    struct keyring *keyring;
    struct actor actor;    /* of the events that follow; the system at first */
    struct origin origin;  /* of the events that follow, text; absent at first */
    struct uuid causation; /* of the events that follow; absent at first */
    struct timestamp now;  /* of the next event; each takes a millisecond */
    struct arena *arena;   /* of the events not yet committed */
    struct ledger_draft *drafts;
    size_t count;
    struct map *revisions; /* by stream */
    uint64_t made;         /* events so far */
};

enum { LEDGER_BATCH = 512 };

/* Empty, in a directory of its own. */
struct test_ledger *make_ledger(void);
/* Empty, in an empty directory. */
struct test_ledger *make_ledger_in(const char *directory);
void end_ledger(struct test_ledger *ledger); /* accepts NULL */

/* A fixed id for tests to name things by. */
struct uuid make_id(unsigned n);

/* Adds an event (copied), committing when a batch is full. Gives its id. */
struct uuid given_event(
    struct test_ledger *ledger,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event);

/* Commits what was added. */
void given_committed(struct test_ledger *ledger);

#endif
