/*
 * The routes of an area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_AGENT_ROUTES_H
#define API_AGENT_AGENT_ROUTES_H

#include "api/route.h"

/* Ended by a row without a method. */
extern const struct route agent_routes[];

#endif
