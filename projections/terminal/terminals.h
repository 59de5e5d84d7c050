/*
 * The projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_TERMINAL_TERMINALS_H
#define PROJECTIONS_TERMINAL_TERMINALS_H

#include "projections/projector.h"

extern const struct projector terminals_projector;

#endif
