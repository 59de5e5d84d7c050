/*
 * Medians and percentiles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/figures.h"

#include "core/base/alloc.h"
#include "core/base/must.h"

#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

double median(double *values, size_t count)
{
    must(count > 0);
    qsort(values, count, sizeof(*values), compare_doubles);
    return values[count / 2];
}

void series_add(struct series *series, uint32_t value)
{
    if (series->count == series->capacity) {
        series->capacity = series->capacity == 0 ? 4096 : 2 * series->capacity;
        series->items = heap_resize(series->items, series->capacity * sizeof(*series->items));
    }
    series->items[series->count++] = value;
}

void series_free(struct series *series)
{
    heap_free(series->items);
    *series = (struct series){0};
}

static int compare_items(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

void series_sort(struct series *series)
{
    if (series->count > 1)
        qsort(series->items, series->count, sizeof(*series->items), compare_items);
}

uint32_t series_at(const struct series *series, double share)
{
    if (series->count == 0)
        return 0;
    return series->items[(size_t)(share * (double)(series->count - 1))];
}

double rounded(double value, int decimals)
{
    double scale = 1;

    for (int i = 0; i < decimals; i++)
        scale *= 10;
    return (double)(int64_t)(value * scale + 0.5) / scale;
}
