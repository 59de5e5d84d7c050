/*
 * Moments of the ledger, as people name them: a position, or a time, which means when events were
 * recorded. An event of that very moment counts: what is shown as recorded at a time is on record then.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_MOMENT_H
#define API_EVIDENCE_MOMENT_H

#include "core/base/error.h"
#include "core/shape/shape.h"

struct ledger;

struct moment {
    int64_t position;             /* of the last event that counts */
    struct timestamp recorded_at; /* and when that was recorded */
    struct timestamp time;        /* that was asked for; absent for a position */
};
extern const struct shape moment_shape;

/* What times mean in an answer: an enum with one name. */
extern const char *const moment_time_names[];

/* What a text names; INT64_MAX for a position beyond all. */
struct moment_name {
    int64_t position;       /* absent: a time */
    struct timestamp first; /* of the span that is named: of a day, a second */
    struct timestamp last;
};

/* False (and `out` untouched) where it names none. */
MUST_USE bool moment_parse(struct text text, struct timestamp now, struct moment_name *out);

/* Absent text: now. STATUS_INVALID naming the field for what is none, for what is yet to come, and for what
 * lies before the first event. */
MUST_USE enum status moment_read(
    struct ledger *ledger,
    struct text text,
    const char *field,
    struct moment *out,
    struct error *error);

/* Of the ledger then. */
static inline uint64_t moment_size(const struct moment *moment)
{
    return (uint64_t)moment->position + 1;
}

#endif
