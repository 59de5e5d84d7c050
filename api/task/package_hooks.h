/*
 * What the routes of packages do beside their commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_PACKAGE_HOOKS_H
#define API_TASK_PACKAGE_HOOKS_H

#include "api/route.h"

/* Whose workspaces the node may belong to, where the path names none. */
bool package_prepare_list(struct call *call, void *input);
bool package_prepare_search(struct call *call, void *input);

/* Wait for the agent. Loop. */
void package_answer_list(struct call *call, const void *answer);
void package_answer_search(struct call *call, const void *answer);

/* Show what was ordered. Worker. */
void package_answer_order(struct call *call, const void *answer);

#endif
