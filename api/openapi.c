/*
 * OpenAPI 3.1.0 from routes: one path item per path, one operation per method.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/openapi.h"

#include "api/openapi_internal.h"
#include "api/router.h"
#include "core/base/arena.h"
#include "core/base/heap.h"
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
        field_schema_write(field, SCHEMA_PARAMETER, out);
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
        if (count++ > 0)
            buf_add_char(out, ',');
        buf_add_c(
            out, "{\"name\":\"x-agent-node-id\",\"in\":\"header\",\"required\":true,"
                 "\"description\":\"Id of the agent's node.\","
                 "\"schema\":{\"type\":\"string\",\"minLength\":36,\"maxLength\":36}}");
    }
    openapi_header_parameters_write(route, count, out);
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

static void print_body(
    const struct route *route,
    const struct shape *input,
    struct openapi_components *components,
    struct buf *out)
{
    if (!route_has_body(route) || input == NULL || !body_has(input, 0))
        return;
    openapi_components_add(components, input, SCHEMA_INPUT);
    buf_printf(
        out, ",\"requestBody\":{\"required\":%s,\"content\":{\"%s\":{\"schema\":",
        body_has(input, REQUIRED) ? "true" : "false",
        route->takes_form ? "application/x-www-form-urlencoded" : "application/json");
    shape_reference_write(input, out);
    buf_add_c(out, "}}}");
}

/* What an answer holds. */
struct content {
    const char *media_type; /* NULL: JSON */
    const struct shape *shape;
    const struct shape *or_shape; /* that it may be as well; NULL: none */
    bool is_list;
    bool is_followed;
};

static void print_reference(
    const struct content *content, struct openapi_components *components, struct buf *out)
{
    openapi_components_add(components, content->shape, SCHEMA_ANSWER);
    if (content->or_shape == NULL) {
        shape_reference_write(content->shape, out);
        return;
    }
    openapi_components_add(components, content->or_shape, SCHEMA_ANSWER);
    buf_add_c(out, "{\"oneOf\":[");
    shape_reference_write(content->shape, out);
    buf_add_char(out, ',');
    shape_reference_write(content->or_shape, out);
    buf_add_c(out, "]}");
}

static void
print_content(const struct content *content, struct openapi_components *components, struct buf *out)
{
    const char *media_type = content->media_type;

    buf_printf(
        out,
        "\"content\":{\"%s\":{\"schema\":", media_type == NULL ? "application/json" : media_type);
    if (content->is_list)
        buf_add_c(out, "{\"type\":\"array\",\"items\":");
    if (content->shape != NULL)
        print_reference(content, components, out);
    else if (media_type != NULL)
        buf_add_c(out, "{\"type\":\"string\"}");
    else
        buf_add_c(out, "{\"type\":\"object\",\"additionalProperties\":true}");
    buf_add_c(out, content->is_list ? "}}" : "}");
    if (content->is_followed)
        buf_add_c(out, ",\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}");
    buf_add_char(out, '}');
}

static void begin_answer(const struct route *route, int status, struct buf *out)
{
    buf_printf(
        out, "\"%d\":{\"description\":\"%s\",\"headers\":", status,
        status < 300 ? "The request succeeded." : "The request was answered, with bad news.");
    openapi_answer_headers_write(route, out);
    buf_add_char(out, ',');
}

static void
print_answers(const struct route *route, struct openapi_components *components, struct buf *out)
{
    bool is_same = route->reply.or_status == route->status;

    const struct content usual = {
        .media_type = route->reply.media_type,
        .shape = route_answer(route),
        .or_shape = is_same ? route->reply.or_shape : NULL,
        .is_list = route_answers_list(route),
        .is_followed = route_is_followed(route),
    };
    const struct content other = {.shape = route->reply.or_shape};

    begin_answer(route, route->status, out);
    print_content(&usual, components, out);
    buf_add_char(out, '}');
    if (route->reply.or_status == 0 || is_same)
        return;
    buf_add_char(out, ',');
    begin_answer(route, route->reply.or_status, out);
    print_content(&other, components, out);
    buf_add_char(out, '}');
}

static void print_security(const struct route *route, struct buf *out)
{
    if (route->who == WHO_ANYONE)
        buf_add_c(out, ",\"security\":[]");
    else if (route->who == WHO_LEDGER_READER)
        buf_add_c(out, ",\"security\":[{\"user\":[]},{}]");
    else if (route->who == WHO_FOLLOWER)
        buf_add_c(out, ",\"security\":[{\"follower\":[]}]");
    else if (route->who == WHO_DIRECTORY)
        buf_add_c(out, ",\"security\":[{\"directory\":[]}]");
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

static void
print_operation(const struct route *route, struct openapi_components *components, struct buf *out)
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
    buf_printf(
        out, ",\"description\":\"%s\",\"x-who\":\"%s\"", route_callers(route)->sentence,
        route_callers(route)->name);
    print_operation_id(route, out);
    print_security(route, out);
    print_parameters(route, input, out);
    print_body(route, input, components, out);
    buf_add_c(out, ",\"responses\":{");
    print_answers(route, components, out);
    openapi_refusals_write(route, out);
    buf_add_c(out, "}}");
}

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

static void
print_path_item(const struct route *first, struct openapi_components *components, struct buf *out)
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
            print_operation(route, components, out);
        }
    }
    buf_add_char(out, '}');
}

static void print_paths(struct openapi_components *components, struct buf *out)
{
    size_t count = 0;

    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (!is_first_of_path(route_catalog, route))
                continue;
            if (count++ > 0)
                buf_add_char(out, ',');
            print_path_item(route, components, out);
        }
    }
}

static const struct {
    const char *name;
    const char *doc;
} tags[] = {
    {"agent", "What agents call: registration, heartbeats, metrics, claims and reports of tasks."},
    {"evidence", "Proofs that the ledger is complete and unchanged: checkpoints, tiles, receipts."},
    {"identity", "People, signing in, passwords and invitations."},
    {"node", "Machines, how they are installed, enrolled and looked after."},
    {"notification", "What is told by mail and Telegram, and what could not be told."},
    {"platform", "Health, metrics, events, the audit trail, and this document."},
    {"task", "Work for agents: tasks, their logs and results, packages."},
    {"workspace", "Workspaces, their members and teams."},
};

static void print_tags(struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(tags); i++)
        buf_printf(
            out, "%s{\"name\":\"%s\",\"description\":\"%s\"}", i > 0 ? "," : "", tags[i].name,
            tags[i].doc);
}

struct text openapi_print(struct arena *arena)
{
    struct openapi_components *components = heap_new(sizeof(*components));
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_DOCUMENT);
    buf_add_c(
        &out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Fleetledger\",\"version\":\"1\","
              "\"description\":\"A control plane for fleets of Linux machines whose database is "
              "its audit trail.\",\"license\":{\"name\":\"Apache-2.0\","
              "\"identifier\":\"Apache-2.0\"}},\"servers\":[{\"url\":\"/\"}],\"tags\":[");
    print_tags(&out);
    buf_add_c(&out, "],\"paths\":{");
    print_paths(components, &out);
    buf_add_c(&out, "},\"components\":");
    openapi_components_write(components, &out);
    buf_add_char(&out, '}');
    heap_free(components);
    return text_copy(arena, buf_text(&out));
}
