/*
 * The routes of an area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_IDENTITY_ROUTES_H
#define API_IDENTITY_IDENTITY_ROUTES_H

#include "api/route.h"

/* Ended by a row without a method. */
extern const struct route identity_routes[];

#endif
