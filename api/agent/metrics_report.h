/*
 * Samples that agents send over HTTP.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_METRICS_REPORT_H
#define API_AGENT_METRICS_REPORT_H

#include "api/route.h"

extern const struct shape metrics_body_shape;

/* Handler of POST /agent/metrics. Loop. */
void metrics_report_handle(struct call *call);
/* The same on an agent's socket. */
void metrics_report_handle_message(struct call *call);

#endif
