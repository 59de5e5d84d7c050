/*
 * Points in time and the clocks that give them. Where something is decided, the time is handed
 * in; only the edges read a clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_TIMESTAMP_H
#define CORE_BASE_TIMESTAMP_H

#include "core/base/attributes.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Microseconds since 1970-01-01T00:00:00Z. 0 means absent. */
struct timestamp {
    int64_t us;
};

enum { US_PER_MS = 1000, US_PER_S = 1000000 };

/* "2026-03-22T16:47:29.206Z" and its terminator. */
enum { TIMESTAMP_TEXT_SIZE = 25 };

/* The wall clock, UTC. */
struct timestamp timestamp_now(void);

/* A clock that never jumps, microseconds from an arbitrary start: for time-outs and durations. */
int64_t monotonic_us(void);
/* Processor time that the calling thread has used. */
int64_t cpu_time_us(void);

/* The clock since boot, which goes on while the machine sleeps; to notice jumps of the wall
 * clock. Microseconds. */
int64_t boottime_us(void);

static inline bool timestamp_is_present(struct timestamp m)
{
    return m.us != 0;
}

static inline struct timestamp timestamp_plus_us(struct timestamp m, int64_t us)
{
    return (struct timestamp){m.us + us};
}

/* ISO 8601 in UTC with milliseconds (truncated), as every JSON answer has it. */
void timestamp_print(struct timestamp m, char out[TIMESTAMP_TEXT_SIZE]);

/* RFC 1123 ("Tue, 24 Nov 2026 23:19:22 GMT") for HTTP's Date header; 30 bytes with terminator. */
void timestamp_print_http(struct timestamp m, char out[30]);

/* Parses ISO 8601 loosely: "2026", "2026-03", "2026-W12", "2026-03-22", with an optional time
 * ("T" or blank, seconds and fraction optional) and an optional offset; no offset means UTC.
 * False (and `out` untouched) where it is none or out of range. */
MUST_USE bool timestamp_parse(struct text t, struct timestamp *out);

/* The same, to the last microsecond of what is named: of the year, the day, the second, the
 * millisecond. Whoever asks for what was up to a time as it was shown means that whole. */
MUST_USE bool timestamp_parse_last(struct text t, struct timestamp *out);

/* Days since 1970-01-01 for a proleptic Gregorian date (month 1-12). */
int64_t timestamp_days_from_date(int64_t year, int month, int day);

/* The month (UTC) that it lies in: year × 12 + month − 1. And where a month begins. */
int64_t timestamp_month(struct timestamp m);
struct timestamp timestamp_month_start(int64_t month);

#endif
