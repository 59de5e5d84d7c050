/*
 * Nodes and their installations, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_NODE_RESOURCES_H
#define API_NODE_NODE_RESOURCES_H

#include "api/resource.h"

extern const struct resource node_resource;
extern const struct resource install_resource;

#endif
