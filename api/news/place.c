/*
 * Places in the feed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/place.h"

enum { MOST_FRAMES = 1000 };

bool place_read(struct text text, struct place *out)
{
    struct text rest = text;
    struct text size = text_cut(&rest, '-');
    int64_t number;
    int64_t frames = 0;

    if (!text_to_int64(size, &number) || number < 0)
        return false;
    if (text_is_present(rest) &&
        (!text_to_int64(rest, &frames) || frames < 1 || frames > MOST_FRAMES))
        return false;
    *out = (struct place){(uint64_t)number, (size_t)frames};
    return true;
}

struct text place_print(struct arena *arena, const struct place *place)
{
    if (place->frames == 0)
        return text_format(arena, "%llu", (unsigned long long)place->size);
    return text_format(arena, "%llu-%zu", (unsigned long long)place->size, place->frames);
}

static bool is_before(const struct change *change, const struct place *place)
{
    return change->position < place->size ||
           (change->position == place->size && change->ordinal < place->frames);
}

static const struct change *find_next(struct place_walk *walk)
{
    while (walk->index < walk->changes->count) {
        const struct change *change = &walk->changes->items[walk->index++];
        if (change->row != NULL && change->frame->namespace == NULL &&
            !is_before(change, &walk->from))
            return change;
    }
    return NULL;
}

void place_walk_begin(
    struct place_walk *walk, const struct changes *changes, const struct place *from)
{
    *walk = (struct place_walk){.changes = changes, .from = *from, .behind = *from};
    walk->following = find_next(walk);
}

const struct change *place_walk_next(struct place_walk *walk)
{
    const struct change *change = walk->following;

    if (change == NULL)
        return NULL;
    walk->following = find_next(walk);
    if (walk->following != NULL && walk->following->position == change->position)
        walk->behind = (struct place){change->position, change->ordinal + 1};
    else
        walk->behind = (struct place){change->position + 1, 0};
    return change;
}
