/*
 * Streaming replicas of the read models' database (DATABASE_READ_URLS): which of them may be asked,
 * and how far each has come.
 *
 *   projector ──shown──► replicas.c         has the primary write out what it committed, then rings
 *                        replica_watch.c    of each: is it ours, how far has it come? ─► published
 *   worker ──a read────► replica_links.c    one that has come far enough answers, else the primary
 *
 * A replica may be asked while it is a standby of the primary's own database, and what it says of its
 * position, a size and root of the ledger, is true of our ledger. Else it is left out, and looked at
 * again after half a second, and after longer pauses up to five.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_REPLICAS_H
#define API_REPLICAS_H

#include "api/settings.h"
#include "core/db/db.h"
#include "eventlog/progress.h"

struct ledger;

/* What becomes of a replica; replica_states has a row for each. */
enum replica_state {
    REPLICA_AWAY,     /* not reached, or it does not answer */
    REPLICA_FOREIGN,  /* of another PostgreSQL, or another database of it */
    REPLICA_PRIMARY,  /* no standby: promoted, it goes its own way; or it is ours itself */
    REPLICA_DIVERGED, /* it shows what is not on our ledger */
    REPLICA_EMPTY,    /* no read models have come there yet */
    REPLICA_BEHIND,   /* for more than two seconds it lacks something that the primary has */
    REPLICA_READY,
    REPLICA_STATE_COUNT
};
extern const char *const replica_state_names[REPLICA_STATE_COUNT];

struct replicas;

struct replicas_settings {
    const char *conninfo; /* of the primary */
    const struct text *conninfos;
    size_t count;
    struct ledger *ledger;
    const struct progress *progress; /* of the read models, at the primary */
};

/* What the settings point to is borrowed. */
struct replicas *replicas_new(const struct replicas_settings *settings);
void replicas_free(struct replicas *replicas); /* after replicas_run() ended; accepts NULL */

/* Watches them until it is stopped; ends at once where there are none. A thread of its own. */
void replicas_run(void *replicas);
void replicas_stop(struct replicas *replicas);

/* The read models of the primary have moved. Any thread. */
void replicas_shown(struct replicas *replicas);

/* Of each, in the order of the settings: for health and metrics. */
struct replica_figure {
    enum replica_state state;
    uint64_t behind_events; /* that the primary shows, and it does not */
    int64_t lag_us;         /* since it last had all that the primary had; 0 while it has */
    uint64_t reads;         /* answered by it since start … */
    uint64_t failed;        /* … and asked of the primary because it failed */
};
size_t replicas_figures(const struct replicas *replicas, struct replica_figure out[MOST_READ_URLS]);

/*
 * A worker's connections to them. One thread.
 */

/* A read, and what its answer reflects. */
struct reading {
    const struct sql *sql;
    const void *params;
    uint64_t size; /* of the ledger, that the rows must reflect at least; then, that they reflect */
    struct list rows;
};

struct replica_links;

/* `is_stopping` as of db_stop_when(). */
struct replica_links *
replica_links_new(struct replicas *replicas, bool (*is_stopping)(void *context), void *context);
void replica_links_free(struct replica_links *links); /* accepts NULL */

/* Rows of the serving set from a replica that has come far enough, in the arena. False where none
 * has, or where the one that was asked failed: then the primary is to be asked. */
MUST_USE bool
replica_links_read(struct replica_links *links, struct reading *reading, struct arena *arena);

#endif
