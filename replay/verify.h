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

#include "projections/data_dir.h"

struct verify_options {
    bool is_ledger_only;
    bool is_json;
};

/* Prints to standard output what it found; gives an exit code. Main thread, no other threads. */
MUST_USE int
verify_run(const struct data_dir_settings *settings, const struct verify_options *options);

#endif
