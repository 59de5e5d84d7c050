/*
 * What every answer carries, and which origins may read it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DEFAULT_HEADERS_H
#define API_DEFAULT_HEADERS_H

#include "api/call.h"

/* Adds security headers, correlation and CORS. */
void default_headers_add(struct call *call);
/* May this Origin call? Absent may. */
bool default_headers_allow_origin(struct text allowed, struct text origin);
/* Answers a preflight. */
void default_headers_answer_preflight(struct call *call);

#endif
