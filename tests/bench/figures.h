/*
 * Small statistics: samples are one value of each run, of which the median counts; a series is
 * thousands of latencies or sizes of one run.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>

enum { MOST_RUNS = 25 };

/* Zeroed: none yet. */
struct samples {
    double values[MOST_RUNS];
    size_t count;
};
void samples_add(struct samples *samples, double value);
struct samples samples_of(double value);

/* The middle one, of an even number the upper; there must be one. */
double samples_median(const struct samples *samples);

/* The median of the runs' ratios, which is not the ratio of the medians. */
double samples_ratio(const struct samples *values, const struct samples *limits);

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

/* 0 when empty. */
double series_mean(const struct series *series);

/* To four digits that count, so that people and programs read the same figure. */
double figures_rounded(double value);

#endif
