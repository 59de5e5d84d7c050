/*
 * The people with an account, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_USER_RESOURCES_H
#define API_IDENTITY_USER_RESOURCES_H

#include "api/resource.h"
#include "migrations/identity/users.h"

extern const struct resource user_resource;
extern const struct resource service_account_resource; /* those of users that are none of people */
extern const struct resource me_resource;              /* the caller */

#endif
