/*
 * What was measured, under which conditions: figures, each with its limit and its aim; as tables for
 * people and as JSON for programs.
 *
 *   report_begin_row() ─► report_begin_subject() ─► report_add(), report_add_beside() ─► …
 *
 * Figures of one subject make a line of the table, so subjects of a row should have the same ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"
#include "tests/bench/figures.h"

#include <stdbool.h>

struct conditions {
    struct text processor;
    int64_t cores;
    struct text kernel;
    struct text filesystem;
    struct text compiler;
    struct text lmdb;
    struct text postgresql; /* absent when it was not needed */
    struct text redis;      /* the same */
    double load;            /* of the machine before it began: what else ran */
};

/* Of the machine, the file system below a directory, and this program. Texts in the arena. */
struct conditions conditions_of(const char *directory, struct arena *arena);

/* Asks a PostgreSQL that a row has started for its version. */
MUST_USE enum status conditions_note_postgresql(
    struct conditions *conditions, const char *conninfo, struct arena *arena, struct error *error);

/* What a figure should reach: its value, or its ratio to the limit. */
enum aim_kind {
    AIM_NONE,
    AIM_VALUE_AT_LEAST,
    AIM_VALUE_AT_MOST,
    AIM_RATIO_AT_LEAST,
    AIM_RATIO_AT_MOST
};
struct aim {
    enum aim_kind kind;
    double bound;
};

struct report;

/* In the arena, with all that is added. Without a verdict no aim is printed: a short run has none. */
struct report *report_new(struct arena *arena, bool has_verdict);

/* Borrowed until the report is printed. */
void report_set_conditions(struct report *report, const struct conditions *conditions);

/* The row to which subjects belong from now on; all three are borrowed. */
void report_begin_row(struct report *report, const char *name, const char *doc, const char *limit);

/* What the figures are of from now on; printed. */
void report_begin_subject(struct report *report, const char *format, ...) PRINTF_LIKE(2, 3);

/* A figure without a limit: the median of its samples. Name and unit are borrowed literals. */
void report_add(
    struct report *report,
    const char *name,
    const char *unit,
    const struct samples *values,
    struct aim aim);

/* The same beside its limit: a sample of each for every run. */
struct beside {
    const struct samples *values;
    const struct samples *limits;
};
void report_add_beside(
    struct report *report,
    const char *name,
    const char *unit,
    struct beside beside,
    struct aim aim);

/* To standard output. */
void report_print(const struct report *report, bool is_json);

#endif
