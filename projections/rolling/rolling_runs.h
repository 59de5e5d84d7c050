/*
 * The projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_ROLLING_ROLLING_RUNS_H
#define PROJECTIONS_ROLLING_ROLLING_RUNS_H

#include "projections/projector.h"

extern const struct projector rolling_runs_projector;
extern const struct projector rolling_targets_projector;

#endif
