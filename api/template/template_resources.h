/*
 * Templates of tasks, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TEMPLATE_TEMPLATE_RESOURCES_H
#define API_TEMPLATE_TEMPLATE_RESOURCES_H

#include "api/resource.h"

extern const struct resource template_resource;

#endif
