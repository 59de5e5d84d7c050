/*
 * `fleetledger verify` of what a ledger shows to others (C2SP tlog-tiles, tlog-proof), without the ledger
 * itself, by its key alone:
 *
 *   --tiles   a copy in a directory                      log_copy.h, eventlog/tile_check.h
 *   --url     a server, once or with --follow for good   log_watch.h
 *   --proof   one receipt                                eventlog/receipt.h
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_ELSEWHERE_H
#define REPLAY_VERIFY_ELSEWHERE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "replay/verify.h"

struct checkpoint;
struct note_keys;

bool verify_is_elsewhere(const struct verify_options *options);

/* Prints what it found; gives an exit code. */
MUST_USE int verify_elsewhere(const struct verify_options *options);

/* For the files of this folder. */

/* What holds: `sentence` for people, with --json a line for programs. `position` is UINT64_MAX, and
 * `signed_at` absent, where there is none. */
struct verified {
    const struct checkpoint *checkpoint;
    struct timestamp signed_at;
    uint64_t position;
    struct text sentence;
};
void verified_print(const struct verify_options *options, const struct verified *verified);

/* What does not hold, or why it was not checked. */
void verified_complain(const struct verify_options *options, const struct error *error);

/* The three. Each prints what holds; `error` says what does not, or why it was not checked. */
MUST_USE enum status verify_tiles(
    const struct verify_options *options,
    const struct note_keys *keys,
    struct arena *arena,
    struct error *error);
MUST_USE enum status
verify_url(const struct verify_options *options, const struct note_keys *keys, struct error *error);
MUST_USE enum status verify_proof(
    const struct verify_options *options,
    const struct note_keys *keys,
    struct arena *arena,
    struct error *error);

#endif
