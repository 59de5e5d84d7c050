/*
 * Reading five fields of cron.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/calendar.h"
#include "core/time/cron.h"

#include <stdio.h>

enum { FIELDS = 5, MINUTE = 0, HOUR, DAY, MONTH, WEEKDAY, LONGEST_SHOWN = 40 };

static const char *const month_names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL",
                                          "AUG", "SEP", "OCT", "NOV", "DEC", NULL};
static const char *const weekday_names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", NULL};

static const struct cron_field {
    const char *name;
    int64_t least;
    int64_t most;
    const char *const *names; /* of the values from `least` on; NULL: they have none */
} fields[FIELDS] = {
    [MINUTE] = {"minute", 0, 59, NULL},
    [HOUR] = {"hour", 0, 23, NULL},
    [DAY] = {"day of month", 1, 31, NULL},
    [MONTH] = {"month", 1, 12, month_names},
    [WEEKDAY] = {"day of week", 0, 7, weekday_names},
};

static bool read_value(const struct cron_field *field, struct text text, int64_t *out)
{
    for (int64_t i = 0; field->names != NULL && field->names[i] != NULL; i++) {
        if (text_equal_ignoring_case(text, text_from(field->names[i]))) {
            *out = field->least + i;
            return true;
        }
    }
    return text.size <= 4 && text_to_int64(text, out) && *out >= field->least &&
           *out <= field->most;
}

static bool read_range(const struct cron_field *field, struct text text, int64_t *from, int64_t *to)
{
    struct text first = text_cut(&text, '-');

    *from = field->least;
    *to = field->most;
    if (text_is(first, "*") && !text_is_present(text))
        return true;
    if (!read_value(field, first, from))
        return false;
    *to = *from;
    return !text_is_present(text) || (read_value(field, text, to) && *to >= *from);
}

/* "*", "5", "1-5", "1-30/5", "*" with a step. */
static bool read_part(const struct cron_field *field, struct text text, uint64_t *values)
{
    struct text range = text_cut(&text, '/');
    bool is_range = text_is(range, "*") || text_find(range, '-', 0) < range.size;
    int64_t from;
    int64_t to;
    int64_t step = 1;

    if (!read_range(field, range, &from, &to))
        return false;
    if (text_is_present(text) &&
        (!is_range || text.size > 4 || !text_to_int64(text, &step) || step < 1))
        return false;
    for (; from <= to; from += step)
        *values |= UINT64_C(1) << from;
    return true;
}

static bool read_field(
    const struct cron_field *field, struct text text, uint64_t *out, char why[CRON_WHY_BYTES])
{
    struct text rest = text;

    *out = 0;
    while (text_is_present(rest)) {
        struct text part = text_cut(&rest, ',');
        if (!read_part(field, part, out)) {
            part = text_first_characters(part, LONGEST_SHOWN);
            snprintf(
                why, CRON_WHY_BYTES,
                "%s \"%.*s\" must be *, a value from %d to %d%s, a range (a-b), or one of those "
                "ranges with a step (/n).",
                field->name, TEXT_ARGS(part), (int)field->least, (int)field->most,
                field->names == NULL ? "" : " or a name of three letters");
            return false;
        }
    }
    return true;
}

/* The next run of signs that are no blanks; absent at the end. */
static struct text take_word(struct text *rest)
{
    size_t size = 0;

    *rest = text_trim(*rest);
    while (size < rest->size && rest->data[size] != ' ' && rest->data[size] != '\t')
        size++;
    if (size == 0)
        return (struct text){NULL, 0};
    *rest = (struct text){rest->data + size, rest->size - size};
    return (struct text){rest->data - size, size};
}

/* Of a month that is named, a day that is named: in a leap year, where that is what it takes. */
static bool has_day(const struct cron *cron)
{
    enum { LEAP_YEAR = 2000 };

    for (int month = 1; month <= 12; month++) {
        uint64_t days = (UINT64_C(2) << calendar_month_days(LEAP_YEAR, month)) - 1;
        if ((cron->months >> month & 1) != 0 && (cron->days & days) != 0)
            return true;
    }
    return !cron->has_any_weekday;
}

bool cron_read(struct text text, struct cron *out, char why[CRON_WHY_BYTES])
{
    struct text words[FIELDS];
    struct cron cron = {0};
    uint64_t *const values[FIELDS] = {
        &cron.minutes, &cron.hours, &cron.days, &cron.months, &cron.weekdays};

    for (size_t i = 0; i < FIELDS; i++)
        words[i] = take_word(&text);
    if (!text_is_present(words[FIELDS - 1]) || text_trim(text).size > 0) {
        snprintf(
            why, CRON_WHY_BYTES,
            "there must be five fields: minute, hour, day of month, month, day of week.");
        return false;
    }
    for (size_t i = 0; i < FIELDS; i++) {
        if (!read_field(&fields[i], words[i], values[i], why))
            return false;
    }
    cron.has_any_hour = text_is(words[HOUR], "*");
    cron.has_any_day = text_is(words[DAY], "*");
    cron.has_any_weekday = text_is(words[WEEKDAY], "*");
    cron.weekdays = (cron.weekdays | cron.weekdays >> 7) & 0x7F;
    if (!has_day(&cron)) {
        snprintf(
            why, CRON_WHY_BYTES, "day of month \"%.*s\" is in no month that is named.",
            TEXT_ARGS(text_first_characters(words[DAY], LONGEST_SHOWN)));
        return false;
    }
    *out = cron;
    return true;
}
