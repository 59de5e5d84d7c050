/*
 * Upgrades: what deciding knows of them, the newest step and the release that lies ready.
 *
 *   download_requested ──► completed: ready ──apply_requested──► completed: it runs
 *            └──► failed                          └──► failed: the program before goes on
 *
 * One step at a time, for the whole installation.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_UPGRADE_UPGRADE_H
#define COMMANDS_UPGRADE_UPGRADE_H

#include "commands/fold.h"
#include "commands/upgrade/upgrade_commands.h"
#include "commands/upgrade/upgrade_lookup.h"

/* Kinds of the area's keys in the write model; new ones go to the end. Both are kept under UUID_NONE: there is one. */
enum upgrade_kind {
    STATE_UPGRADE = AREA_UPGRADE << AREA_SHIFT,
    STATE_READY_RELEASE /* struct upgrade_requested, of the newest download that was completed */
};

extern const struct shape upgrade_state_shape;
extern const struct aggregate upgrade_aggregate; /* struct upgrade_state */
extern const struct aggregate ready_release_aggregate;

void upgrade_evolve(struct fold *fold, const struct record *record);

/* The newest step; all absent where there is none. */
struct upgrade_state upgrade_newest(const struct decision *decision);

/* What lies ready; all absent where nothing does. */
struct upgrade_requested upgrade_ready(const struct decision *decision);

/* Of both orders. */
extern const struct shape upgrade_order_shape;

/* May a step be ordered now? */
enum status upgrade_must_be_possible(
    const struct decision *decision, const struct upgrade_order *order, struct error *error);

extern const struct refusal refused_upgrade_unsupported;
extern const struct refusal refused_upgrade_open;
extern const struct refusal refused_upgrade_feed;
extern const struct refusal refused_upgrade_ready;
extern const struct refusal refused_upgrade_runs;
extern const struct refusal refused_upgrade_not_ready;
extern const struct refusal refused_upgrade_rollout;

#endif
