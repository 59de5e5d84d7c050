/*
 * Providers that people sign in through, as platform admins read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_RESOURCES_H
#define API_PROVIDER_PROVIDER_RESOURCES_H

#include "api/resource.h"

extern const struct resource provider_resource;

#endif
