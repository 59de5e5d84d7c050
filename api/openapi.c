/*
 * OpenAPI 3.1.0 from routes: one path item per path, one operation per method.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/openapi.h"

#include "api/route.h"
#include "api/router.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/shape/shape_describe.h"
#include "core/shape/shape_json.h"

enum { LARGEST_DOCUMENT = 16 << 20, LONGEST_PATH = 256, LARGEST_INPUT = 1 << 18 };

/* "/nodes/:id" as "/api/v1/nodes/{id}". */
static void print_path(const struct route *route, struct buf *out)
{
    AUTO_BUF path = {0};
    bool is_inside = false;

    buf_init(&path, LONGEST_PATH);
    route_path(route, &path);
    for (size_t i = 0; i < path.size; i++) {
        if (path.data[i] == ':') {
            buf_add_char(out, '{');
            is_inside = true;
            continue;
        }
        if (path.data[i] == '/' && is_inside) {
            buf_add_char(out, '}');
            is_inside = false;
        }
        buf_add_char(out, path.data[i]);
    }
    if (is_inside)
        buf_add_char(out, '}');
}

static bool is_same_path(const struct route *a, const struct route *b)
{
    return a->is_at_root == b->is_at_root && text_is(text_from(a->path), b->path);
}

static void
print_parameter(struct buf *out, struct text name, const char *place, const struct field *field)
{
    buf_add_c(out, "{\"name\":");
    json_write_text(out, name);
    buf_printf(
        out, ",\"in\":\"%s\",\"required\":%s", place,
        place[0] == 'p' || (field != NULL && (field->flags & REQUIRED) != 0) ? "true" : "false");
    if (field != NULL && field->doc != NULL) {
        buf_add_c(out, ",\"description\":");
        json_write_text(out, text_from(field->doc));
    }
    buf_add_c(out, ",\"schema\":");
    if (field != NULL)
        field_schema_write(field, SCHEMA_INPUT, out);
    else
        buf_add_c(out, "{\"type\":\"string\"}");
    buf_add_char(out, '}');
}

static size_t
print_path_parameters(const struct route *route, const struct shape *input, struct buf *out)
{
    struct text rest = text_from(route->path);
    size_t count = 0;

    while (text_is_present(rest)) {
        struct text segment = text_cut(&rest, '/');
        struct text name = text_slice(segment, 1, segment.size);
        if (segment.size < 2 || segment.data[0] != ':')
            continue;
        if (count++ > 0)
            buf_add_char(out, ',');
        print_parameter(out, name, "path", input == NULL ? NULL : shape_field(input, name));
    }
    return count;
}

static void print_parameters(const struct route *route, const struct shape *input, struct buf *out)
{
    size_t count;

    buf_add_c(out, ",\"parameters\":[");
    count = print_path_parameters(route, input, out);
    for (size_t i = 0; !route_has_body(route) && input != NULL && i < shape_count(input); i++) {
        const struct field *field = shape_field_at(input, i);
        char name[64];
        if ((field->flags & (FROM_PATH | SERVER_SET)) != 0)
            continue;
        field_json_name(field, name);
        if (count++ > 0)
            buf_add_char(out, ',');
        print_parameter(out, text_from(name), "query", field);
    }
    if (route->who == WHO_AGENT) {
        if (count > 0)
            buf_add_char(out, ',');
        buf_add_c(
            out, "{\"name\":\"x-agent-node-id\",\"in\":\"header\",\"required\":true,"
                 "\"schema\":{\"type\":\"string\",\"format\":\"uuid\"}}");
    }
    buf_add_char(out, ']');
}

/* Does a field with any of these flags come with the body? */
static bool body_has(const struct shape *input, uint32_t flags)
{
    for (size_t i = 0; i < shape_count(input); i++) {
        const struct field *field = shape_field_at(input, i);
        bool is_given = input->given_tag != 0 && field->tag == input->given_tag;
        if (!is_given && (field->flags & (FROM_PATH | SERVER_SET)) == 0 &&
            (flags == 0 || (field->flags & flags) != 0))
            return true;
    }
    return false;
}

static void print_body(const struct route *route, const struct shape *input, struct buf *out)
{
    if (!route_has_body(route) || input == NULL || !body_has(input, 0))
        return;
    buf_printf(
        out, ",\"requestBody\":{\"required\":%s,\"content\":{\"application/json\":{\"schema\":",
        body_has(input, REQUIRED) ? "true" : "false");
    shape_schema_write(input, SCHEMA_INPUT, out);
    buf_add_c(out, "}}}");
}

static const char link_header[] =
    "\"headers\":{\"Link\":{\"description\":\"The next page (rel=\\\"next\\\"), where this one is "
    "full.\",\"schema\":{\"type\":\"string\"}}},";

static void
print_content(const char *media_type, const struct shape *shape, bool is_list, struct buf *out)
{
    buf_printf(
        out,
        "\"content\":{\"%s\":{\"schema\":", media_type == NULL ? "application/json" : media_type);
    if (shape == NULL) {
        buf_add_c(out, "{}}}");
        return;
    }
    if (is_list)
        buf_add_c(out, "{\"type\":\"array\",\"items\":");
    shape_schema_write(shape, SCHEMA_ANSWER, out);
    buf_add_c(out, is_list ? "}}}" : "}}");
}

