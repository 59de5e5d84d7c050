/*
 * The namespaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/namespace.h"

/* Where clients begin; nothing is said there. */
static const struct namespace root_namespace = {.name = "/"};

const struct namespace *const namespaces[] = {
    &root_namespace, &agent_namespace, &realtime_namespace, &terminal_namespace, NULL};
