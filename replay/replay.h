/*
 * Read models again, from the ledger alone. Stopped or interrupted, the next run goes on from the
 * last committed position.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "core/shape/shape.h"
#include "projections/data_dir.h"

/* The flags of both commands. */
struct replay_options {
    struct opt_bool json;
};
extern const struct shape replay_options_shape;

/* `fleetledger replay`: rebuilds all read models beside those that are served, then switches. On a
 * stopped home it serves the new set itself; beside a running server it asks the server to, and
 * waits for that (two minutes at most). Gives an exit code. Main thread. */
MUST_USE int
replay_run(const struct data_dir_settings *settings, const struct replay_options *options);

/* `fleetledger prepare`: a new version, run from its binary, builds its set while the old one
 * serves, so that its start finds it ready and only has to switch. Gives an exit code. Main
 * thread. */
MUST_USE int
replay_prepare(const struct data_dir_settings *settings, const struct replay_options *options);

#endif
