/*
 * What the files of telemetry share.
 *
 *   samples-YYYYMMDD   'n' ‖ node ‖ recorded at ‖ id       → packed sample
 *                      'w' ‖ workspace ‖ recorded at ‖ id  → node
 *                      't' ‖ recorded at ‖ id              → node
 *   seen               node → timestamp
 *
 * Readers hold the lock shared, from before their transaction begins to after it ends; so a day is
 * removed, and its handle with it, only while nobody reads. Only the telemetry thread changes the
 * list of days, and may read it without the lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_TELEMETRY_INTERNAL_H
#define EVENTLOG_STORE_TELEMETRY_INTERNAL_H

#include "eventlog/store/env.h"
#include "eventlog/store/key.h"
#include "eventlog/telemetry.h"

#include <pthread.h>

enum { MOST_DAYS = 400 };

enum telemetry_row { ROW_OF_NODE = 'n', ROW_OF_WORKSPACE = 'w', ROW_OF_TIME = 't' };

struct telemetry_day {
    int64_t number; /* since 1970-01-01 */
    struct store_table table;
    bool is_committed; /* readers see no others */
};

struct telemetry {
    char *directory;
    const struct store_fault_injection *fault_injection; /* borrowed; NULL but in tests */
    struct store_env *env; /* NULL after damage, until a new file could be made */
    struct store_table seen;
    struct store_txn *txn; /* telemetry thread; NULL right after a commit */
    struct error failure;  /* of a write since the last commit */
    bool has_failed;
    pthread_rwlock_t lock;
    struct telemetry_day days[MOST_DAYS]; /* rising */
    size_t day_count;
};

/* telemetry_open() with injected faults (borrowed), for tests. */
MUST_USE enum status telemetry_open_with(
    const char *directory,
    const struct store_fault_injection *fault_injection,
    struct telemetry **out,
    struct error *error);

int64_t telemetry_day_of(struct timestamp m);

/* Opens the tables of all days there are. */
MUST_USE enum status telemetry_days_load(struct telemetry *telemetry, struct error *error);

/* The day's table, made when missing; NULL when there is no room for another day, or (with
 * `status` set) on failure. Telemetry thread, in its transaction. */
const struct telemetry_day *telemetry_days_take(
    struct telemetry *telemetry, int64_t number, enum status *status, struct error *error);

/* After a commit: shows new days to readers. After a failed one: forgets them. */
void telemetry_days_settle(struct telemetry *telemetry, bool is_committed);

/* Removes the tables of all days before `number`, inside the transaction; the lock must be held
 * for writing until that has ended. The handles of those tables are void then, whatever becomes of the
 * transaction. */
MUST_USE enum status
telemetry_days_remove(struct telemetry *telemetry, int64_t number, struct error *error);

/* After that was committed, under the same lock: the days before `number` are no more. */
void telemetry_days_forget(struct telemetry *telemetry, int64_t number);

/* First part of the keys of a node, of a workspace, or of all. */
void telemetry_sample_prefix(struct key *key, enum telemetry_row row, struct uuid owner);

#endif
