/*
 * Bodies of a server's events, some of them, chosen by chance: is each what the entry says that was signed?
 *
 *   chance ─► position ─► GET /ledger/inclusion   the entry is in the signed tree (eventlog/tree.h)
 *                     └─► GET /events/:position   its stored body has the digest that the entry names
 *
 * One by one, for each is a look on record; a whole ledger with its bodies is a follower's to have. One thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BODY_CHECK_H
#define REPLAY_BODY_CHECK_H

#include "core/base/error.h"
#include "eventlog/checkpoint.h"

struct fetch;

enum { BODY_CHECK_MOST = 1000 };

/* Of a checkpoint that holds; all of its bodies where there are no more than `count`. */
struct body_check {
    struct fetch *fetch;
    const struct checkpoint *checkpoint;
    uint64_t count;
};

struct body_sight {
    uint64_t kept;    /* that have their digests */
    uint64_t dropped; /* that are gone, by a later event */
};

/* STATUS_CORRUPT, code "evidence_damaged", names the position of what does not fit; else as fetch_get(). A
 * server that has had too many requests is waited for, a minute at most. */
MUST_USE enum status
body_check(const struct body_check *check, struct body_sight *out, struct error *error);

#endif
