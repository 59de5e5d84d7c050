/*
 * The lists of a server, as its own OpenAPI document tells of them: routes that answer an array and
 * take a limit. So a new list is measured without a word here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_LIST_ROUTES_H
#define TESTS_BENCH_LIST_ROUTES_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

enum { MOST_LIST_ROUTES = 64, MOST_LIST_PARAMETERS = 24 };

struct list_parameter {
    struct text name;
    bool is_in_path;
    bool is_boolean;
    struct text first; /* of its enumerated values; absent when it has none */
    struct text last;
};

struct list_route {
    struct text path; /* "/api/v1/workspaces/{workspaceId}/tasks" */
    struct list_parameter parameters[MOST_LIST_PARAMETERS];
    size_t parameter_count;
};

struct list_routes {
    struct list_route items[MOST_LIST_ROUTES];
    size_t count;
};

/* Texts in the arena. STATUS_INVALID when it is no such document, or one that is too large. */
MUST_USE enum status list_routes_read(
    struct text document, struct arena *arena, struct list_routes *out, struct error *error);

/* NULL when it has none of this name. */
const struct list_parameter *list_route_parameter(const struct list_route *route, const char *name);

#endif
