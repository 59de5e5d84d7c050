/*
 * What a search looks through. The table has no index but those of trigrams, so that no plan can take another one for
 * as good; each kind has its own, so that no search leaps through what is of other kinds. Every search reads what
 * waits to be put in order in an index: that is kept short.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/search_texts.h"

const char *const search_kind_names[] = {"node", "team",  "schedule", "template", "person",
                                         "task", "event", "run",      NULL};

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

#define TRIGRAMS_OF(name)                                                                          \
    {                                                                                              \
        .columns = "workspace_id, text public.gin_trgm_ops", .method = "gin",                      \
        .where = "kind = '" name "'", .with = "gin_pending_list_limit = 256"                       \
    }

static const struct table_index indexes[] = {
    TRIGRAMS_OF("node"),
    TRIGRAMS_OF("team"),
    TRIGRAMS_OF("schedule"),
    TRIGRAMS_OF("template"),
    TRIGRAMS_OF("task"),
    TRIGRAMS_OF("event"),
    TRIGRAMS_OF("run"),
    {.columns = "text public.gin_trgm_ops",
     .method = "gin",
     .where = "kind = 'person'",
     .with = "gin_pending_list_limit = 256"},
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
