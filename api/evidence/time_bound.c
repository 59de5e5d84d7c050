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

/* "-2h" */
static bool parse_back(struct text text, struct timestamp now, struct timestamp *out)
{
    int64_t count = 0;

    if (text.size < 3 || text.size > MOST_DIGITS + 2 || text.data[0] != '-' ||
        text.data[1] == '-' || !text_to_int64(text_slice(text, 1, text.size - 2), &count))
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        int64_t back_s = count * units[i].seconds;
        if (units[i].name != text.data[text.size - 1])
            continue;
        out->us = back_s < now.us / US_PER_S ? now.us - back_s * US_PER_S : 1; /* 0: absent */
        return true;
    }
    return false;
}

bool time_bound_parse(struct text text, struct timestamp now, struct timestamp *out)
{
    return parse_back(text, now, out) || timestamp_parse(text, out);
}

bool time_bound_parse_last(struct text text, struct timestamp now, struct timestamp *out)
{
    return parse_back(text, now, out) || timestamp_parse_last(text, out);
}
