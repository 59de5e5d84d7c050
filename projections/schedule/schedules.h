/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SCHEDULE_SCHEDULES_H
#define PROJECTIONS_SCHEDULE_SCHEDULES_H

#include "projections/projector.h"

extern const struct projector schedules_projector;

#endif
