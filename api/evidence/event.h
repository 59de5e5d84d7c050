/*
 * One event as it is on record, and what it stands between: GET /events/:position, …/causes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_EVENT_H
#define API_EVIDENCE_EVENT_H

#include "core/shape/shape.h"

struct call;

extern const struct shape event_input_shape;
extern const struct shape event_detail_shape;
extern const struct shape event_causes_shape;

/* LANE_PLAIN. */
void event_handle(struct call *call);
void event_causes_handle(struct call *call);

#endif
