/*
 * `fleetledger prepare`: a new version builds its set of read models while the old one serves, so
 * that its start finds it ready and only has to switch.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_PREPARE_H
#define REPLAY_PREPARE_H

#include "replay/home.h"

/* Run from the new binary. Gives an exit code. Main thread. */
MUST_USE int prepare_run(const struct home_settings *settings);

#endif
