/*
 * What a search goes through: a table of groups. A new one is a row, a list in the answer (search_routes.c) and a kind of
 * text (migrations/platform/search_texts.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SEARCH_SEARCH_GROUPS_H
#define API_SEARCH_SEARCH_GROUPS_H

#include "migrations/platform/search_texts.h"

#include <stdbool.h>

/* A parameter, in a group's SQL and in the statements': a column of the one row of "asked" (search_sql.h). */
#define SEARCH_ASKED(column) "(select asked." column " from asked)"

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

enum { SEARCH_GROUPS = 8 };

extern const struct search_group
    search_groups[SEARCH_GROUPS + 1]; /* ended by a row without a name */

#endif
