/*
 * Schedules, as they are read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SCHEDULE_SCHEDULE_RESOURCES_H
#define API_SCHEDULE_SCHEDULE_RESOURCES_H

#include "api/resource.h"

extern const struct resource schedule_resource;

/* A row as it is shown. */
extern const struct shape schedule_view_shape;

#endif
