/*
 * Reading a claim that has one value, or several.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/claim_values.h"

#include "core/shape/json_peek.h"
#include "eventlog/events/provider_events.h"

static struct text find(struct arena *arena, struct text claims, struct text path)
{
    struct text found = json_peek_member(arena, claims, text_c(arena, path));

    if (text_is_present(found))
        return found;
    for (found = claims; text_is_present(path) && text_is_present(found);)
        found = json_peek_member(arena, found, text_c(arena, text_cut(&path, '.')));
    return found;
}

static void take(struct text *items, size_t *count, struct text value)
{
    if (value.size > 0 && value.size <= PROVIDER_LONGEST_VALUE)
        items[(*count)++] = value;
}

struct list
claim_values(struct arena *arena, struct text claims, struct text name, bool *out_is_there)
{
    struct text value = find(arena, claims, name);
    struct text one = json_peek_text(arena, value);
    struct text *items = arena_array(arena, PROVIDER_MOST_VALUES + 1, sizeof(*items));
    size_t cursor = 0;
    size_t count = 0;
    struct text item;

    *out_is_there = text_is_present(value);
    if (text_is_present(one))
        take(items, &count, one);
    while (count <= PROVIDER_MOST_VALUES && json_peek_item(value, &cursor, &item))
        take(items, &count, json_peek_text(arena, item));
    return (struct list){items, count};
}

bool claim_is_elsewhere(struct arena *arena, struct text claims, struct text name)
{
    struct text names = json_peek_member(arena, claims, "_claim_names");

    return text_is_present(json_peek_member(arena, names, text_c(arena, name)));
}
