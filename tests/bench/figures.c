/*
 * Medians and percentiles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/figures.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

void samples_add(struct samples *samples, double value)
{
    must(samples->count < MOST_RUNS);
    samples->values[samples->count++] = value;
}

struct samples samples_of(double value)
{
    return (struct samples){.values = {value}, .count = 1};
}

double samples_median(const struct samples *samples)
{
    struct samples sorted = *samples;

    must(sorted.count > 0);
    qsort(sorted.values, sorted.count, sizeof(sorted.values[0]), compare_doubles);
    return sorted.values[sorted.count / 2];
}

double samples_ratio(const struct samples *values, const struct samples *limits)
{
    struct samples ratios = {.count = 0};

    must(values->count == limits->count);
    for (size_t i = 0; i < values->count; i++)
        samples_add(&ratios, values->values[i] / limits->values[i]);
    return samples_median(&ratios);
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

double series_mean(const struct series *series)
{
    double sum = 0;

    for (size_t i = 0; i < series->count; i++)
        sum += series->items[i];
    return series->count == 0 ? 0 : sum / (double)series->count;
}

double figures_rounded(double value)
{
    double scale;

    if (value == 0 || !isfinite(value))
        return value;
    scale = pow(10, 3 - floor(log10(fabs(value))));
    return round(value * scale) / scale;
}
