/*
 * Checks of whole lists. Repeats are found by sorting: a caller's list may be as long as a body,
 * and comparing all pairs would give him our processor.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_check.h"
#include "core/shape/shape_internal.h"

#include <stdlib.h>

typedef int compare_function(const void *a, const void *b);

static const void *pointed(const void *pointer)
{
    return *(const void *const *)pointer;
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)pointed(a), *(const struct text *)pointed(b));
}

static int compare_uuids(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)pointed(a), *(const struct uuid *)pointed(b));
}

/* Whole numbers and choices alike. */
static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)pointed(a);
    int64_t y = *(const int64_t *)pointed(b);

    return (x > y) - (x < y);
}

static compare_function *comparer(enum kind item)
{
    if (item == KIND_TEXT)
        return compare_texts;
    if (item == KIND_UUID)
        return compare_uuids;
    must(item == KIND_INT64 || item == KIND_ENUM);
    return compare_int64;
}

static bool has_repeats(struct arena *arena, const struct field *field, const struct list *list)
{
    compare_function *compare = comparer(field->item);
    size_t size = list_item_size(field);
    const void **sorted = arena_array(arena, list->count, sizeof(*sorted));

    for (size_t i = 0; i < list->count; i++)
        sorted[i] = item_at(list, size, i);
    qsort(sorted, list->count, sizeof(*sorted), compare);
    for (size_t i = 1; i < list->count; i++) {
        if (compare(&sorted[i - 1], &sorted[i]) == 0)
            return true;
    }
    return false;
}

static void violate_repeats(struct reading *reading, const struct place *place)
{
    struct text path = place_path(reading, place);

    violate_int64(
        reading, path,
        text_format(reading->arena, "All %.*s's elements must be unique", TEXT_ARGS(path)));
}

bool check_list(struct reading *reading, const struct place *place, const struct list *list)
{
    const struct field *field = place->field;
    bool is_good = true;

    if ((field->flags & UNIQUE) != 0 && has_repeats(reading->arena, field, list)) {
        violate_repeats(reading, place);
        is_good = false;
    }
    if (field->max > 0 && list->count > (size_t)field->max) {
        violate(reading, place, "must contain no more than %lld elements", (long long)field->max);
        is_good = false;
    }
    if (field->min > 0 && list->count < (size_t)field->min) {
        violate(reading, place, "must contain at least %lld elements", (long long)field->min);
        is_good = false;
    }
    return is_good;
}
