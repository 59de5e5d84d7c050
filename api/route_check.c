/*
 * Whether a row of a route table says all that it must, and nothing that means nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "core/base/must.h"

#include <stdio.h>
#include <string.h>

static bool is_method(const char *method)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "EMIT"};

    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (strcmp(method, methods[i]) == 0)
            return true;
    }
    return false;
}

static bool is_front_page(const struct route *route)
{
    return route->is_at_root && route->path[1] == '\0';
}

static const char *sentence_problem(const struct route *route)
{
    if (!is_method(route->method))
        return "has a method that no client sends";
    if (route->path == NULL || route->path[0] != '/' ||
        (text_ends_with(text_from(route->path), text_lit("/")) && !is_front_page(route)))
        return "has a path that does not begin with a slash, or ends with one";
    if (route->doc == NULL || !text_ends_with(text_from(route->doc), text_lit(".")))
        return "has no sentence";
    if (route->tag == NULL)
        return "has no tag";
    if (route->status < 200 || route->status > 299)
        return "has a status that is no success";
    if ((route->reply.or_status != 0) != (route->reply.or_shape != NULL))
        return "has another status without a shape, or a shape without a status";
    return NULL;
}

static size_t count_of_purposes(const struct route *route)
{
    return (size_t)(route->lists != NULL) + (size_t)(route->reads != NULL) +
           (size_t)(route->query != NULL) +
           (size_t)(route->command != NULL || route->handle != NULL);
}

static bool is_for_auditors(const struct route *route)
{
    return route->who == WHO_PLATFORM_AUDITOR || route->who == WHO_WORKSPACE_AUDITOR;
}

static const char *column_problem(const struct route *route)
{
    enum route_kind kind = route_kind(route);
    bool is_command = kind == ROUTE_SHOWN || kind == ROUTE_STATE;

    if (count_of_purposes(route) != 1)
        return "is for nothing, or for more than one thing";
    if (!is_command &&
        (route->shows != NULL || route->before_submit != NULL || route->render != NULL))
        return "has a column that only a command's row has";
    if (kind != ROUTE_HANDLER && route->input_shape != NULL)
        return "has a shape of its input that nobody looks at";
    if (kind != ROUTE_HANDLER && kind != ROUTE_STATE && route->lane != LANE_LOOP)
        return "has a lane that it does not choose";
    if (kind != ROUTE_HANDLER && route->render == NULL && route->reply.shape != NULL)
        return "has the shape of an answer that it does not make";
    if (kind == ROUTE_STATE && route->render == NULL && route->command->answer == NULL)
        return "has a command that answers nothing, and nothing else to answer with";
    if (route->body_limit != 0 && !route_has_body(route))
        return "has a limit for a body that it does not have";
    if (route_is_message(route) && !route->is_at_root)
        return "is a message that would be looked for below /api/v1";
    if (is_for_auditors(route) && kind == ROUTE_HANDLER && !route_has_body(route) &&
        !route->is_look)
        return "shows evidence, and is no look at it";
    if (route->is_about_caller && route->who != WHO_USER)
        return "is about whoever calls, and not for any user";
    if (route->is_look && !is_for_auditors(route))
        return "is a look at evidence of which nobody knows who looks";
    if (route->most_in_5s != 0 && !route_is_message(route))
        return "limits what comes from one socket, and comes from none";
    return NULL;
}

static bool has_segment(const char *path, struct text name)
{
    for (struct text rest = text_from(path); text_is_present(rest);) {
        struct text segment = text_cut(&rest, '/');
        if (segment.size > 1 && segment.data[0] == ':' &&
            text_equal(text_slice(segment, 1, segment.size), name))
            return true;
    }
    return false;
}

/* Has every name in the path a field, and every field that must come with the path a name? */
static const char *path_problem(const struct route *route, const struct shape *input)
{
    for (struct text rest = text_from(route->path); text_is_present(rest);) {
        struct text segment = text_cut(&rest, '/');
        struct text name = text_slice(segment, 1, segment.size);
        const struct field *field = input == NULL ? NULL : shape_field(input, name);
        if (segment.size < 2 || segment.data[0] != ':')
            continue;
        if (field == NULL || (field->flags & (FROM_PATH | SERVER_SET)) == 0)
            return "has a name in its path that its input does not take from there";
    }
    for (size_t i = 0; input != NULL && i < shape_count(input); i++) {
        const struct field *field = shape_field_at(input, i);
        char name[64];
        field_json_name(field, name);
        if (!route_is_message(route) && (field->flags & FROM_PATH) != 0 &&
            (field->flags & REQUIRED) != 0 && !has_segment(route->path, text_from(name)))
            return "takes something from its path that is not in it";
    }
    return NULL;
}

/* By the credential, or by the connection that has shown it. */
static bool asks_who_speaks(const struct shape *input, bool is_message)
{
    return input != NULL && shape_field(input, text_lit("node_id")) != NULL &&
           (shape_field(input, text_lit("credential_digest")) != NULL ||
            (is_message && shape_field(input, text_lit("connection")) != NULL));
}

static const char *caller_problem(const struct route *route, const struct shape *input)
{
    bool is_inside = route_is_inside(route);

    if (!route_is_message(route) && is_inside != has_segment(route->path, text_lit("workspaceId")))
        return "is for members of a workspace that its path does not name, or names one for others";
    if (route->who == WHO_AGENT && route->command != NULL &&
        !asks_who_speaks(input, route_is_message(route)))
        return "has a command that does not ask for the agent's credential, or its connection";
    if (route->who == WHO_AGENT && route_has_body(route) && input != NULL && !input->is_lenient)
        return "may refuse an agent's report for a detail";
    return NULL;
}

const char *route_problem(const struct route *route)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    const char *problem = sentence_problem(route);
    const struct shape *input;

    if (problem == NULL)
        problem = column_problem(route);
    if (problem != NULL)
        return problem;
    input = route_input(route, arena);
    problem = caller_problem(route, input);
    if (problem == NULL)
        problem = path_problem(route, input);
    return problem != NULL ? problem : route_scope_problem(route);
}

void route_check_all(const struct route_area *areas)
{
    for (const struct route_area *area = areas; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            const char *problem = route_problem(route);
            char message[256];
            if (problem == NULL)
                continue;
            snprintf(message, sizeof(message), "%s %s %s", route->method, route->path, problem);
            must_fail(__FILE__, __LINE__, message);
        }
    }
}
