/*
 * Watching a log on another machine: is what it shows what it signed, and does it continue what it
 * signed before?
 *
 *   checkpoint ─► signed by the key? ─► not smaller than the largest one seen? ─► its tiles and entries,
 *   from the last whole bundle on (eventlog/tile_check.h) ─► the largest one seen
 *
 * With a copy (log_copy.h), what was fetched is kept there, and the largest checkpoint seen with it: less is
 * never accepted again, by a later run either. One thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_LOG_WATCH_H
#define REPLAY_LOG_WATCH_H

#include "core/base/timestamp.h"
#include "eventlog/checkpoint.h"

struct fetch;
struct log_copy;
struct log_watch;

struct log_watch_settings {
    struct fetch *fetch;          /* borrowed */
    struct log_copy *copy;        /* borrowed; NULL: nothing is kept */
    const struct note_keys *keys; /* copied; names are borrowed */
    int64_t patience_us; /* before a smaller checkpoint, which may come from a cache, is believed */
};

/* Given to the caller. STATUS_INVALID where the copy is of another log. */
MUST_USE enum status log_watch_open(
    const struct log_watch_settings *settings, struct log_watch **out, struct error *error);
void log_watch_close(struct log_watch *watch); /* accepts NULL */

struct log_sight {
    struct checkpoint checkpoint; /* the largest, which holds; its origin until the next look */
    int64_t epoch;                /* of that origin */
    struct text note;             /* as it was signed; until the next look */
    struct timestamp signed_at;   /* as the server says; absent where it does not */
    bool is_new;                  /* another one than at the last look */
    bool is_copy_renewed;         /* what was kept was damaged, and is fetched anew next time */
};

/* Fetches the newest checkpoint, and checks all that it adds. STATUS_CORRUPT is what an auditor must hear of,
 * by its code:
 *   "not_signed"         what the server shows is not signed by the key
 *   "ledger_rolled_back" it is smaller than what was signed before
 *   "ledger_forked"      it does not continue what was signed before
 *   "leader_superseded"  a newer epoch was seen: another server leads
 *   "evidence_damaged"   entries or tiles are not what was signed; the text names the file
 * What contradicts is then log_watch_contradiction(). Other statuses: it could not be looked at. */
MUST_USE enum status
log_watch_look(struct log_watch *watch, struct log_sight *out, struct error *error);

/* The note that the last look found wrong; absent when there is none. */
struct text log_watch_contradiction(const struct log_watch *watch);

#endif
