/*
 * What the ledger was called, and which keys signed for it, at each of its sizes: from the few events that
 * say so (log_identity.h), in their order.
 *
 *   every record, or those that the index finds ──► eras ──► identity at a size, origin of an event
 *
 * The origin of an event is the one that the first checkpoint over it had. So what is told of an event stays
 * the same when another origin is declared later.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LOG_HISTORY_H
#define EVENTLOG_LOG_HISTORY_H

#include "eventlog/log_identity.h"

struct ledger;
struct ledger_index;
struct log_era;

/* Begins with nothing but its arena. One thread at a time. */
struct log_history {
    struct arena *arena; /* of the eras */
    struct log_era *eras;
    size_t count;
};

/* Takes in what an event says. In the order of positions; of one that was taken in before, nothing. */
void log_history_note(struct log_history *history, const struct record *record);

/* Takes in all before a position: by the index, and event by event where that does not reach. Statuses as
 * timeline_find(). */
MUST_USE enum status log_history_read(
    struct log_history *history,
    struct ledger *ledger,
    struct ledger_index *index,
    uint64_t end,
    struct error *error);

/* After so many events; NULL before the first of those that say something. Borrowed. */
const struct log_identity *log_history_at(const struct log_history *history, uint64_t size);

/* Of the event at a position; "" where nothing says it. Borrowed. */
struct text log_history_origin(const struct log_history *history, struct position at);

#endif
