/*
 * A follower takes over: its stopped home becomes one that leads.
 *
 *   does the leader answer? ─► refused
 *   follows ─► promoting ─► leader_promoted on the ledger ─► succeeds        each step can be done again
 *
 * From the first step on the home follows nobody, and from the last one on it can be served. What the leader had
 * acknowledged, and this follower did not have, is not on this ledger; the leader learns of it when it is back
 * (replay/herald.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_PROMOTE_H
#define REPLAY_PROMOTE_H

#include "projections/data_dir.h"
#include "replay/follower.h"

struct lease;

struct promote_options {
    struct text confirmed_by;
    struct text reason;
};
extern const struct shape promote_options_shape;

/* What is done to the ledger, in a home that no server runs in. */
struct promote_deeds {
    /* Carries out the command promote_leader, `json` being its input, and signs the first checkpoint of the epoch; gives its
     * answer. */
    enum status (*record)(
        const struct data_dir_settings *home,
        struct text json,
        struct arena *arena,
        struct text *out_answer,
        struct error *error);
    /* That signing alone, where recording was broken off between the two. */
    enum status (*sign)(const struct data_dir_settings *home, struct error *error);
};

/* The same by a server that has the lease to lead, on its own home, which it has closed: whether the leader answers does
 * not matter then. The next epoch is claimed before it is recorded: STATUS_UNAVAILABLE, code "no_lease", where another
 * server has taken the lease meanwhile. Who holds it is on disk before: can be done again by another process that goes on for
 * that holder. */
MUST_USE enum status promote_by_lease(
    const struct data_dir_settings *settings,
    struct lease *lease,
    const struct promote_deeds *deeds,
    struct error *error);

/* `leader`: as the settings name it; where they do not, the home does. Gives an exit code. Main thread, no other
 * threads. */
MUST_USE int promote_run(
    const struct data_dir_settings *settings,
    const struct leader *leader,
    const struct promote_options *options,
    const struct promote_deeds *deeds);

#endif
