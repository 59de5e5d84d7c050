/*
 * What a search goes through: a table of groups, and the one statement that asks all of them, so that they are of one
 * moment. A new group is a row, and a kind of text (migrations/platform/search_texts.h).
 *
 * Of each group, the newest rows of the workspace are looked at one by one. Where they fill the page, those are the
 * newest that match. Where they do not, the index of texts leads to all others:
 *
 *   newest_tasks  the newest 100 tasks, with their texts
 *   near_tasks    those of them that match, at most ten
 *   rare_task     of the pieces of what is looked for (search_pieces.h), two that few of the newest contain
 *   found_task    the texts that match, by the index of those pieces; without a piece, none
 *   hits          near ∪ the tasks of each of the first 100 found ─► the newest ten
 *
 * So no search reads more than some thousand rows, but for what the index itself must compare. It would compare each
 * text that contains the rarest three letters with all others that are looked for, which takes long where most texts
 * contain those: "host-4242" is looked up by "4242" where every node is called a host.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SEARCH_SEARCH_SQL_H
#define API_SEARCH_SEARCH_SQL_H

#include "core/base/arena.h"
#include "core/db/db.h"
#include "migrations/platform/search_texts.h"

struct search_group {
    const char *name;  /* of the group in answers, as a member's: "scheduled_tasks" */
    const char *table; /* with columns id, workspace_id, created_at */
    enum search_kind kind;
    const char *newest; /* how many of its rows are looked at, as SQL */
    const char *reads;  /* columns of theirs that are needed, where few of many are; NULL: all */
    const char *text_column; /* holds the id of the row's text */
    const char
        *own_text;      /* column of the row with that text, or all of it but labels; NULL: none */
    const char *halves; /* a boolean that stands before the time in its indexes; NULL: none */
    bool is_of_node;    /* it has a node_id, and is found by the node's names too */
    const char *names_column; /* with one of `names`, which are searched too; NULL: none */
    const char *const *names;
    const char *also;     /* a condition that finds the newest ones too, in SQL; NULL: none */
    const char *joins;    /* for what is shown; NULL: none */
    const char *title;    /* SQL, never null */
    const char *subtitle; /* SQL */
};

enum { SEARCH_MOST_HITS = 10 };

extern const struct search_group search_groups[]; /* ended by a row without a name */

/* What is asked. */
struct search_question {
    struct uuid workspace_id;
    struct text q;
    int64_t limit;
    struct text pattern; /* set by search_prepare(), as what follows */
    struct text pieces;
};
extern const struct shape search_question_shape;

/* A row that is found. */
struct search_row {
    int64_t place; /* of its group in the table */
    struct uuid id;
    struct text title;
    struct text subtitle;
};
extern const struct shape search_row_shape;

/* Sets what statements look for, in the arena. */
void search_prepare(struct arena *arena, struct search_question *question);

/* The statement, always the same and made once: rows by group, the newest first, at most SEARCH_MOST_HITS of each,
 * and the first `limit` of them right. Any thread. */
struct sql search_sql(void);

#endif
