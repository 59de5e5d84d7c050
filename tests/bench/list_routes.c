/*
 * OpenAPI by jansson.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/list_routes.h"

#include <jansson.h>

#include <string.h>

static struct text copy(struct arena *arena, const json_t *string)
{
    return text_copy(arena, text_from(json_string_value(string)));
}

/* A type that may be null too is a list of two. */
static bool has_type(const json_t *schema, const char *wanted)
{
    const json_t *type = json_object_get(schema, "type");
    bool found = json_is_string(type) && strcmp(json_string_value(type), wanted) == 0;

    for (size_t i = 0; i < json_array_size(type); i++)
        found = found || strcmp(json_string_value(json_array_get(type, i)), wanted) == 0;
    return found;
}

/* Null is the last one where it is allowed. */
static void read_names(struct list_parameter *out, const json_t *names, struct arena *arena)
{
    size_t count = json_array_size(names);

    if (count > 0 && json_is_null(json_array_get(names, count - 1)))
        count--;
    if (count == 0)
        return;
    out->first = copy(arena, json_array_get(names, 0));
    out->last = copy(arena, json_array_get(names, count - 1));
}

static void read_parameter(struct list_parameter *out, const json_t *parameter, struct arena *arena)
{
    const json_t *schema = json_object_get(parameter, "schema");
    const char *in = json_string_value(json_object_get(parameter, "in"));

    *out = (struct list_parameter){
        .name = copy(arena, json_object_get(parameter, "name")),
        .is_in_path = in != NULL && strcmp(in, "path") == 0,
        .is_boolean = has_type(schema, "boolean"),
    };
    read_names(out, json_object_get(schema, "enum"), arena);
}

static const json_t *walk(const json_t *value, const char *const *names)
{
    for (; *names != NULL && value != NULL; names++)
        value = json_object_get(value, *names);
    return value;
}

/* Headers that all lists share; and what makes of a page a stream without an end. */
static bool is_left_out(const json_t *parameter)
{
    const char *name = json_string_value(json_object_get(parameter, "name"));

    return json_object_get(parameter, "$ref") != NULL || name == NULL ||
           strcmp(name, "follow") == 0;
}

/* False when it is too large. */
static bool read_route(
    struct list_routes *routes, const char *path, const json_t *operation, struct arena *arena)
{
    static const char *const to_schema[] = {"responses",        "200",    "content",
                                            "application/json", "schema", NULL};
    const json_t *parameters = json_object_get(operation, "parameters");
    struct list_route *route = &routes->items[routes->count];

    if (!has_type(walk(operation, to_schema), "array"))
        return true;
    if (routes->count == MOST_LIST_ROUTES || json_array_size(parameters) > MOST_LIST_PARAMETERS)
        return false;
    *route = (struct list_route){.path = text_copy(arena, text_from(path))};
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        const json_t *parameter = json_array_get(parameters, i);

        if (!is_left_out(parameter))
            read_parameter(&route->parameters[route->parameter_count++], parameter, arena);
    }
    if (list_route_parameter(route, "limit") != NULL)
        routes->count++;
    return true;
}

const struct list_parameter *list_route_parameter(const struct list_route *route, const char *name)
{
    for (size_t i = 0; i < route->parameter_count; i++) {
        if (text_is(route->parameters[i].name, name))
            return &route->parameters[i];
    }
    return NULL;
}

enum status list_routes_read(
    struct text document, struct arena *arena, struct list_routes *out, struct error *error)
{
    json_t *root = json_loadb(document.data, document.size, 0, NULL);
    json_t *paths = json_object_get(root, "paths");
    const char *path;
    json_t *operations;
    bool fits = json_is_object(paths);

    out->count = 0;
    json_object_foreach(paths, path, operations)
    {
        const json_t *get = json_object_get(operations, "get");
        fits = fits && (get == NULL || read_route(out, path, get, arena));
    }
    json_decref(root);
    if (!fits)
        return error_set(error, STATUS_INVALID, "no OpenAPI document, or one that is too large");
    return STATUS_OK;
}
