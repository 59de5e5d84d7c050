/*
 * The looks at evidence of the present ten minutes: which of them are on record, and how often each was
 * repeated.
 *
 *   calls ──looks_note()──► [session ─► looks, counts] ──looks_tend(), ten minutes over──► count_looks
 *            looks_keep()──► looks.kept ──looks_tend(), once there can be writes again──► record_look
 *
 * Ten minutes begin with the session, and go on with others of it. That a look is recorded once in them the
 * writer sees to, by the command's id, over any restart; what is here saves it the question and counts. So
 * it is bounded: of a session the first hundred filters are recorded each and others counted together; where
 * there are more sessions than there is room for, every look of theirs is given to the writer and none
 * counted.
 *
 * A table that threads share, under one lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_LOOKS_H
#define API_EVIDENCE_LOOKS_H

#include "commands/platform/platform_commands.h"
#include "commands/writer.h"

enum { LOOKS_OF_SESSION = 100, LOOKS_SESSIONS = 1024, LOOKS_KEPT_BYTES = 1 << 20 };
#define LOOKS_WINDOW_US (INT64_C(600) * US_PER_S)

struct looks;

/* <home>/looks.kept is opened, and made with all its room. Where that fails it is logged, and a look that
 * cannot be recorded is refused. */
struct looks *looks_new(const char *home, struct keyring *keyring, struct writer *writer);
void looks_free(struct looks *looks); /* accepts NULL */

struct look {
    struct actor actor; /* with its session */
    struct digest name; /* keyed_digest_look() */
    struct timestamp at;
    int64_t window;         /* number of the ten minutes, since the session began */
    struct timestamp until; /* their end */
};

/* Counts a look. True: it needs no record of its own, for it has one, or its session has too many. Any
 * thread. */
MUST_USE bool looks_note(struct looks *looks, const struct look *look);

/* It is on record, or kept. Any thread. */
void looks_noted(struct looks *looks, const struct look *look);

/* Keeps a look that could not be recorded, synced. STATUS_UNAVAILABLE, code "look_not_recorded", when there
 * is no room or no file. A thread that may wait for a disk. */
MUST_USE enum status looks_keep(
    struct looks *looks,
    const struct look *look,
    const struct record_look *order,
    struct error *error);

/* Records the counts of ten minutes that are over, and what was kept, if there can be writes. Once a second;
 * the monitor's thread. Both accept NULL. */
void looks_tend(struct looks *looks, struct timestamp now);
/* Records all counts, or keeps them for the next start. The monitor's thread, at its end. */
void looks_end(struct looks *looks, struct timestamp now);

#endif
