/*
 * Selections, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SELECTION_SELECTION_RESOURCES_H
#define API_SELECTION_SELECTION_RESOURCES_H

#include "api/resource.h"

extern const struct resource selection_resource;

#endif
