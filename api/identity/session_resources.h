/*
 * Sessions that are open, as resources.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SESSION_RESOURCES_H
#define API_IDENTITY_SESSION_RESOURCES_H

#include "api/resource.h"

extern const struct resource own_session_resource;
extern const struct resource user_session_resource;

#endif
