/*
 * The rule of a zone for all years to come: two offsets, and the days on which clocks are changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/time/calendar.h"
#include "core/time/zone_internal.h"

enum { HOUR_S = 3600, DAY_S = 86400, USUAL_TIME_S = 2 * HOUR_S };

static bool take_char(struct text *rest, char c)
{
    if (rest->size == 0 || rest->data[0] != c)
        return false;
    *rest = text_slice(*rest, 1, rest->size);
    return true;
}

static bool take_number(struct text *rest, int64_t most, int64_t *out)
{
    int64_t number = 0;
    size_t digits = 0;

    while (digits < rest->size && digits < 4 && rest->data[digits] >= '0' &&
           rest->data[digits] <= '9')
        number = number * 10 + (rest->data[digits++] - '0');
    *rest = text_slice(*rest, digits, rest->size);
    *out = number;
    return digits > 0 && number <= most;
}

/* "CET" or "<+0330>": what it is called is of no interest here. */
static bool take_name(struct text *rest)
{
    bool is_quoted = take_char(rest, '<');
    size_t size = 0;

    while (size < rest->size &&
           (is_quoted ? rest->data[size] != '>'
                      : (rest->data[size] >= 'A' && rest->data[size] <= 'Z') ||
                            (rest->data[size] >= 'a' && rest->data[size] <= 'z')))
        size++;
    *rest = text_slice(*rest, size, rest->size);
    return size >= 3 && (!is_quoted || take_char(rest, '>'));
}

/* "[+-]hh[:mm[:ss]]", in seconds. */
static bool take_time(struct text *rest, int64_t *out)
{
    bool is_negative = take_char(rest, '-');
    int64_t part[3] = {0};

    if (!is_negative)
        (void)take_char(rest, '+');
    if (!take_number(rest, 167, &part[0]))
        return false;
    for (int i = 1; i < 3 && take_char(rest, ':'); i++) {
        if (!take_number(rest, 59, &part[i]))
            return false;
    }
    *out = part[0] * HOUR_S + part[1] * 60 + part[2];
    if (is_negative)
        *out = -*out;
    return true;
}

static bool take_month_day(struct text *rest, struct zone_day *out)
{
    return take_number(rest, 12, &out->month) && out->month >= 1 && take_char(rest, '.') &&
           take_number(rest, 5, &out->week) && out->week >= 1 && take_char(rest, '.') &&
           take_number(rest, 6, &out->day);
}

/* ",M3.5.0/2", ",J60", ",59" */
static bool take_day(struct text *rest, struct zone_day *out)
{
    bool is_day = take_char(rest, ',');

    *out = (struct zone_day){.time = USUAL_TIME_S};
    if (is_day && take_char(rest, 'M')) {
        out->form = 'M';
        is_day = take_month_day(rest, out);
    } else if (is_day && take_char(rest, 'J')) {
        out->form = 'J';
        is_day = take_number(rest, 365, &out->day) && out->day >= 1;
    } else {
        is_day = is_day && take_number(rest, 365, &out->day);
    }
    return is_day && (!take_char(rest, '/') || take_time(rest, &out->time));
}

/* Here what is west of Greenwich is positive. */
static bool take_offset(struct text *rest, int64_t *out)
{
    if (!take_time(rest, out))
        return false;
    *out = -*out;
    return true;
}

bool zone_rule_read(struct text text, struct zone_rule *out)
{
    struct zone_rule rule = {0};

    if (!take_name(&text) || !take_offset(&text, &rule.standard))
        return false;
    if (text.size > 0) {
        rule.has_summer = true;
        rule.summer = rule.standard + HOUR_S;
        if (!take_name(&text) ||
            (text.size > 0 && text.data[0] != ',' && !take_offset(&text, &rule.summer)) ||
            !take_day(&text, &rule.start) || !take_day(&text, &rule.end) || text.size > 0)
            return false;
    }
    *out = rule;
    return true;
}

/* Days since 1970. */
static int64_t day_of_year(const struct zone_day *day, int64_t year)
{
    int64_t first = timestamp_days_from_date(year, 1, 1);
    int64_t found;

    if (day->form == 'M') {
        first = timestamp_days_from_date(year, (int)day->month, 1);
        found = first + (day->day - calendar_weekday(first) + 7) % 7 + (day->week - 1) * 7;
        return found < first + calendar_month_days(year, (int)day->month) ? found : found - 7;
    }
    if (day->form == 'J')
        return first + day->day - (day->day < 60 || !calendar_is_leap(year));
    return first + day->day;
}

static int64_t instant_of(const struct zone_day *day, int64_t year, int64_t offset)
{
    return day_of_year(day, year) * DAY_S + day->time - offset;
}

int64_t zone_rule_offset(const struct zone_rule *rule, int64_t instant)
{
    int64_t year;
    int64_t start;
    int64_t end;
    bool is_summer;

    if (!rule->has_summer)
        return rule->standard;
    year = calendar_date(calendar_day(instant + rule->standard)).year;
    start = instant_of(&rule->start, year, rule->standard);
    end = instant_of(&rule->end, year, rule->summer);
    is_summer = start < end ? instant >= start && instant < end : instant >= start || instant < end;
    return is_summer ? rule->summer : rule->standard;
}
