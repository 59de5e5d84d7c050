/*
 * The events of an export: found once to be counted and made into a root, and found again to be printed.
 *
 *   filter, positions ─► export_count_page()* ─► count, root
 *                     ─► export_add_lines()*  ─► lines
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORT_LINES_H
#define API_EXPORT_EXPORT_LINES_H

#include "api/export/export_format.h"
#include "eventlog/log_history.h"
#include "eventlog/timeline.h"
#include "eventlog/tree.h"

/* What an export is made of. */
struct export_source {
    struct ledger *ledger;
    struct ledger_index *index;
    const struct timeline_filter *filter;
    uint64_t end; /* position behind the last */
};

/* Settles from where to where an export goes that was asked for: one with nothing in it ends where it begins, and one that
 * would begin behind the ledger begins at its end. */
void export_settle(const struct ledger *ledger, struct timeline_search *search);

/* Takes in a page of events at `*from`, and moves that behind what was searched, `source->end` at last.
 * Any thread. Statuses as timeline_find(). */
MUST_USE enum status export_count_page(
    const struct export_source *source,
    uint64_t *from,
    struct tree_growth *leaves,
    struct error *error);

/* How they are printed: each with the origin that the ledger had then, so that it is the same each time. */
struct export_print {
    const struct export_format *format;
    struct log_history history; /* read up to the end of the source */
};

/* Appends lines of events at `*from`, a piece of them (1 MiB and a line), and moves that behind the last, as
 * above; `out` has room for a piece. Any thread. STATUS_CORRUPT where a record is damaged. */
MUST_USE enum status export_add_lines(
    const struct export_source *source,
    const struct export_print *print,
    uint64_t *from,
    struct buf *out,
    struct error *error);

#endif
