/*
 * Rollouts with their targets, as they are read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROLLOUT_ROLLOUT_RESOURCES_H
#define API_ROLLOUT_ROLLOUT_RESOURCES_H

#include "api/resource.h"

/* The view is struct rollout_view. */
extern const struct resource rollout_resource;
extern const struct shape rollout_view_shape;

#endif
