/*
 * Grants of roles, for auditors and platform admins.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTHORITY_AUTHORITY_RESOURCES_H
#define API_AUTHORITY_AUTHORITY_RESOURCES_H

#include "api/resource.h"

extern const struct resource role_grant_resource;

#endif
