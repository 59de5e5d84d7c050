/*
 * `fleetledger verify`: does everything that is stored still say what was recorded?
 *
 *   ledger        entries, bodies, tree, from the first to the last
 *   write model   against a fresh fold
 *   index         against a fresh one
 *   read models   every row of the served set against a fresh fold to its position
 *
 * Names what differs. Works on a stopped home and beside a running server, and changes nothing in
 * either.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_H
#define REPLAY_VERIFY_H

#include "core/shape/shape.h"
#include "projections/data_dir.h"

/* The flags of the command. */
struct verify_options {
    struct opt_bool ledger_only;
    struct opt_bool json;
    struct text root_key; /* of the product */
    struct text tiles;    /* one of these in place of the home: a directory, … */
    struct text url;      /* … a server, … */
    struct text proof;    /* … a receipt */
    struct text key;
    struct text entry;
    struct text token_file;
    struct text ca_file;
    struct text copy;
    int64_t bodies;
    struct opt_bool follow;
    int64_t every;
    int64_t silence;
    int64_t unreachable;
};
extern const struct shape verify_options_shape;

/* Prints to standard output what it found; gives an exit code. Rows that somebody else holds are
 * waited for a minute at most. Main thread, no other threads. */
MUST_USE int
verify_run(const struct data_dir_settings *settings, const struct verify_options *options);

#endif
