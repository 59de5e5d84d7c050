/*
 * Optimal string alignment, row by row, without regard to the dashes that flags begin with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/nearest.h"

#include <stdio.h>

struct nearest nearest_to(struct text given)
{
    while (given.size > 0 && given.data[0] == '-')
        given = text_slice(given, 1, given.size);
    return (struct nearest){.given = given, .distance = given.size / 3 + 1};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_swapped(struct text a, struct text b, size_t i, size_t j)
{
    return i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1];
}

/* Both are shorter than NEAREST_SIZE. */
static size_t distance(struct text a, struct text b)
{
    size_t rows[3][NEAREST_SIZE]; /* those for i - 2, i - 1 and i letters of a */

    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t changed = above[j - 1] + (a.data[i - 1] == b.data[j - 1] ? 0 : 1);
            row[j] = least(changed, least(above[j], row[j - 1]) + 1);
            if (is_swapped(a, b, i, j))
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return rows[a.size % 3][b.size];
}

/* "--home" is short for "--program-home". */
static bool ends_with_word(struct text name, struct text word)
{
    return name.size > word.size && text_ends_with(name, word) &&
           name.data[name.size - word.size - 1] == '-';
}

void nearest_try(struct nearest *nearest, const char *name)
{
    struct text tried = text_from(name);
    size_t found;

    while (tried.size > 0 && tried.data[0] == '-')
        tried = text_slice(tried, 1, tried.size);
    if (nearest->given.size == 0 || nearest->given.size >= NEAREST_SIZE ||
        tried.size >= NEAREST_SIZE)
        return;
    found = ends_with_word(tried, nearest->given) ? 1 : distance(nearest->given, tried);
    if (found >= nearest->distance + (nearest->best[0] == '\0' ? 1 : 0))
        return;
    nearest->distance = found;
    snprintf(nearest->best, sizeof(nearest->best), "%s", name);
}
