/*
 * Updates of this program, as dashboards of the contract ask for them: it is updated as it was installed, by a package or a
 * file, and so by nobody over HTTP.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_SERVER_UPDATE_H
#define API_PLATFORM_SERVER_UPDATE_H

#include "api/route.h"

extern const struct shape server_update_shape;

void server_update_handle(struct call *call);        /* GET /control-plane-updates/summary */
void server_update_refuse_handle(struct call *call); /* POST …/download, …/apply */

#endif
