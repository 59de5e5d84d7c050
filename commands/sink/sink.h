/*
 * Sinks, to which what is on record is sent on.
 *
 *   (none) ──created──► sending ◄──changed──► paused          removed: gone
 *                        │   ▲
 *                 failing│   │recovered      refused: one event is left out, on record
 *                        ▼   │
 *                       tried on
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SINK_SINK_H
#define COMMANDS_SINK_SINK_H

#include "commands/fold.h"
#include "commands/sink/sink_commands.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum sink_kind {
    STATE_SINK = AREA_SINK << AREA_SHIFT,
    CLAIM_SINK_NAME, /* digest of the name → sink */
    LINK_SINK        /* none → sink */
};

extern const struct aggregate sink_aggregate;

void sink_evolve(struct fold *fold, const struct record *record);

/* What holds of each, however it came to be: its name is free, its filter names types that are known, and
 * a token goes to nobody who is not verified. */
MUST_USE enum status
sink_check(const struct decision *decision, const struct sink_changed *wanted, struct error *error);

extern const struct refusal refused_sink_missing;
extern const struct refusal refused_sink_name_taken;
extern const struct refusal refused_sinks_full;
extern const struct refusal refused_sink_type;
extern const struct refusal refused_sink_token;

#endif
