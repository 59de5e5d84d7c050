/*
 * What a route does once its input is read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RUN_H
#define API_RUN_H

#include "api/call.h"

/* Does what the route is for. */
void run_call(struct call *call);

#endif
