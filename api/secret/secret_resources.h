/*
 * Secrets, as callers read them: without their values.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SECRET_SECRET_RESOURCES_H
#define API_SECRET_SECRET_RESOURCES_H

#include "api/resource.h"

extern const struct resource secret_resource;

#endif
