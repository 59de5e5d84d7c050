/*
 * Continuous archiving: what is new on the ledger is backed up as it comes, so that at any moment no more than the
 * recovery point's time of it is nowhere else.
 *
 *   writer ──more──► ledger ◄──how far?── archiver ──every half a recovery point──► `fleetledger backup`, a child
 *                                            └──► figures: how far behind, since when
 *
 * The child reads beside the server, as an operator's own backup does: it cannot stop the writer, and nothing of it
 * stays. Where the store is away it is begun again, ever later. It ends with the server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ARCHIVE_ARCHIVER_H
#define API_ARCHIVE_ARCHIVER_H

#include "api/settings.h"
#include "eventlog/ledger_read.h"

struct archiver;

/* In microseconds. */
struct archiver_pace {
    int64_t look_us;          /* whether there is something to do */
    int64_t first_pause_us;   /* after a failure, twice as long after each further one … */
    int64_t longest_pause_us; /* … and in the end */
    int64_t end_us;           /* for a backup to end that is told to; then it is killed */
};
extern const struct archiver_pace archiver_usual_pace;

struct archiver_settings {
    const char *program; /* that backs up: "/proc/self/exe" */
    const struct settings *settings;
    const char *home;
    struct ledger *log;
    const struct archiver_pace *pace;
};

/* What the settings point to outlives it. Given to the caller. */
struct archiver *archiver_new(const struct archiver_settings *settings);
void archiver_free(struct archiver *archiver); /* accepts NULL */

/* Runs until archiver_stop(), which breaks off a backup under way: the next one goes on from there. */
void archiver_run(void *context); /* the thread's; `context` is the archiver */
void archiver_stop(struct archiver *archiver);

/* By now. Any thread. */
struct archiver_figures {
    bool is_on;             /* ARCHIVE_TO is set */
    uint64_t size;          /* of the ledger, as far as it is archived; 0: not known */
    uint64_t behind_events; /* that are not */
    int64_t behind_us;      /* age of the oldest of them; 0: there is none */
    int64_t
        succeeded_at_us; /* when the last backup that succeeded was begun, since 1970; 0: not since start */
    uint64_t failures; /* since then, in a row */
    int64_t recovery_point_us;
};
struct archiver_figures
archiver_figures(const struct archiver *archiver); /* of NULL: nothing is archived */

#endif
