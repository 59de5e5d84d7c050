/*
 * GET /: what somebody sees who opens the printed address: what this is, and where to go.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_FRONT_PAGE_H
#define API_PLATFORM_FRONT_PAGE_H

#include "api/route.h"

extern const struct shape front_page_shape;

/* HTML for whoever accepts it by name, else JSON. */
void front_page_handle(struct call *call);

#endif
