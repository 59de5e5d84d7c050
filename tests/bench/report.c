/*
 * The report's shapes and its tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/report.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FIGURES = 8192, MOST_ROWS = 64, COLUMN_WIDTH = 11, JSON_BYTES = 8 << 20 };

struct figure {
    struct text row;
    struct text subject;
    struct text name;
    struct text unit;
    double value;
    double limit;
    double ratio;
    struct text aim;
    struct opt_bool met;
};
static const struct field figure_fields[] = {
    {TEXT(figure, row), .flags = REQUIRED, .doc = "The row of the benchmark."},
    {TEXT(figure, subject), .flags = REQUIRED, .doc = "What was measured."},
    {TEXT(figure, name), .flags = REQUIRED, .doc = "Which figure of it."},
    {TEXT(figure, unit), .flags = REQUIRED, .doc = "Unit of the value and of its limit."},
    {DOUBLE(figure, value), .doc = "The median of all runs."},
    {DOUBLE(figure, limit), .flags = OMIT_ABSENT, .doc = "What it is compared with."},
    {DOUBLE(figure, ratio), .flags = OMIT_ABSENT,
     .doc = "Value over limit: the median of the runs' ratios."},
    {TEXT(figure, aim), .flags = OMIT_ABSENT, .doc = "What the value or the ratio should reach."},
    {BOOL(figure, met), .flags = OMIT_ABSENT, .doc = "Does it?"},
};
static const struct shape figure_shape = SHAPE(figure, "A figure.");

struct row_head {
    struct text name;
    struct text doc;
    struct text limit;
};
static const struct field row_head_fields[] = {
    {TEXT(row_head, name), .flags = REQUIRED, .doc = "Name of the row."},
    {TEXT(row_head, doc), .flags = REQUIRED, .doc = "What it measures."},
    {TEXT(row_head, limit), .flags = REQUIRED, .doc = "What its figures stand beside."},
};
static const struct shape row_head_shape = SHAPE(row_head, "A row of the benchmark.");

static const struct field conditions_fields[] = {
    {TEXT(conditions, processor), .doc = "Model of the processor."},
    {INT64(conditions, cores), .doc = "Cores that are online."},
    {TEXT(conditions, kernel), .doc = "System and its version."},
    {TEXT(conditions, filesystem), .doc = "Under the data."},
    {TEXT(conditions, compiler), .doc = "Compiler of this program, and its mode."},
    {TEXT(conditions, lmdb), .doc = "Version of LMDB."},
    {TEXT(conditions, postgresql), .doc = "Version of PostgreSQL."},
    {TEXT(conditions, redis), .doc = "Version of Redis."},
    {DOUBLE(conditions, load), .doc = "Load of the machine before the start."},
};
static const struct shape conditions_shape = SHAPE(conditions, "Under what it was measured.");

struct document {
    const struct conditions *conditions;
    struct list rows;
    struct list figures;
};
static const struct field document_fields[] = {
    {OBJECT(document, conditions, conditions), .doc = "Under what it was measured."},
    {OBJECTS(document, rows, row_head), .doc = "The rows that were measured."},
    {OBJECTS(document, figures, figure), .doc = "Their figures."},
};
static const struct shape document_shape = SHAPE(document, "What was measured.");

struct report {
    struct arena *arena;
    bool has_verdict;
    const struct conditions *conditions;
    struct row_head rows[MOST_ROWS];
    size_t row_count;
    struct text subject;
    struct figure *figures;
    size_t figure_count;
};

struct report *report_new(struct arena *arena, bool has_verdict)
{
    struct report *report = arena_one(arena, struct report);

    report->arena = arena;
    report->has_verdict = has_verdict;
    report->figures = arena_array(arena, MOST_FIGURES, sizeof(*report->figures));
    return report;
}

void report_set_conditions(struct report *report, const struct conditions *conditions)
{
    report->conditions = conditions;
}

void report_begin_row(struct report *report, const char *name, const char *doc, const char *limit)
{
    must(report->row_count < MOST_ROWS);
    report->rows[report->row_count++] =
        (struct row_head){text_from(name), text_from(doc), text_from(limit)};
}

void report_begin_subject(struct report *report, const char *format, ...)
{
    char subject[128];
    va_list values;

    va_start(values, format);
    vsnprintf(subject, sizeof(subject), format, values);
    va_end(values);
    report->subject = text_copy(report->arena, text_from(subject));
}

static const struct {
    const char *sentence;
    bool is_of_ratio;
    bool is_least;
} aims[] = {
    [AIM_VALUE_AT_LEAST] = {"value >= ", false, true},
    [AIM_VALUE_AT_MOST] = {"value <= ", false, false},
    [AIM_RATIO_AT_LEAST] = {"ratio >= ", true, true},
    [AIM_RATIO_AT_MOST] = {"ratio <= ", true, false},
};

static void hold_to(struct report *report, struct figure *figure, struct aim aim)
{
    double reached = aims[aim.kind].is_of_ratio ? figure->ratio : figure->value;
    char text[48];

    if (aim.kind == AIM_NONE)
        return;
    must(!isnan(reached));
    snprintf(text, sizeof(text), "%s%g", aims[aim.kind].sentence, aim.bound);
    figure->aim = text_copy(report->arena, text_from(text));
    figure->met =
        opt_bool_of(aims[aim.kind].is_least ? reached >= aim.bound : reached <= aim.bound);
}

static void
add(struct report *report, const char *name, const char *unit, struct figure figure, struct aim aim)
{
    must(report->figure_count < MOST_FIGURES && report->row_count > 0);
    figure.row = report->rows[report->row_count - 1].name;
    figure.subject = report->subject;
    figure.name = text_from(name);
    figure.unit = text_from(unit);
    if (report->has_verdict)
        hold_to(report, &figure, aim);
    report->figures[report->figure_count++] = figure;
}

void report_add(
    struct report *report,
    const char *name,
    const char *unit,
    const struct samples *values,
    struct aim aim)
{
    struct figure figure = {
        .value = figures_rounded(samples_median(values)),
        .limit = (double)NAN,
        .ratio = (double)NAN};

    add(report, name, unit, figure, aim);
}

void report_add_beside(
    struct report *report, const char *name, const char *unit, struct beside beside, struct aim aim)
{
    struct figure figure = {
        .value = figures_rounded(samples_median(beside.values)),
        .limit = figures_rounded(samples_median(beside.limits)),
        .ratio = figures_rounded(samples_ratio(beside.values, beside.limits)),
    };

    add(report, name, unit, figure, aim);
}

static void print_conditions(const struct conditions *c)
{
    printf(
        "%lld cores (%.*s), load %.2f before the start\n", (long long)c->cores,
        TEXT_ARGS(c->processor), c->load);
    printf("%.*s, %.*s, %.*s", TEXT_ARGS(c->kernel), TEXT_ARGS(c->filesystem), TEXT_ARGS(c->lmdb));
    if (text_is_present(c->postgresql))
        printf(", PostgreSQL %.*s", TEXT_ARGS(c->postgresql));
    if (text_is_present(c->redis))
        printf(", Redis %.*s", TEXT_ARGS(c->redis));
    printf("\n%.*s\n", TEXT_ARGS(c->compiler));
}

/* The end of the figures that make a line with the one at `first`. */
static size_t end_of_line(const struct report *report, size_t first)
{
    size_t end = first;

    while (end < report->figure_count &&
           text_equal(report->figures[end].row, report->figures[first].row) &&
           text_equal(report->figures[end].subject, report->figures[first].subject))
        end++;
    return end;
}

