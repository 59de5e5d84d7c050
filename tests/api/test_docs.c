/*
 * Where the page of the API document is found, and where it is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/docs.h"
#include "api/settings.h"
#include "core/base/arena.h"
#include "tests/support/expect.h"

static struct arena *arena;
static struct settings settings;

static void given_usual_settings(void)
{
    arena = arena_new(1 << 16);
    settings = (struct settings){
        .swagger_enabled = OPT_TRUE,
        .swagger_path = text_lit("docs"),
    };
}

static void drop_the_arena(void)
{
    arena_free(arena);
}

static void expect_found_as(const char *asked, const char *path)
{
    struct text found = docs_path(&settings, arena, text_from(asked));

    expect_text(text_is_present(found) ? found : text_lit("(nowhere)"), path);
}

static void the_usual_place_is_the_routes_own(void)
{
    expect_found_as("/api/v1/docs", "/api/v1/docs");
    expect_found_as("/api/v1/docs-json", "/api/v1/docs-json");
    expect_found_as("/api/v1/docs-events", "/api/v1/docs-events");
    expect_found_as("/api/v1/users/me", "/api/v1/users/me");
}

static void another_name_leads_to_the_same_routes(void)
{
    settings.swagger_path = text_lit("reference");
    expect_found_as("/api/v1/reference", "/api/v1/docs");
    expect_found_as("/api/v1/Reference/", "/api/v1/docs/");
    expect_found_as("/api/v1/reference/start.js", "/api/v1/docs/start.js");
    expect_found_as("/api/v1/reference-json", "/api/v1/docs-json");
    expect_found_as("/api/v1/reference-events", "/api/v1/docs-events");
}

static void with_another_name_the_usual_one_leads_nowhere(void)
{
    settings.swagger_path = text_lit("reference");
    expect_found_as("/api/v1/docs", "(nowhere)");
    expect_found_as("/API/v1/docs/start.js", "(nowhere)");
    expect_found_as("/api/v1/docs-json", "(nowhere)");
    expect_found_as("/api/v1/docs-events", "(nowhere)");
}

static void switched_off_it_is_nowhere(void)
{
    settings.swagger_enabled = OPT_FALSE;
    expect_found_as("/api/v1/docs", "(nowhere)");
    expect_found_as("/api/v1/docs-json", "(nowhere)");
    expect_found_as("/api/v1/docs-events", "(nowhere)");
    expect_found_as("/api/v1/users", "/api/v1/users");
}

static void paths_that_only_begin_alike_are_left_alone(void)
{
    settings.swagger_path = text_lit("doc");
    expect_found_as("/api/v1/documents", "/api/v1/documents");
    expect_found_as("/api/v1/docs-jsonp", "/api/v1/docs-jsonp");
    expect_found_as("/api/v1", "/api/v1");
}

static const struct test tests[] = {
    TEST(the_usual_place_is_the_routes_own),
    TEST(another_name_leads_to_the_same_routes),
    TEST(with_another_name_the_usual_one_leads_nowhere),
    TEST(switched_off_it_is_nowhere),
    TEST(paths_that_only_begin_alike_are_left_alone),
};

const struct suite test_docs_suite =
    SUITE_WITH("api/docs", tests, .set_up = given_usual_settings, .tear_down = drop_the_arena);
