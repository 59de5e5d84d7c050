/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SELECTION_SELECTIONS_H
#define PROJECTIONS_SELECTION_SELECTIONS_H

#include "projections/projector.h"

extern const struct projector selections_projector;

#endif
