/*
 * Routes of what had to be told and could not be.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NOTIFICATION_NOTIFICATION_ROUTES_H
#define API_NOTIFICATION_NOTIFICATION_ROUTES_H

#include "api/route.h"

extern const struct route notification_routes[];

#endif
