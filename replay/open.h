/*
 * Opening a home for a sub-command that needs one with a ledger in it, whether a server runs there
 * or not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_OPEN_H
#define REPLAY_OPEN_H

#include "replay/home.h"

/* STATUS_NOT_FOUND (code "ledger_missing") when there is no ledger: nothing is made. */
MUST_USE enum status home_has_ledger(const struct home_settings *settings, struct error *error);

/* As owner of a stopped home, else as reader beside whoever holds it. Main thread. */
MUST_USE enum status home_open_either(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error);

#endif