static void begin_answer(int status, struct buf *out)
{
    buf_printf(out, "\"%d\":{\"description\":\"The request succeeded.\",", status);
}

static void print_answers(const struct route *route, struct buf *out)
{
    begin_answer(route->status, out);
    if (route->lists != NULL)
        buf_add_c(out, link_header);
    print_content(route->reply.media_type, route_answer(route), route_answers_list(route), out);
    buf_add_char(out, '}');
    if (route->reply.or_status == 0)
        return;
    buf_add_char(out, ',');
    begin_answer(route->reply.or_status, out);
    print_content(NULL, route->reply.or_shape, false, out);
    buf_add_char(out, '}');
}

static void print_security(const struct route *route, struct buf *out)
{
    if (route->who == WHO_ANYONE)
        buf_add_c(out, ",\"security\":[]");
    else if (route->who == WHO_AGENT)
        buf_add_c(out, ",\"security\":[{\"agent\":[]}]");
    else
        buf_add_c(out, ",\"security\":[{\"user\":[]}]");
}

/* "getWorkspacesByWorkspaceIdNodes": stable as long as the path is. */
static void print_operation_id(const struct route *route, struct buf *out)
{
    bool is_start = true;

    buf_add_c(out, ",\"operationId\":\"");
    for (const char *c = route->method; *c != '\0'; c++)
        buf_add_char(out, (char)(*c - 'A' + 'a'));
    if (route->is_at_root)
        buf_add_c(out, "Root");
    for (const char *c = route->path; *c != '\0'; c++) {
        if (*c == '/' || *c == '-') {
            is_start = true;
            continue;
        }
        if (*c == ':') {
            buf_add_c(out, "By");
            is_start = true;
            continue;
        }
        buf_add_char(out, is_start && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
        is_start = false;
    }
    buf_add_char(out, '"');
}

static void print_operation(const struct route *route, struct buf *out)
{
    AUTO_ARENA arena = arena_new(LARGEST_INPUT);
    const struct shape *input = route_input(route, arena);

    for (const char *c = route->method; *c != '\0'; c++) {
        if (c == route->method)
            buf_add_char(out, '"');
        buf_add_char(out, (char)(*c - 'A' + 'a'));
    }
    buf_add_c(out, "\":{\"tags\":[");
    json_write_text(out, text_from(route->tag));
    buf_add_c(out, "],\"summary\":");
    json_write_text(out, text_from(route->doc));
    print_operation_id(route, out);
    print_security(route, out);
    print_parameters(route, input, out);
    print_body(route, input, out);
    buf_add_c(out, ",\"responses\":{");
    print_answers(route, out);
    buf_add_c(
        out, ",\"default\":{\"description\":\"The request was refused, or failed.\",\"content\":"
             "{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}}");
}

static const char problem_schema[] =
    "{\"type\":\"object\",\"required\":[\"statusCode\",\"path\",\"timestamp\",\"message\","
    "\"code\",\"messageKey\",\"fallbackMessage\",\"details\",\"traceId\"],\"properties\":{"
    "\"statusCode\":{\"type\":\"integer\"},\"path\":{\"type\":\"string\"},"
    "\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"message\":{\"type\":\"string\"},\"error\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"code\":{\"type\":\"string\"},\"messageKey\":{\"type\":\"string\"},"
    "\"fallbackMessage\":{\"type\":\"string\"},\"details\":{\"type\":[\"object\",\"null\"]},"
    "\"traceId\":{\"type\":\"string\"}}}";

/* Is this the first route of its path? Then all of the path's operations are printed with it. */
static bool is_first_of_path(const struct route_area *areas, const struct route *wanted)
{
    for (const struct route_area *area = areas; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (is_same_path(route, wanted))
                return route == wanted;
        }
    }
    return false;
}

static void print_path_item(const struct route *first, struct buf *out)
{
    size_t count = 0;

    buf_add_char(out, '"');
    print_path(first, out);
    buf_add_c(out, "\":{");
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (!is_same_path(route, first))
                continue;
            if (count++ > 0)
                buf_add_char(out, ',');
            print_operation(route, out);
        }
    }
    buf_add_char(out, '}');
}

static void print_paths(struct buf *out)
{
    size_t count = 0;

    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (!is_first_of_path(route_catalog, route))
                continue;
            if (count++ > 0)
                buf_add_char(out, ',');
            print_path_item(route, out);
        }
    }
}

struct text openapi_print(struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_DOCUMENT);
    buf_add_c(
        &out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Fleetledger\",\"version\":\"1\","
              "\"description\":\"A control plane for fleets of Linux machines whose database is "
              "its audit trail.\",\"license\":{\"name\":\"Apache-2.0\","
              "\"identifier\":\"Apache-2.0\"}},"
              "\"servers\":[{\"url\":\"/\"}],\"paths\":{");
    print_paths(&out);
    buf_printf(
        &out,
        "},\"components\":{\"schemas\":{\"Problem\":%s},\"securitySchemes\":{"
        "\"user\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"},"
        "\"agent\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}}",
        problem_schema);
    return text_copy(arena, buf_text(&out));
}
