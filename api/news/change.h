/*
 * Changes: the frames that follow a stretch of the ledger, with the rows that they show.
 *
 *   ledger ─► [frames of each record's type; several of one row are one] ─► select ─► changes ─► payloads
 *
 * Whose rows are shown is the caller's scope: what they may not read makes no change. On a worker of
 * LANE_READ.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_CHANGE_H
#define API_NEWS_CHANGE_H

#include "api/call.h"
#include "api/news/frame.h"

enum {
    CHANGES_AT_ONCE = 1000,        /* records read at a time, at most */
    CHANGE_PAYLOAD_BYTES = 8 << 20 /* of a payload: as much as may wait for a slow reader */
};

struct change {
    const struct frame *frame;
    const void *row;   /* of the resource's view; NULL: none that is shown */
    uint64_t position; /* of the last of its events in the stretch … */
    size_t ordinal;    /* … and which of that event's frames it is, from 0 */
    struct uuid id;    /* of the row */
};

struct changes {
    struct change *items; /* by position and ordinal; in the call's arena */
    size_t count;
    uint64_t next; /* where the ledger goes on */
    uint64_t size; /* of the ledger that the rows reflect, at least */
};

/* From position `from`, at most `*limit` records of those that the read models show, fewer where rows are
 * large: then `*limit` is less from now on, else more again. Of a record that is too large alone nothing is
 * shown, which is logged. The call's arena is emptied before. Statuses as ledger_read() and db_query(). */
MUST_USE enum status changes_read(
    struct call *call, uint64_t from, size_t *limit, struct changes *out, struct error *error);

/* Fills in rows of changes that name frame and id. */
MUST_USE enum status
changes_select(struct call *call, struct changes *changes, struct error *error);

/* The workspace and the node that it is about; absent where there is none. */
struct uuid change_workspace(const struct change *change);
struct uuid change_node(const struct change *change);

/* Writes the payload into a buffer that is emptied before. `size` 0: an observation, which has no sequence.
 * False: it is too large for the buffer, which is logged. */
MUST_USE bool
change_print(struct call *call, const struct change *change, uint64_t size, struct buf *out);

/* The same of a value of the frame's shape. */
MUST_USE bool change_print_value(
    const struct frame *frame,
    const void *value,
    uint64_t size,
    const struct services *services,
    struct buf *out);

#endif
