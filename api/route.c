/*
 * What rows of the tables of routes come to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"

const struct shape *route_input(const struct route *route)
{
    if (route->command != NULL)
        return route->command->input;
    if (route->query != NULL)
        return route->query->input;
    return route->input_shape;
}

bool route_has_body(const struct route *route)
{
    return route->method[0] != 'G' && route->method[0] != 'D'; /* GET, DELETE */
}

const struct shape *route_answer(const struct route *route)
{
    if (route->answer_shape != NULL)
        return route->answer_shape;
    if (route->shows != NULL)
        return route->shows->sql.row;
    if (route->query != NULL)
        return route->query->sql.row;
    return route->command != NULL ? route->command->answer : NULL;
}

bool route_answers_list(const struct route *route)
{
    return route->answer_is_list || (route->query != NULL && !route->query->is_one);
}
