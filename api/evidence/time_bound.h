/*
 * Bounds of time as people give them: "2026-03-22", "2026-03-22T16:47:29Z", "today", "yesterday",
 * "yesterday 14:05", or back from now: "-90s", "-15m", "-2h", "-7d", "-4w". Days are those of UTC.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIME_BOUND_H
#define API_EVIDENCE_TIME_BOUND_H

#include "core/base/timestamp.h"

/* The first moment of what is named. False (and `out` untouched) where it is none. */
MUST_USE bool time_bound_parse(struct text text, struct timestamp now, struct timestamp *out);

/* The last one: of the day, the second, … */
MUST_USE bool time_bound_parse_last(struct text text, struct timestamp now, struct timestamp *out);

/* A length of time, in microseconds: "90s", "15m", "1h", "7d", "4w". */
MUST_USE bool time_bound_span(struct text text, int64_t *out_us);

#endif
