/*
 * What callers read of legal holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PRIVACY_HOLD_RESOURCE_H
#define API_PRIVACY_HOLD_RESOURCE_H

#include "api/resource.h"

extern const struct resource hold_resource;

#endif
