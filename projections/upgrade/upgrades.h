/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_UPGRADE_UPGRADES_H
#define PROJECTIONS_UPGRADE_UPGRADES_H

#include "projections/projector.h"

extern const struct projector upgrades_projector;

#endif
