/*
 * How the server is: for people, probes and Prometheus.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_HEALTH_H
#define API_PLATFORM_HEALTH_H

#include "api/route.h"

extern const struct shape health_view_shape;

void health_handle(struct call *call);              /* GET /health: the process is there */
void health_ready_handle(struct call *call);        /* 200 when everything works, else 503 */
void health_dependencies_handle(struct call *call); /* the same checks, always 200 */
void metrics_handle(struct call *call);             /* Prometheus text format 0.0.4 */

#endif
