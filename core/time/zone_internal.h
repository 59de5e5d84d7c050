/*
 * A zone as it is read: the changes of its offset that are on record, and the rule for what comes after
 * the last of them.
 *
 *   first_offset │ changes[0] │ changes[1] │ … │ changes[count − 1] │ rule …
 *                at           at               at                   at
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_ZONE_INTERNAL_H
#define CORE_TIME_ZONE_INTERNAL_H

#include "core/time/zone.h"

#include <unicode/utypes.h>

/* Clocks are `offset` seconds ahead of UTC from this instant on. */
struct zone_change {
    int64_t at;
    int64_t offset;
};

/* A day of any year, and the second of it. */
struct zone_day {
    char
        form; /* M: month, week, weekday; J: day 1 to 365, without 29 February; else: day 0 to 365 */
    int64_t month;
    int64_t week; /* 5: the last */
    int64_t day;
    int64_t time;
};

struct zone_rule {
    int64_t standard; /* offset */
    int64_t summer;   /* the other one, where there are two */
    bool has_summer;
    struct zone_day start; /* of it, by the wall time before; and its end */
    struct zone_day end;
};

struct zone {
    const UChar *icu_name; /* where ICU is asked; then nothing else is set */
    int64_t first_offset;
    struct zone_change *changes;
    size_t count;
    bool has_rule;
    struct zone_rule rule;
};

/* Reads the TZ string of POSIX, as extended by RFC 8536: "CET-1CEST,M3.5.0,M10.5.0/3". */
MUST_USE bool zone_rule_read(struct text text, struct zone_rule *out);
int64_t zone_rule_offset(const struct zone_rule *rule, int64_t instant);

#endif
