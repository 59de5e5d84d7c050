/*
 * The AsyncAPI 3.0 document of what goes over sockets, printed from the tables of messages, of what is told,
 * and of shapes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ASYNCAPI_H
#define API_ASYNCAPI_H

#include "core/base/text.h"

struct arena;

/* The whole document, in the arena. */
struct text asyncapi_print(struct arena *arena);

#endif
