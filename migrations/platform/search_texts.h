/*
 * What a search looks through: the texts of nodes, teams, schedules, templates, rolling runs and people, a row
 * each, and those of tasks and system events, each once in a workspace, as few of them differ.
 *
 *   nodes …          ◄── id ──       search_texts
 *   tasks, events    ── text_id ──►  search_texts
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_PLATFORM_SEARCH_TEXTS_H
#define MIGRATIONS_PLATFORM_SEARCH_TEXTS_H

#include "core/db/table.h"

enum search_kind {
    SEARCH_NODE = 1,
    SEARCH_TEAM,
    SEARCH_SCHEDULE,
    SEARCH_TEMPLATE,
    SEARCH_PERSON, /* of no workspace */
    SEARCH_TASK,
    SEARCH_EVENT,
    SEARCH_RUN
};
extern const char *const search_kind_names[];

struct search_text_row {
    struct uuid id; /* of what it is the text of; or made of workspace, kind and text */
    struct uuid workspace_id;
    struct enum_value kind;
    struct text text;
};
extern const struct shape search_text_row_shape;
extern const struct table search_texts_table;

#endif
