/*
 * What searches look through (migrations/platform/search_texts.h): rows of other projectors name
 * their text here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SEARCH_TEXTS_H
#define PROJECTIONS_SEARCH_TEXTS_H

#include "migrations/platform/search_texts.h"
#include "projections/projector.h"

/* A row of the text that is made of these parts, a line each, the absent left out; once in a workspace for
 * all that say the same. Gives its id. The caller's projector says that it adds to search_texts_table. */
struct uuid search_text_put(
    struct rows *rows,
    enum search_kind kind,
    struct uuid workspace_id,
    const struct text *parts,
    size_t count);

extern const struct projector search_texts_projector;

#endif
