/*
 * How work flows between the server and its agents, for operators.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_FLOW_H
#define API_TASK_TASK_FLOW_H

#include "api/route.h"

extern const struct shape task_flow_view_shape;
void task_flow_handle(struct call *call);

#endif
