/*
 * The OpenAPI 3.1 document, printed from the tables of routes and shapes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "core/base/text.h"

struct arena;

/* The whole document, in the arena. */
struct text openapi_print(struct arena *arena);

#endif
