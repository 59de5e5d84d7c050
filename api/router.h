/*
 * Finding the route of a request. Paths are matched segment by segment, ignoring case and one
 * trailing slash; a wrong method on a known path is as unknown as the path (404, and 405 for
 * directories alone, whose protocol has it so); HEAD finds the GET route.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include "api/route.h"
#include "core/shape/shape_params.h"

struct router;

/* Over every route of every area; the first that fits is taken. A route that could never be found,
 * because an earlier one fits whatever it fits, is a bug (must). */
struct router *router_new(const struct route_area *areas);
void router_free(struct router *router); /* accepts NULL */

struct match {
    const struct route *route; /* NULL: unknown */
    size_t index;              /* of the route among all, for tables beside the router */
    const struct param *params;
    size_t param_count;
};

/* `path` still percent-encoded; parameters are decoded into the arena. STATUS_INVALID for a bad
 * escape, STATUS_NOT_FOUND for an unknown route. Any thread. */
MUST_USE enum status router_match(
    const struct router *router,
    struct text method,
    struct text path,
    struct arena *arena,
    struct match *out,
    struct error *error);

/* Methods that have a route at this path, as the header Allow names them; absent where there is none. In the arena. */
struct text router_methods(const struct router *router, struct text path, struct arena *arena);

size_t router_count(const struct router *router);
const struct route *router_route(const struct router *router, size_t index);

/* Appends the full path of a route: "/api/v1/nodes/:id". */
struct buf;
void route_path(const struct route *route, struct buf *out);

#endif
