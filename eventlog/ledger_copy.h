/*
 * What the ledger stores, as it stores it: taken along by backups and followers, who keep the same bytes
 * elsewhere, and appended there.
 *
 *   ledger ──ledger_copy──► entry, body, entry, body …  ──stored_event_next──► ledger_append_stored ──► ledger
 *
 * Nothing that does not fit its leaf, its digest and its place leaves here or is appended; whose history it
 * is, a checkpoint says (eventlog/checkpoint.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_COPY_H
#define EVENTLOG_LEDGER_COPY_H

#include "core/base/buf.h"
#include "eventlog/record.h"

struct ledger;

/* One event. Copied it is  entry size u32be ‖ entry ‖ body size u32be ‖ body. */
struct stored_event {
    struct bytes entry; /* the leaf of the tree */
    struct bytes body;  /* salt included; of a dropped one its mark */
};

enum { STORED_EVENT_MAX_BYTES = 4 + ENTRY_MAX_BYTES + 4 + BODY_MAX_BYTES };

/* In the place of a dropped body: the position, u64be, of the event that did it. No body is as short. */
enum { DROPPED_MARK_SIZE = 8 };
static inline bool stored_event_is_dropped(const struct stored_event *event)
{
    return event->body.size == DROPPED_MARK_SIZE;
}

/* Appends events from `*next` on to `out`, until `end`, a thousand of them or `budget_bytes` (and one at
 * least); `*next` becomes the position after the last. The read transaction ends before it returns. Any
 * thread. STATUS_CORRUPT names the damaged position. */
MUST_USE enum status ledger_copy(
    struct ledger *ledger,
    uint64_t *next,
    uint64_t end,
    size_t budget_bytes,
    struct buf *out,
    struct error *error);

/* Cuts one off, borrowed from `rest`. False at the end, and where what follows is none: then `rest` is not
 * empty. */
MUST_USE bool stored_event_next(struct bytes *rest, struct stored_event *out);

/* Does the body have the digest that the entry names, or is it a mark of a later event? */
bool stored_event_fits(const struct stored_event *event, const struct entry *entry);

/* Of a dropped one: the event that its mark says did it. */
uint64_t stored_event_dropped_at(const struct stored_event *event);

/* Does that event drop the body at a position, whose entry this is? */
bool stored_event_is_dropped_by(
    const struct record *dropping, uint64_t at, const struct entry *entry);

/* Appends events to a ledger in one synced commit, with the bodies that they drop. Writer thread. STATUS_CORRUPT
 * names the position that is not the next one, is recorded before the one before it, or whose body does not
 * fit: nothing is stored then. Other statuses as of ledger_append(). */
MUST_USE enum status ledger_append_stored(
    struct ledger *ledger, const struct stored_event *events, size_t count, struct error *error);

#endif
