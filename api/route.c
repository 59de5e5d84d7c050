/*
 * What rows of the tables of routes come to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"

#include <stdio.h>
#include <string.h>

enum route_kind route_kind(const struct route *route)
{
    if (route->handle != NULL)
        return ROUTE_HANDLER;
    if (route->command != NULL)
        return route->shows != NULL && route->render == NULL ? ROUTE_SHOWN : ROUTE_STATE;
    if (route->lists != NULL)
        return ROUTE_PAGE;
    return route->reads != NULL ? ROUTE_ROW : ROUTE_QUERY;
}

const struct shape *route_input(const struct route *route, struct arena *arena)
{
    if (route->command != NULL)
        return route->command->input;
    if (route->lists != NULL)
        return resource_input_shape(route->lists, true, arena);
    if (route->reads != NULL)
        return resource_input_shape(route->reads, false, arena);
    if (route->query != NULL)
        return route->query->input;
    return route->input_shape;
}

const struct route_callers *route_callers(const struct route *route)
{
    static const struct route_callers callers[] = {
        [WHO_ANYONE] = {"anyone", "Anyone may call it."},
        [WHO_USER] = {"user", "Any signed-in user may call it."},
        [WHO_PLATFORM_ADMIN] = {"platform admin", "Platform admins may call it."},
        [WHO_WORKSPACE_MEMBER] =
            {"workspace member", "Members of the workspace, and platform admins, may call it."},
        [WHO_WORKSPACE_ADMIN] =
            {"workspace admin", "Owners and admins of the workspace, and platform "
                                "admins, may call it."},
        [WHO_PLATFORM_AUDITOR] =
            {"platform auditor", "Platform auditors, and platform admins, may call it."},
        [WHO_WORKSPACE_AUDITOR] =
            {"workspace auditor",
             "Owners and admins of the workspace, platform auditors, and platform "
             "admins, may call it."},
        [WHO_LEDGER_READER] =
            {"ledger reader",
             "Platform auditors and admins may call it, and anyone where `LEDGER_PUBLIC` is "
             "`true`."},
        [WHO_FOLLOWER] = {"follower", "Admitted followers may call it, with their token."},
        [WHO_DIRECTORY] =
            {"directory", "Directories of providers may call it, with a token of theirs."},
        [WHO_AGENT] = {"agent", "Agents may call it, with the credential of their node."},
    };

    return &callers[route->who];
}

bool route_is_message(const struct route *route)
{
    return route->method[0] == 'E'; /* EMIT */
}

bool route_has_body(const struct route *route)
{
    return route->has_body ||
           (route->method[0] != 'G' && route->method[0] != 'D'); /* GET, DELETE */
}

/* The resource that it answers with, or NULL. */
static const struct resource *resource_of(const struct route *route)
{
    if (route->lists != NULL)
        return route->lists;
    return route->reads != NULL ? route->reads : route->shows;
}

const struct shape *route_answer(const struct route *route)
{
    if (route->reply.shape != NULL)
        return route->reply.shape;
    if (resource_of(route) != NULL)
        return resource_view(resource_of(route));
    if (route->query != NULL)
        return route->query->sql.row;
    return route->command != NULL ? route->command->answer : NULL;
}

bool route_is_followed(const struct route *route)
{
    return route->reply.is_followed || (route->lists != NULL && route->lists->is_over != NULL);
}

bool route_answers_list(const struct route *route)
{
    return route->reply.is_list || route->lists != NULL || route->query != NULL;
}

static bool names(const struct query *query, const char *parameter)
{
    char needle[80];

    snprintf(needle, sizeof(needle), ":%s", parameter);
    return strstr(query->sql.text, needle) != NULL;
}

bool query_keeps_scope(const struct query *query)
{
    switch (query->scope) {
    case SCOPE_WORKSPACE:
        return names(query, "workspace_id");
    case SCOPE_PARENT:
        return query->parent != NULL && names(query, query->parent);
    case SCOPE_CALLER:
        return names(query, "member_id");
    case SCOPE_PLATFORM:
        return true;
    case SCOPE_UNDECLARED:
        break;
    }
    return false;
}

bool route_is_inside(const struct route *route)
{
    return route->who == WHO_WORKSPACE_MEMBER || route->who == WHO_WORKSPACE_ADMIN ||
           route->who == WHO_WORKSPACE_AUDITOR;
}

/* May whoever may call the route have this scope? */
static bool callers_fit(const struct route *route, enum scope scope)
{
    bool is_inside = route_is_inside(route);

    switch (scope) {
    case SCOPE_WORKSPACE:
    case SCOPE_PARENT:
        return is_inside ? strstr(route->path, "/:workspaceId") != NULL
                         : route->who == WHO_USER || route->who == WHO_PLATFORM_ADMIN;
    case SCOPE_CALLER:
        return route->who == WHO_USER;
    case SCOPE_PLATFORM:
        return route->who == WHO_PLATFORM_ADMIN || route->who == WHO_PLATFORM_AUDITOR;
    case SCOPE_UNDECLARED:
        break;
    }
    return false;
}

/* What is below a row of the platform is the platform's, too. */
static enum scope scope_of(const struct resource *resource)
{
    bool is_of_platform =
        resource->scope == SCOPE_PARENT && resource->parent->scope == SCOPE_PLATFORM;

    return is_of_platform ? SCOPE_PLATFORM : resource->scope;
}

const char *route_scope_problem(const struct route *route)
{
    const struct resource *resource = resource_of(route);
    const char *problem = resource == NULL ? NULL : resource_problem(resource);
    bool has_no_order = route->lists != NULL && resource_order_count(route->lists) == 0;

    if (problem != NULL)
        return problem;
    if (has_no_order)
        return "lists a resource without an order";
    if (resource != NULL && !callers_fit(route, scope_of(resource)))
        return "may be called by others than its scope is for";
    if (route->query != NULL && !query_keeps_scope(route->query))
        return "has a statement that does not name its scope";
    if (route->query != NULL && !callers_fit(route, route->query->scope))
        return "may be called by others than its statement is for";
    return NULL;
}
