/*
 * What a search looks through. The table has no index but those of trigrams, so that no plan can take another one for
 * as good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/search_texts.h"

const char *const search_kind_names[] = {"node",   "team", "schedule", "template",
                                         "person", "task", "event",    NULL};

static const struct field search_text_row_fields[] = {
    {UUID(search_text_row, id), .flags = REQUIRED,
     .doc = "Id of what it is the text of; of tasks and events, made of workspace, kind and text."},
    {UUID(search_text_row, workspace_id), .doc = "Workspace that it is found in; null of people."},
    {ENUM(search_text_row, kind, search_kind_names), .flags = REQUIRED,
     .doc = "What it is the text of."},
    {TEXT(search_text_row, text), .flags = REQUIRED,
     .doc = "Names, commands and the like as searches compare them, one a line."},
};
const struct shape search_text_row_shape = SHAPE(search_text_row, "A text that is searched for.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, kind, text public.gin_trgm_ops",
     .method = "gin",
     .where = "workspace_id is not null"},
    {.columns = "text public.gin_trgm_ops", .method = "gin", .where = "workspace_id is null"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "id", .removes = true},
    {.of = NULL},
};

const struct table search_texts_table = {
    .name = "search_texts",
    .area = "platform",
    .shape = &search_text_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
