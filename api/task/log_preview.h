/*
 * Logs of a node: which can be looked into, and what is in one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_LOG_PREVIEW_H
#define API_TASK_LOG_PREVIEW_H

#include "api/route.h"

extern const struct shape log_presets_of_shape;
void log_presets_handle(struct call *call);

extern const struct shape log_preview_view_shape;
/* Waits for the agent. Loop. */
void log_preview_answer(struct call *call, const void *answer);

#endif
