/*
 * Clocks and the ISO 8601 form of timestamps. The calendar arithmetic follows Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms".
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"

#include "core/base/must.h"

#include <string.h>
#include <time.h>

enum { SECONDS_PER_DAY = 86400 };

static const int64_t us_per_day = (int64_t)SECONDS_PER_DAY * US_PER_S;

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    must(clock_gettime(id, &ts) == 0);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

struct timestamp timestamp_now(void)
{
    return (struct timestamp){read_clock(CLOCK_REALTIME)};
}

int64_t monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t cpu_time_us(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int64_t boottime_us(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

int64_t timestamp_days_from_date(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct date {
    int64_t year;
    int month;
    int day;
    int weekday; /* 0 is Sunday */
};

static struct date date_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    struct date date;

    date.day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    date.month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    date.year = year_of_era + era * 400 + (date.month <= 2);
    date.weekday = (int)(((days % 7) + 11) % 7);
    return date;
}

static void split(struct timestamp m, int64_t *days, int64_t *us_of_day)
{
    *days = m.us / us_per_day;
    *us_of_day = m.us % us_per_day;
    if (*us_of_day < 0) {
        *us_of_day += us_per_day;
        *days -= 1;
    }
}

int64_t timestamp_month(struct timestamp m)
{
    int64_t days;
    int64_t us;
    struct date date;

    split(m, &days, &us);
    date = date_from_days(days);
    return date.year * 12 + date.month - 1;
}

struct timestamp timestamp_month_start(int64_t month)
{
    int64_t days = timestamp_days_from_date(month / 12, (int)(month % 12) + 1, 1);

    return (struct timestamp){days * us_per_day};
}

