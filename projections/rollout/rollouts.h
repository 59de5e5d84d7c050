/*
 * The projector of rollouts and their targets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_ROLLOUT_ROLLOUTS_H
#define PROJECTIONS_ROLLOUT_ROLLOUTS_H

#include "projections/projector.h"

extern const struct projector rollouts_projector;
extern const struct projector rollout_targets_projector;

#endif
