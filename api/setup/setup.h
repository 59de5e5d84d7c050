/*
 * The state of the installation, as dashboards of the contract ask for it before anybody signs in, on
 * every page: so it costs nothing and is not throttled.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETUP_H
#define API_SETUP_SETUP_H

#include "api/route.h"

extern const struct shape setup_view_shape;

void setup_status_handle(struct call *call); /* GET /setup/status */

#endif
