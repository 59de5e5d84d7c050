/*
 * Reading bounds of time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/time_bound.h"

static const struct {
    char name;
    int64_t seconds;
} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};

enum { MOST_DIGITS = 9 };
#define DAY_US     (INT64_C(86400) * US_PER_S)
#define LONGEST_US (INT64_MAX / 2) /* can still be added to any moment */

bool time_bound_span(struct text text, int64_t *out_us)
{
    int64_t count = 0;

    if (text.size < 2 || text.size > MOST_DIGITS + 1 || text.data[0] == '-' ||
        text.data[0] == '+' || !text_to_int64(text_slice(text, 0, text.size - 1), &count))
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (units[i].name != text.data[text.size - 1])
            continue;
        count *= units[i].seconds;
        *out_us = count < LONGEST_US / US_PER_S ? count * US_PER_S : LONGEST_US;
        return true;
    }
    return false;
}

/* "-2h" */
static bool parse_back(struct text text, struct timestamp now, struct timestamp *out)
{
    int64_t back_us = 0;

    if (text.size < 1 || text.data[0] != '-' ||
        !time_bound_span(text_slice(text, 1, text.size - 1), &back_us))
        return false;
    out->us = back_us < now.us ? now.us - back_us : 1; /* 0: absent */
    return true;
}

/* "14:05" */
static bool parse_clock(struct text text, int64_t *out_us)
{
    int64_t hours = 0;
    int64_t minutes = 0;

    if (text.size != 5 || text.data[2] != ':' || text.data[0] == '-' || text.data[0] == '+' ||
        text.data[3] == '-' || text.data[3] == '+' ||
        !text_to_int64(text_slice(text, 0, 2), &hours) ||
        !text_to_int64(text_slice(text, 3, 2), &minutes) || hours > 23 || minutes > 59)
        return false;
    *out_us = (hours * 60 + minutes) * 60 * US_PER_S;
    return true;
}

/* "yesterday", "today 14:05"; of a day or a minute its end, if that is wanted. */
static bool parse_day(struct text text, struct timestamp now, bool is_last, struct timestamp *out)
{
    struct text rest = text;
    struct text day = text_cut(&rest, ' ');
    int64_t day_us = now.us - now.us % DAY_US;
    int64_t clock_us = 0;
    int64_t length_us = DAY_US;

    if (text_is(day, "yesterday"))
        day_us -= DAY_US;
    else if (!text_is(day, "today"))
        return false;
    if (text_is_present(rest)) {
        if (!parse_clock(rest, &clock_us))
            return false;
        length_us = INT64_C(60) * US_PER_S;
    }
    out->us = day_us + clock_us + (is_last ? length_us - 1 : 0);
    return true;
}

bool time_bound_parse(struct text text, struct timestamp now, struct timestamp *out)
{
    return parse_back(text, now, out) || parse_day(text, now, false, out) ||
           timestamp_parse(text, out);
}

bool time_bound_parse_last(struct text text, struct timestamp now, struct timestamp *out)
{
    return parse_back(text, now, out) || parse_day(text, now, true, out) ||
           timestamp_parse_last(text, out);
}
