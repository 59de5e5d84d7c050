/*
 * Channels and their deliveries, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NOTIFICATION_CHANNEL_RESOURCES_H
#define API_NOTIFICATION_CHANNEL_RESOURCES_H

#include "api/resource.h"

extern const struct resource channel_resource;
/* The same with the key of a webhook, for whoever has just made it. */
extern const struct resource keyed_channel_resource;
extern const struct resource channel_delivery_resource;

/* The same of the platform. */
extern const struct resource platform_channel_resource;
extern const struct resource keyed_platform_channel_resource;
extern const struct resource platform_channel_delivery_resource;

#endif
