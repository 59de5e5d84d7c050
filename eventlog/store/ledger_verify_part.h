/*
 * A part of the ledger that is verified by a thread of its own. For ledger_verify.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_LEDGER_VERIFY_PART_H
#define EVENTLOG_STORE_LEDGER_VERIFY_PART_H

#include "core/run/queue.h"
#include "eventlog/store/ledger_internal.h"

enum { VERIFY_PART_ENTRIES = 4096 };

/* What must be compared with the entries before. */
struct verified_entry {
    struct uuid stream;
    int64_t revision;
    struct timestamp recorded_at;
};

struct verify_part {
    struct queue_item queued;
    struct ledger *ledger;
    uint64_t from;
    uint64_t end;
    struct verified_entry *entries; /* room for VERIFY_PART_ENTRIES */
    size_t count;                   /* sound ones, from the first on */
    enum status status;             /* of the next one, where not all are */
    bool is_done;                   /* for who hands them out */
    struct error error;
};

/* Verifies the entries from `from` up to `end`; the context is a struct verify_part. Any thread. */
void verify_part_run(void *context);

#endif
