/*
 * Rolling runs and their targets, as they are read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROLLING_ROLLING_RESOURCES_H
#define API_ROLLING_ROLLING_RESOURCES_H

#include "api/resource.h"

extern const struct resource rolling_run_resource;
extern const struct resource rolling_target_resource;

#endif
