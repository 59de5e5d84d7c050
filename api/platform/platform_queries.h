/*
 * Reading system events, audit entries and samples.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_PLATFORM_QUERIES_H
#define API_PLATFORM_PLATFORM_QUERIES_H

#include "api/route.h"

extern const struct query events_query;
extern const struct query platform_audit_query;
extern const struct query workspace_audit_query;

/* GET of metric samples: from telemetry, not from PostgreSQL. */
extern const struct shape sample_filter_shape;
void samples_handle(struct call *call);

#endif
