/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SINK_SINKS_H
#define PROJECTIONS_SINK_SINKS_H

#include "projections/projector.h"

extern const struct projector sinks_projector;

#endif
