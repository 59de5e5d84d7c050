/*
 * The targets of rollouts: the nodes, and how far each has come.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_ROLLOUT_ROLLOUT_TARGETS_H
#define MIGRATIONS_ROLLOUT_ROLLOUT_TARGETS_H

#include "core/db/table.h"
#include "eventlog/events/rollout_target.h"

/* Rows are struct rollout_target. */
extern const struct table rollout_targets_table;

#endif
