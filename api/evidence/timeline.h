/*
 * The timeline as pages: GET /timeline, and of a workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_H
#define API_EVIDENCE_TIMELINE_H

#include "core/shape/shape.h"

struct call;

extern const struct shape timeline_page_shape;

/* Of struct timeline_input. LANE_PLAIN. */
void timeline_handle(struct call *call);

#endif
