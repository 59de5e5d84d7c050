/*
 * The statements of a search, made of its groups (search_groups.h): one looks at the newest rows of all groups and finds
 * the texts that match, so that no group waits for another; one a group goes from there to its other rows.
 *
 *   newest_tasks  the newest 50 tasks, with their texts
 *   near_tasks    those of them that match, at most ten
 *   rare_task     of the pieces of what is looked for (search_pieces.h), two that few of the newest contain
 *   found_task    the texts that match, by the index of those pieces; without a piece, none: the first 100 are given
 *
 *   far           the newest ten of each text, node and name that leads to some ─► the newest ten of all those
 *
 * So no search reads more than some thousand rows, but for what the index itself must compare. It would compare each
 * text that contains the rarest three letters with all others that are looked for, which takes long where most texts
 * contain those: "host-4242" is looked up by "4242" where every node is called a host.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SEARCH_SEARCH_SQL_H
#define API_SEARCH_SEARCH_SQL_H

#include "api/search/search_groups.h"
#include "core/base/timestamp.h"
#include "core/db/db.h"

enum { SEARCH_MOST_HITS = 10 };

/* What is asked. */
struct search_question {
    struct uuid workspace_id;
    struct text q;
    int64_t limit;
    struct text pattern; /* set by search_find(), as what follows */
    struct text pieces;
};
extern const struct shape search_question_shape;

/* What leads to rows of a group; lists that it has no use for are empty. */
struct search_lead {
    struct uuid workspace_id;
    struct list texts; /* of struct uuid */
    struct list nodes; /* of struct uuid */
    struct list names; /* of struct text */
};
extern const struct shape search_lead_shape;

/* A row that is found. Of each group the near statement gives a last row, without an id. */
struct search_row {
    int64_t place; /* of its group in the table */
    struct uuid id;
    struct text title;
    struct text subtitle;
    struct timestamp created_at;
    struct opt_bool has_more; /* of a last row: the page is not full, and there are older rows */
    struct list found;        /* of a last row: ids of texts that match (struct uuid) */
};
extern const struct shape search_row_shape;

/* Always the same ones, made once; they live as long as the process. Any thread.
 * Of a question: at most SEARCH_MOST_HITS of each group, by group, the newest first. */
struct sql search_near_sql(void);
/* Of a lead: at most SEARCH_MOST_HITS rows of the group at this place, the newest first. */
struct sql search_far_sql(size_t place);

#endif