static bool have_same_columns(const struct figure *a, const struct figure *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(a[i].name, b[i].name) || isnan(a[i].ratio) != isnan(b[i].ratio))
            return false;
    }
    return true;
}

static int subject_width(const struct report *report, const struct row_head *row)
{
    size_t width = 0;

    for (size_t i = 0; i < report->figure_count; i++) {
        const struct figure *figure = &report->figures[i];
        if (text_equal(figure->row, row->name) && figure->subject.size > width)
            width = figure->subject.size;
    }
    return (int)width;
}

static void print_heading(int width, const struct figure *figures, size_t count)
{
    printf("\n%-*s", width, "");
    for (size_t i = 0; i < count; i++)
        printf(
            " %*.*s%s", COLUMN_WIDTH, TEXT_ARGS(figures[i].name),
            isnan(figures[i].ratio) ? "" : "       limit  ratio");
    printf("\n%-*s", width, "");
    for (size_t i = 0; i < count; i++)
        printf(
            " %*.*s%s", COLUMN_WIDTH, TEXT_ARGS(figures[i].unit),
            isnan(figures[i].ratio) ? "" : "                   ");
    printf("\n");
}

/* Few digits: nobody compares the sixth. */
static void print_number(int width, double value)
{
    printf(" %*.*f", width, value >= 100 ? 0 : value >= 1 ? 2 : 3, value);
}

