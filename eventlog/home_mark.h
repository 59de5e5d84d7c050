/*
 * Whom a home leads or follows: small files in it, each of which says one thing for good, synced before anything
 * builds on it.
 *
 *   follows ──promote──► promoting ──leader_promoted is on the ledger──► succeeds          (URL of the leader; from
 *                        promoting on also the position of leader_promoted)
 *   (none)  ──another leads──► superseded                                                  (why, and its checkpoint)
 *   holder, before promoting: where it had the lease to lead                               (who holds that)
 *
 * One that has none leads, as it always did. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_HOME_MARK_H
#define EVENTLOG_HOME_MARK_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

enum home_mark {
    HOME_FOLLOWS,    /* nothing is signed or decided in it */
    HOME_PROMOTING,  /* it follows no more, and does not lead yet */
    HOME_SUCCEEDS,   /* it leads, in the place of another */
    HOME_SUPERSEDED, /* it led: another one does */
    HOME_HOLDER,     /* it was promoted by the lease to lead, that this process had */
    HOME_MARK_COUNT
};
enum { HOME_MARK_BYTES = 64 << 10 };

bool home_mark_is_set(const char *home, enum home_mark mark);

/* What it says, in the arena. STATUS_UNAVAILABLE where it cannot be read. */
MUST_USE enum status home_mark_read(
    const char *home,
    enum home_mark mark,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* In the place of one that is there. STATUS_UNAVAILABLE, code "home_unusable". */
MUST_USE enum status
home_mark_set(const char *home, enum home_mark mark, struct text says, struct error *error);

/* One becomes another one, and says the same. */
MUST_USE enum status
home_mark_change(const char *home, enum home_mark from, enum home_mark to, struct error *error);

#endif
