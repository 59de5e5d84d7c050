/*
 * Windows: spans of time, once from one instant to another, or again and again from where a cron points at for some
 * minutes. The clocks of its zone say where one begins; how long it is they do not change.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_WINDOW_H
#define CORE_TIME_WINDOW_H

#include "core/shape/shape.h"

struct timezone_list;

enum { WINDOW_LONGEST_NAME = 160, WINDOW_MOST_MINUTES = 10080 };

/* Either the first three or the last two beside its name; the others are absent. */
struct window {
    struct text name;
    struct text cron;
    struct text timezone; /* as the tz database spells it */
    int64_t minutes;      /* from each time of the cron */
    struct timestamp from;
    struct timestamp until;
};
extern const struct shape window_shape;
/* The same in an order: documents of the API tell what comes in from what is answered. */
extern const struct shape window_order_shape;

/* Is it a window? Makes its zone spelled as the database has it, which lends the name; else fills `why`, in the arena. */
MUST_USE bool window_settle(
    struct window *window,
    const struct timezone_list *zones,
    struct arena *arena,
    struct text *why);

/* Does a time lie in it, or in one of its turns; and until when does the last turn last that has begun then? One of an
 * unknown zone is never open. */
MUST_USE bool window_is_open(
    const struct window *window,
    const struct timezone_list *zones,
    struct timestamp at,
    struct timestamp *out_until);

/* The first of them, of struct window, that is open then; NULL: none is. */
const struct window *window_find_open(
    struct list windows,
    const struct timezone_list *zones,
    struct timestamp at,
    struct timestamp *out_until);

#endif
