/*
 * Routes of setting the server up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/setup/setup.h"

const struct route setup_routes[] = {
    {.method = "GET",
     .path = "/setup/status",
     .tag = "platform",
     .who = WHO_ANYONE,
     .status = 200,
     .throttle = THROTTLE_NONE,
     .doc = "Reports that the installation is ready for use; there is nothing to set up.",
     .handle = setup_status_handle,
     .reply.shape = &setup_view_shape},
    {.method = NULL},
};
