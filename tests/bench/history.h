/*
 * A ledger that looks like months of a fleet's life, written fast: events are sealed and packed as
 * the writer does it, but nobody decides anything and thousands share a commit. The same number of
 * events gives the same events, but for salts and boxes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_HISTORY_H
#define TESTS_BENCH_HISTORY_H

#include "core/base/buf.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "tests/bench/place.h"

/* Raised when the story changes, so that ledgers of an older one are not taken for it. */
enum { HISTORY_FORMAT = 5, HISTORY_BUSY_SESSIONS = 1000 };

struct history {
    struct ledger *log;
    struct keyring *keyring;
    struct arena *arena; /* of the events not yet committed */
    struct ledger_draft *drafts;
    size_t count;          /* of them */
    uint64_t made;         /* events in all */
    uint64_t wanted;       /* of them */
    uint64_t random_bytes; /* state of the generator */
    int64_t step_us;       /* mean time between events */
    struct timestamp now;
    struct actor actor;   /* of the next event */
    struct origin origin; /* of the next event, text; absent for the system */
    int64_t outcome;      /* of the next event */
    struct buf fields;
    struct buf stored;
};

/* Something with a stream of its own. */
struct thing {
    struct uuid id;
    int64_t revision;
};

/* A number below `limit`, from the history's own generator. */
uint64_t history_random(struct history *history, uint64_t limit);
struct uuid history_id(struct history *history);

/* Adds an event; when all wanted are there, nothing. `event` is changed by sealing. */
MUST_USE enum status history_add(
    struct history *history,
    const struct event_type *type,
    struct thing *stream,
    struct uuid workspace,
    void *event,
    struct error *error);

static inline bool history_is_told(const struct history *history)
{
    return history->made >= history->wanted;
}

/* Tells the story until it is told (history_story.c; the others: history_crowds.c). */
MUST_USE enum status history_tell(struct history *history, struct error *error);

/* The same of people alone, each of whom has signed in once. */
MUST_USE enum status history_tell_people(struct history *history, struct error *error);

/* The same of people with an API token besides; the last of them has opened a thousand sessions. */
MUST_USE enum status history_tell_sessions(struct history *history, struct error *error);

/* The same of schedules alone, each due in a day. */
MUST_USE enum status history_tell_schedules(struct history *history, struct error *error);

/* Ledger and keyring of so many events below a place, generated unless an earlier run has left them
 * there. Given. */
MUST_USE enum status history_open(
    const struct place *place,
    uint64_t events,
    struct ledger **out_log,
    struct keyring **out_keyring,
    struct error *error);

/* Ledger and keys of so many people in an empty home, for a server with SITE_SECRET; two events of each. */
MUST_USE enum status history_people(const struct place *home, uint64_t people, struct error *error);

/* The same of people with a session and an API token each; the newest has a thousand sessions. */
MUST_USE enum status
history_sessions(const struct place *home, uint64_t people, struct error *error);

/* The same of so many schedules, and few events more. */
MUST_USE enum status
history_schedules(const struct place *home, uint64_t schedules, struct error *error);

/* Copies such a ledger and its keys to an empty home, for a server with SITE_SECRET. */
MUST_USE enum status history_copy(
    const struct place *place, uint64_t events, const struct place *home, struct error *error);

#endif