static void print_line(int width, const struct figure *figures, size_t count)
{
    printf("%-*.*s", width, TEXT_ARGS(figures->subject));
    for (size_t i = 0; i < count; i++) {
        print_number(COLUMN_WIDTH, figures[i].value);
        if (isnan(figures[i].ratio))
            continue;
        print_number(COLUMN_WIDTH, figures[i].limit);
        print_number(6, figures[i].ratio);
    }
    printf("\n");
}

static void print_row(const struct report *report, const struct row_head *row)
{
    int width = subject_width(report, row);
    size_t before = 0;
    size_t count_before = 0;

    printf("\n%.*s: %.*s\n", TEXT_ARGS(row->name), TEXT_ARGS(row->doc));
    printf("limit: %.*s\n", TEXT_ARGS(row->limit));
    for (size_t first = 0, end; first < report->figure_count; first = end) {
        const struct figure *figures = &report->figures[first];
        size_t count = (end = end_of_line(report, first)) - first;
        if (!text_equal(figures->row, row->name))
            continue;
        if (count != count_before || !have_same_columns(figures, &report->figures[before], count))
            print_heading(width, figures, count);
        print_line(width, figures, count);
        before = first;
        count_before = count;
    }
}

static void print_aims(const struct report *report)
{
    bool is_first = true;

    for (size_t i = 0; i < report->figure_count; i++) {
        const struct figure *f = &report->figures[i];
        if (!text_is_present(f->aim))
            continue;
        printf("%s", is_first ? "\naims:\n" : "");
        is_first = false;
        printf(
            "  %-6s  %.*s, %.*s, %.*s: %g %.*s", opt_bool_is_true(f->met) ? "met" : "MISSED",
            TEXT_ARGS(f->row), TEXT_ARGS(f->subject), TEXT_ARGS(f->name), f->value,
            TEXT_ARGS(f->unit));
        if (!isnan(f->ratio))
            printf(", ratio %g", f->ratio);
        printf(" (aim: %.*s)\n", TEXT_ARGS(f->aim));
    }
}

static void print_json(const struct report *report)
{
    struct document document = {
        .conditions = report->conditions,
        .rows = {report->rows, report->row_count},
        .figures = {report->figures, report->figure_count},
    };
    AUTO_BUF out = {0};

    buf_init(&out, JSON_BYTES);
    shape_json_write(&document_shape, &document, &out);
    must(!buf_is_full(&out));
    printf("%.*s\n", TEXT_ARGS(buf_text(&out)));
}

void report_print(const struct report *report, bool is_json)
{
    if (is_json) {
        print_json(report);
        return;
    }
    print_conditions(report->conditions);
    for (size_t i = 0; i < report->row_count; i++)
        print_row(report, &report->rows[i]);
    print_aims(report);
}
