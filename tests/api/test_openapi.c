/*
 * What is asked of every route, so that one added tomorrow cannot forget it, and of the document
 * that is printed from them all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/openapi.h"
#include "api/router.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct text document;

static void given_the_document(void)
{
    arena = arena_new(64 << 20);
    document = openapi_print(arena);
}

static void drop_the_document(void)
{
    arena_free(arena);
}

static void each_route(void (*visit)(const struct route *route))
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            visit(route);
    }
}

static void expect_complete(const struct shape *shape)
{
    char why[128] = "";
    char message[256];
    bool is_complete = shape == NULL || shape_is_complete(shape, why);

    snprintf(message, sizeof(message), "%s: %s", shape == NULL ? "" : shape->name, why);
    expect_at(is_complete, __FILE__, __LINE__, message);
}

static void expect_shapes_complete(const struct route *route)
{
    expect_complete(route_answer(route));
    if (route->command != NULL)
        expect_complete(route->command->answer);
    if (route->lists == NULL && route->reads == NULL)
        expect_complete(route_input(route, arena));
}

static void every_shape_of_every_route_is_complete(void)
{
    each_route(expect_shapes_complete);
}

static void expect_row_complete(const struct route *route)
{
    bool is_doing = route->command != NULL || route->query != NULL || route->handle != NULL ||
                    route->lists != NULL || route->reads != NULL;

    expect_at(
        is_doing && route->doc != NULL && route->tag != NULL && route->status >= 200 &&
            route->path[0] == '/',
        __FILE__, __LINE__, route->path);
}

static void every_route_says_what_it_does(void)
{
    each_route(expect_row_complete);
}

/* What a path names goes into a field of the input, or is looked at by the gate. */
static void expect_params_known(const struct route *route)
{
    const struct shape *input = route_input(route, arena);

    for (struct text rest = text_from(route->path); text_is_present(rest);) {
        struct text segment = text_cut(&rest, '/');
        struct text name = text_slice(segment, 1, segment.size);
        const struct field *field = input == NULL ? NULL : shape_field(input, name);
        bool is_known = !text_starts_with(segment, text_lit(":")) || text_is(name, "workspaceId") ||
                        (field != NULL && (field->flags & FROM_PATH) != 0);
        expect_at(is_known, __FILE__, __LINE__, route->path);
    }
}

static void every_parameter_of_a_path_is_read(void)
{
    each_route(expect_params_known);
}

static void expect_workspace_named(const struct route *route)
{
    expect_at(
        !route_is_inside(route) || strstr(route->path, "/:workspaceId") != NULL, __FILE__, __LINE__,
        route->path);
}

static void members_are_asked_for_where_a_workspace_is_named(void)
{
    each_route(expect_workspace_named);
}

static void expect_scope_kept(const struct route *route)
{
    const char *problem = route_scope_problem(route);

    expect_at(problem == NULL, __FILE__, __LINE__, problem == NULL ? route->path : problem);
}

static void whatever_is_read_has_a_scope_that_its_callers_fit(void)
{
    each_route(expect_scope_kept);
}

static void the_document_is_json(void)
{
    struct text compact;
    struct error error;

    expect(!arena_is_full(arena));
    expect_ok(json_compact(document, arena, &compact, &error), &error);
    expect(text_equal(compact, document));
    expect(text_starts_with(document, text_lit("{\"openapi\":\"3.1.")));
}

/* "/nodes/:id" as "\"/api/v1/nodes/{id}\":{". */
static void make_key(const struct route *route, struct buf *out)
{
    AUTO_BUF path;

    buf_init(&path, 256);
    route_path(route, &path);
    buf_add_char(out, '"');
    for (struct text rest = text_slice(buf_text(&path), 1, 256); text_is_present(rest);) {
        struct text segment = text_cut(&rest, '/');
        if (text_starts_with(segment, text_lit(":")))
            buf_printf(out, "/{%.*s}", TEXT_ARGS(text_slice(segment, 1, segment.size)));
        else
            buf_printf(out, "/%.*s", TEXT_ARGS(segment));
    }
    buf_add_c(out, "\":{");
}

static size_t count_of(struct text part)
{
    size_t count = 0;

    for (size_t i = 0; i + part.size <= document.size; i++) {
        if (memcmp(document.data + i, part.data, part.size) == 0)
            count++;
    }
    return count;
}

static void expect_path_once(const struct route *route)
{
    AUTO_BUF key;

    buf_init(&key, 300);
    make_key(route, &key);
    expect_at(count_of(buf_text(&key)) == 1, __FILE__, __LINE__, key.data);
}

static void every_path_stands_in_it_once(void)
{
    each_route(expect_path_once);
}

static size_t route_total;

static void count_route(const struct route *route)
{
    (void)route;
    route_total++;
}

static void every_route_has_an_operation(void)
{
    route_total = 0;
    each_route(count_route);
    expect_int64(count_of(text_lit("\"operationId\":\"")), route_total);
    expect_int64(
        count_of(text_lit("\"default\":{\"$ref\":\"#/components/responses/Failed\"}")),
        route_total);
}

/* A client that was made from it must know what it may send, and what may come back. */
static void every_operation_says_who_may_call_it_and_how_it_refuses(void)
{
    expect_int64(count_of(text_lit("\"x-who\":\"")), route_total);
    expect_int64(
        count_of(text_lit("\"400\":{\"$ref\":\"#/components/responses/Malformed\"}")), route_total);
    expect_int64(count_of(text_lit("\"in\":\"path\",\"required\":false")), 0);
    expect_int64(count_of(text_lit("{\"type\":\"object\"}")), 0); /* free-form ones say so */
}

static void operations_differ_in_their_ids(void)
{
    struct text mark = text_lit("\"operationId\":\"");

    for (size_t i = 0; i + mark.size <= document.size; i++) {
        if (memcmp(document.data + i, mark.data, mark.size) != 0)
            continue;
        size_t end = text_find(document, '"', i + mark.size);
        struct text id = text_slice(document, i, end + 1 - i);
        expect_at(count_of(id) == 1, __FILE__, __LINE__, text_c(arena, id));
    }
}

static const struct test tests[] = {
    TEST(every_shape_of_every_route_is_complete),
    TEST(every_route_says_what_it_does),
    TEST(every_parameter_of_a_path_is_read),
    TEST(members_are_asked_for_where_a_workspace_is_named),
    TEST(whatever_is_read_has_a_scope_that_its_callers_fit),
    TEST(the_document_is_json),
    TEST(every_path_stands_in_it_once),
    TEST(every_route_has_an_operation),
    TEST(every_operation_says_who_may_call_it_and_how_it_refuses),
    TEST(operations_differ_in_their_ids),
};

const struct suite test_openapi_suite =
    SUITE_WITH("api/openapi", tests, .set_up = given_the_document, .tear_down = drop_the_document);