/* Writes the last `count` digits of a number that is not negative. */
static void put_digits(char *out, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* "hh:mm:ss" */
static void put_time(char *out, int64_t us_of_day)
{
    put_digits(out, us_of_day / 3600000000LL, 2);
    put_digits(out + 3, us_of_day / 60000000LL % 60, 2);
    put_digits(out + 6, us_of_day / US_PER_S % 60, 2);
}

void timestamp_print(struct timestamp m, char out[TIMESTAMP_TEXT_SIZE])
{
    int64_t days;
    int64_t us;
    struct date d;

    split(m, &days, &us);
    d = date_from_days(days);
    memcpy(out, "0000-00-00T00:00:00.000Z", TIMESTAMP_TEXT_SIZE);
    put_digits(out, d.year, 4);
    put_digits(out + 5, d.month, 2);
    put_digits(out + 8, d.day, 2);
    put_time(out + 11, us);
    put_digits(out + 20, us / US_PER_MS % 1000, 3);
}

void timestamp_print_http(struct timestamp m, char out[30])
{
    static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t days;
    int64_t us;
    struct date d;

    split(m, &days, &us);
    d = date_from_days(days);
    memcpy(out, "Sun, 00 Jan 0000 00:00:00 GMT", 30);
    memcpy(out, weekdays[d.weekday], 3);
    put_digits(out + 5, d.day, 2);
    memcpy(out + 8, months[d.month - 1], 3);
    put_digits(out + 12, d.year, 4);
    put_time(out + 17, us);
}

/* A cursor over the text being parsed. */
struct cursor {
    struct text rest;
    int64_t unit_us; /* how long the smallest part is that was named: a day, a second */
    bool is_bad;
};

static bool take_char(struct cursor *c, char wanted)
{
    if (c->rest.size == 0 || c->rest.data[0] != wanted)
        return false;
    c->rest = text_slice(c->rest, 1, c->rest.size);
    return true;
}

static int64_t take_digits(struct cursor *c, size_t count)
{
    int64_t value = 0;

    if (c->rest.size < count) {
        c->is_bad = true;
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        int digit = c->rest.data[i] - '0';
        if (digit < 0 || digit > 9) {
            c->is_bad = true;
            return 0;
        }
        value = value * 10 + digit;
    }
    c->rest = text_slice(c->rest, count, c->rest.size);
    return value;
}

static bool next_is_digit(const struct cursor *c)
{
    return c->rest.size > 0 && c->rest.data[0] >= '0' && c->rest.data[0] <= '9';
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && is_leap ? 29 : days[month - 1];
}

/* Monday of the year's first week, which is the one with 4 January in it. */
static int64_t first_monday(int64_t year)
{
    int64_t fourth = timestamp_days_from_date(year, 1, 4);

    return fourth - ((fourth + 3) % 7 + 7) % 7;
}

static int64_t parse_week_date(struct cursor *c, int64_t year)
{
    int64_t week = take_digits(c, 2);
    bool has_day = take_char(c, '-');
    int64_t day = has_day ? take_digits(c, 1) : 1;
    int64_t monday = first_monday(year) + (week - 1) * 7;

    c->unit_us = (has_day ? 1 : 7) * us_per_day;
    if (week < 1 || monday >= first_monday(year + 1) || day < 1 || day > 7)
        c->is_bad = true;
    return monday + day - 1;
}

/* A month or day of 0 was not named. */
static int64_t days_of_date(struct cursor *c, int64_t year, int month, int day)
{
    int64_t first = timestamp_days_from_date(year, month == 0 ? 1 : month, day == 0 ? 1 : day);

    if (month == 0)
        c->unit_us = (timestamp_days_from_date(year + 1, 1, 1) - first) * us_per_day;
    else
        c->unit_us = (day == 0 ? days_in_month(year, month) : 1) * us_per_day;
    return first;
}

static int64_t parse_date(struct cursor *c)
{
    int64_t year = take_digits(c, 4);
    int64_t month = 0;
    int64_t day = 0;

    if (take_char(c, '-')) {
        if (take_char(c, 'W'))
            return parse_week_date(c, year);
        month = take_digits(c, 2);
        c->is_bad = c->is_bad || month < 1 || month > 12;
        if (!c->is_bad && take_char(c, '-')) {
            day = take_digits(c, 2);
            c->is_bad = c->is_bad || day < 1 || day > days_in_month(year, (int)month);
        }
    }
    return c->is_bad ? 0 : days_of_date(c, year, (int)month, (int)day);
}

static int64_t parse_fraction_us(struct cursor *c)
{
    int64_t us = 0;
    int64_t weight = US_PER_S / 10;

    if (!next_is_digit(c))
        c->is_bad = true;
    while (next_is_digit(c)) {
        us += take_digits(c, 1) * weight;
        c->unit_us = weight > 0 ? weight : 1;
        weight /= 10;
    }
    return us;
}

static int64_t parse_time_us(struct cursor *c)
{
    int64_t hour = take_digits(c, 2);
    bool has_minute = take_char(c, ':');
    int64_t minute = has_minute ? take_digits(c, 2) : 0;
    bool has_second = has_minute && take_char(c, ':');
    int64_t second = has_second ? take_digits(c, 2) : 0;
    int64_t us;

    c->unit_us = (has_second ? 1 : has_minute ? 60 : 3600) * (int64_t)US_PER_S;
    us = take_char(c, '.') ? parse_fraction_us(c) : 0;
    if (hour > 23 || minute > 59 || second > 59)
        c->is_bad = true;
    return ((hour * 60 + minute) * 60 + second) * US_PER_S + us;
}

static int64_t parse_offset_us(struct cursor *c)
{
    int sign;
    int64_t hours;
    int64_t minutes = 0;

    if (c->rest.size == 0 || take_char(c, 'Z') || take_char(c, 'z'))
        return 0;
    sign = take_char(c, '-') ? -1 : 1;
    if (sign == 1 && !take_char(c, '+')) {
        c->is_bad = true;
        return 0;
    }
    hours = take_digits(c, 2);
    if (take_char(c, ':') || next_is_digit(c))
        minutes = take_digits(c, 2);
    if (hours > 23 || minutes > 59)
        c->is_bad = true;
    return sign * (hours * 60 + minutes) * 60 * US_PER_S;
}

static bool parse(struct text t, struct timestamp *out, int64_t *out_unit_us)
{
    struct cursor c = {.rest = t};
    int64_t us = parse_date(&c) * us_per_day;

    if (!c.is_bad && (take_char(&c, 'T') || take_char(&c, 't') || take_char(&c, ' '))) {
        us += parse_time_us(&c);
        us -= parse_offset_us(&c);
    }
    if (c.is_bad || c.rest.size > 0)
        return false;
    out->us = us;
    *out_unit_us = c.unit_us;
    return true;
}

bool timestamp_parse(struct text t, struct timestamp *out)
{
    int64_t unit_us;

    return parse(t, out, &unit_us);
}

bool timestamp_parse_last(struct text t, struct timestamp *out)
{
    struct timestamp first;
    int64_t unit_us;

    if (!parse(t, &first, &unit_us))
        return false;
    *out = timestamp_plus_us(first, unit_us - 1);
    return true;
}
