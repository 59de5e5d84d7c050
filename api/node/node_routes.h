/*
 * The routes of an area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_NODE_ROUTES_H
#define API_NODE_NODE_ROUTES_H

#include "api/route.h"

/* Ended by a row without a method. */
extern const struct route node_routes[];

#endif
