/*
 * What every answer carries, and which origins may read it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DEFAULT_HEADERS_H
#define API_DEFAULT_HEADERS_H

#include "api/call.h"

/* Adds security headers, correlation and CORS. */
void add_default_headers(struct call *call);
/* May this Origin call? Absent may. */
bool cors_allows(struct text allowed, struct text origin);
/* Answers a preflight. */
void cors_preflight(struct call *call);

#endif
