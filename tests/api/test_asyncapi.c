/*
 * What goes over sockets is in the document of messages: every row of every table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/asyncapi.h"
#include "api/route.h"
#include "api/told.h"
#include "core/base/arena.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <stdio.h>

static struct arena *arena;
static struct text document;

static void given_the_document(void)
{
    arena = arena_new(16 << 20);
    document = asyncapi_print(arena);
}

static void drop_the_document(void)
{
    arena_free(arena);
}

static void
expect_operation(struct text namespace, struct text name, const char *told, const char *action)
{
    namespace = text_slice(namespace, 1, namespace.size);
    expect_at(
        text_contains(
            document, text_format(
                          arena, "\"%.*s.%s%.*s\":{\"action\":\"%s\"", TEXT_ARGS(namespace), told,
                          TEXT_ARGS(name), action)),
        __FILE__, __LINE__, text_c(arena, name));
}

/* Its path is "/<namespace>/<name>". */
static void expect_message(const struct route *route)
{
    struct text path = text_from(route->path);
    size_t slash = text_find(path, '/', 1);

    expect_operation(
        text_slice(path, 0, slash), text_slice(path, slash + 1, path.size), "", "receive");
}

static void every_message_is_in_it(void)
{
    size_t count = 0;

    for (const struct route_area *area = message_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++, count++)
            expect_message(route);
    }
    expect(count > 0);
}

static void all_that_is_told_is_in_it(void)
{
    struct told told;
    size_t count = 0;

    for (const struct told_area *area = told_catalog; area->name != NULL; area++) {
        for (size_t i = 0; told_at(area, i, &told); i++, count++) {
            expect_operation(text_from(told.namespace), text_from(told.name), "told.", "send");
            expect(told.doc != NULL && text_ends_with(text_from(told.doc), text_lit(".")));
        }
    }
    expect(count > 0);
}

static void it_is_json(void)
{
    struct text compact;
    struct error error;

    expect(json_compact(document, arena, &compact, &error) == STATUS_OK);
}

/* A route has its task in the path, a message in the payload. */
static void what_a_route_has_in_its_path_a_message_has_in_its_payload(void)
{
    expect(text_contains(document, text_lit("\"StartTask\":{\"type\":\"object\"")));
    expect(text_contains(document, text_lit("\"required\":[\"taskId\"]")));
}

static const struct test tests[] = {
    TEST(every_message_is_in_it),
    TEST(all_that_is_told_is_in_it),
    TEST(it_is_json),
    TEST(what_a_route_has_in_its_path_a_message_has_in_its_payload),
};

const struct suite test_asyncapi_suite =
    SUITE_WITH("api/asyncapi", tests, .set_up = given_the_document, .tear_down = drop_the_document);
