/*
 * System events and the audit trail, as callers read them; and metric samples.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_PLATFORM_RESOURCES_H
#define API_PLATFORM_PLATFORM_RESOURCES_H

#include "api/route.h"

extern const struct resource event_resource;
extern const struct resource platform_audit_resource;
extern const struct resource workspace_audit_resource;

/* GET of metric samples: from telemetry, not from PostgreSQL. */
extern const struct shape sample_filter_shape;
void samples_handle(struct call *call);

#endif
