/*
 * Selections: what deciding knows of one, which is all of it.
 *
 *   (none) ──created──► saved ◄─┐          deleted: gone
 *                        └─changed
 *
 * A workspace has at most 200, of at most 4 KiB each.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SELECTION_SELECTION_H
#define COMMANDS_SELECTION_SELECTION_H

#include "commands/fold.h"
#include "commands/selection/selection_commands.h"
#include "commands/selection/selection_lookup.h"
#include "eventlog/events/selection_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum selection_kind {
    STATE_SELECTION = AREA_SELECTION << AREA_SHIFT,
    LINK_WORKSPACE_SELECTION /* workspace → selection */
};

enum { MOST_SELECTIONS = 200 };

/* Its state is what its events say: struct selection_definition. */
extern const struct aggregate selection_aggregate;

void selection_evolve(struct fold *fold, const struct record *record);

/* The selection of a path; refused where the workspace is archived or has none of that id. */
enum status selection_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid selection_id,
    struct selection_definition *out,
    struct error *error);

/* Is it one? What is refused names the field. */
enum status selection_read(
    const struct decision *decision, struct text t, struct selector *out, struct error *error);

extern const struct refusal refused_selection_missing;
extern const struct refusal refused_selection_unclear;
extern const struct refusal refused_selection_in_use;
extern const struct refusal refused_selections_full;

#endif
