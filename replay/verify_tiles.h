/*
 * `fleetledger verify --tiles`: a copy of what a ledger shows to others (C2SP tlog-tiles), checked without
 * the ledger, its keys or a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_TILES_H
#define REPLAY_VERIFY_TILES_H

#include "core/base/attributes.h"
#include "core/base/text.h"

/* `directory` holds "checkpoint" and "tile/…"; `key` is the verifier key of the log. Prints what it found;
 * gives an exit code. */
MUST_USE int verify_tiles(struct text directory, struct text key);

#endif
