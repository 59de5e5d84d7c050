/*
 * Small statistics.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>

/* The middle one (of an even number the upper); sorts them. */
double median(double *values, size_t count);

/* Numbers that grow as they come. Zeroed: empty. */
struct series {
    uint32_t *items;
    size_t count;
    size_t capacity;
};
void series_add(struct series *series, uint32_t value);
void series_free(struct series *series);
void series_sort(struct series *series);

/* Of a sorted series; 0 when empty. `share` in [0, 1]. */
uint32_t series_at(const struct series *series, double share);

/* To so many decimals, so that people and programs read the same figure. */
double rounded(double value, int decimals);

#endif
