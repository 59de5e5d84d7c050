/*
 * Epochs as the entries of a log tell of them: so that whoever has the key of one follows the ledger into the next, where
 * that began by promoting a leader (and not by declaring another origin, which no monitor of the former one may pass over).
 *
 *   tile/entries/n ──log_epochs_note──► how many promotions in a row since the last declared origin
 *
 * Types of events stand in entries, which are what is signed. Pure functions.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_LOG_EPOCHS_H
#define REPLAY_LOG_EPOCHS_H

#include "core/base/text.h"

#include <stdint.h>

/* Zeroed, of nothing. */
struct log_epochs {
    uint64_t size;      /* so many entries were noted */
    int64_t promotions; /* in a row, up to there */
};

/* Takes in a bundle of entries, each behind its size u16be, whose first is at that position; what was taken in before is
 * passed over. What is no entry is left to whoever checks them. */
void log_epochs_note(struct log_epochs *epochs, uint64_t first, struct bytes bundle);

/* The name of a log without the epoch that a name in checkpoints may end with, borrowed; and that epoch. */
struct text log_epochs_name(struct text name, int64_t *out_epoch);

#endif
