/*
 * A search of a workspace: the newest hits of each group.
 *
 *   question ─► near statement ─► pages, full or not
 *                    └─► texts, nodes and names that match ─► far statement of each group that wants more ─► pages
 *
 * Of a group, the newest rows are looked at one by one. Where those that match do not fill the page, all others are
 * reached through what leads to them. The statements see two moments: a row is shown as it was at one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SEARCH_SEARCH_H
#define API_SEARCH_SEARCH_H

#include "api/search/search_sql.h"
#include "core/base/arena.h"

/* Whom a search asks. */
struct search_reader {
    enum status (*read)(
        void *context,
        const struct sql *sql,
        const void *params,
        const void **out_rows,
        size_t *out_count,
        struct error *error);
    void *context;
};

/* The hits of each group in the order of the table, the newest first, of which the first `question->limit` are right;
 * lists of struct search_row, in the arena. Sets the pattern and the pieces of the question. Statuses as of `read`. */
MUST_USE enum status search_find(
    const struct search_reader *reader,
    struct search_question *question,
    struct arena *arena,
    struct list out_pages[SEARCH_GROUPS],
    struct error *error);

#endif
