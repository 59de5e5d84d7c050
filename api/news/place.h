/*
 * Places in the feed of changes: how far somebody has been told. All frames of the entries before `size`,
 * and so many of the next one: printed "1234" where there are none of these, else "1234-1".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_PLACE_H
#define API_NEWS_PLACE_H

#include "api/news/change.h"

struct place {
    uint64_t size;
    size_t frames;
};

/* False: it is no place. */
bool place_read(struct text text, struct place *out);
struct text place_print(struct arena *arena, const struct place *place);

/* A walk through the changes that everybody may hear of who may see their rows, that are shown and were not told before a place. */
struct place_walk {
    const struct changes *changes;
    struct place from;
    size_t index;
    const struct change *following;
    struct place behind; /* the change that was given last */
};

void place_walk_begin(
    struct place_walk *walk, const struct changes *changes, const struct place *from);
/* NULL at the end. */
const struct change *place_walk_next(struct place_walk *walk);

#endif
