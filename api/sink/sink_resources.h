/*
 * What callers read of sinks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SINK_SINK_RESOURCES_H
#define API_SINK_SINK_RESOURCES_H

#include "api/resource.h"

extern const struct resource sink_resource;

#endif
