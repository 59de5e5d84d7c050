/*
 * Reciting the tables of routes. What goes in and comes out stands in the OpenAPI document and on
 * the page of commands; here is who may call what, and how it is answered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/reference.h"

#include "api/resource_sql.h"
#include "api/route.h"
#include "api/router.h"
#include "core/base/buf.h"

static const char *who_may(enum who who)
{
    switch (who) {
    case WHO_ANYONE:
        return "anyone";
    case WHO_USER:
        return "user";
    case WHO_PLATFORM_ADMIN:
        return "platform admin";
    case WHO_WORKSPACE_MEMBER:
        return "workspace member";
    case WHO_WORKSPACE_ADMIN:
        return "workspace admin";
    case WHO_AGENT:
        return "agent";
    }
    return "";
}

/* From where the answer is made: "read" waits for the read model, "state" needs none. */
static const char *answered_from(const struct route *route)
{
    if (route->lists != NULL || route->reads != NULL || route->query != NULL ||
        route->shows != NULL)
        return "read";
    return route->command != NULL ? "state" : "own";
}

static void describe_limits(const struct route *route, struct buf *out)
{
    if (route->throttle == THROTTLE_NONE)
        buf_add_c(out, " Not throttled.");
    if (route->body_limit > 0)
        buf_printf(out, " Bodies up to %zu KiB.", route->body_limit / 1024);
}

static void describe_route(const struct route *route, struct buf *out)
{
    buf_printf(out, "| `%s ", route->method);
    route_path(route, out);
    buf_printf(out, "` | %s | %d %s | ", who_may(route->who), route->status, answered_from(route));
    if (route->command != NULL)
        buf_printf(out, "`%s`", route->command->name);
    buf_printf(out, " | %s", route->doc);
    describe_limits(route, out);
    buf_add_c(out, " |\n");
}

void reference_routes(struct buf *out)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        buf_printf(
            out,
            "\n## %s\n\n| Route | Who may | Answers | Command | Meaning |\n|---|---|---|---|---|\n",
            area->name);
        for (const struct route *route = area->routes; route->method != NULL; route++)
            describe_route(route, out);
    }
}

/* Did an earlier route list it? */
static bool is_repeat(const struct route *wanted)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route == wanted)
                return false;
            if (route->lists == wanted->lists)
                return true;
        }
    }
    return false;
}

void reference_describe_lists(struct buf *out)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route->lists != NULL && !is_repeat(route))
                resource_describe(route->lists, out);
        }
    }
}
