/*
 * Finding routes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/router.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "tests/support/expect.h"

static const struct route garden_routes[] = {
    {.method = "GET", .path = "/plants", .doc = "All."},
    {.method = "POST", .path = "/plants", .doc = "New."},
    {.method = "GET", .path = "/plants/oldest", .doc = "One by age."},
    {.method = "GET", .path = "/plants/:id", .doc = "One."},
    {.method = "GET", .path = "/beds/:bedId/plants/:id", .doc = "One of a bed."},
    {.method = "GET", .path = "/weather", .is_at_root = true, .doc = "Outside."},
    {.method = NULL},
};
static const struct route shed_routes[] = {
    {.method = "DELETE", .path = "/tools/:id", .doc = "Away."},
    {.method = NULL},
};
static const struct route_area areas[] = {
    {"garden", garden_routes},
    {"shed", shed_routes},
    {NULL, NULL},
};

static struct router *router;
static struct arena *arena;
static struct match match;
static struct error error;

static void given_a_router(void)
{
    router = router_new(areas);
    arena = arena_new(1 << 16);
}

static void drop_the_router(void)
{
    router_free(router);
    arena_free(arena);
}

static enum status find(const char *method, const char *path)
{
    return router_match(router, text_from(method), text_from(path), arena, &match, &error);
}

static void expect_route(const char *method, const char *path, const struct route *wanted)
{
    expect_ok(find(method, path), &error);
    expect(match.route == wanted);
    expect(router_route(router, match.index) == wanted);
}

static void expect_unknown(const char *method, const char *path)
{
    expect_status(find(method, path), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "route_not_found");
}

static void a_route_is_found_by_method_and_path(void)
{
    expect_route("GET", "/api/v1/plants", &garden_routes[0]);
    expect_route("POST", "/api/v1/plants", &garden_routes[1]);
    expect_route("GET", "/weather", &garden_routes[5]);
    expect_route("DELETE", "/api/v1/tools/7", &shed_routes[0]);
    expect_int64(router_count(router), 7);
    expect_int64(match.index, 6);
}

static void case_and_one_slash_at_the_end_are_ignored(void)
{
    expect_route("GET", "/API/v1/Plants", &garden_routes[0]);
    expect_route("GET", "/api/v1/plants/", &garden_routes[0]);
    expect_route("GET", "/weather/", &garden_routes[5]);
    expect_unknown("GET", "/api/v1/plants//");
    expect_unknown("GET", "//weather");
}

static void head_finds_what_get_finds(void)
{
    expect_route("HEAD", "/api/v1/plants", &garden_routes[0]);
    expect_unknown("HEAD", "/api/v1/tools/7");
}

static void a_wrong_method_is_as_unknown_as_a_wrong_path(void)
{
    expect_unknown("DELETE", "/api/v1/plants");
    expect_text(text_from(error.text), "Cannot DELETE /api/v1/plants");
    expect_unknown("get", "/api/v1/plants");
    expect_unknown("GET", "/api/v1");
    expect_unknown("GET", "/plants");
    expect_unknown("GET", "/api/v1/weather");
    expect_unknown("GET", "/");
    expect_unknown("GET", "");
    expect_unknown("OPTIONS", "*");
    expect_unknown("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z");
}

static void parameters_are_told_by_name_and_decoded(void)
{
    expect_route("GET", "/api/v1/beds/North%20East/plants/%C3%A4%2f", &garden_routes[4]);
    expect_int64(match.param_count, 2);
    expect_text(match.params[0].name, "bedId");
    expect_text(match.params[0].value, "North East");
    expect_text(match.params[1].name, "id");
    expect_text(match.params[1].value, "\u00e4/");
}

static void a_parameter_is_never_empty(void)
{
    expect_unknown("GET", "/api/v1/beds//plants/7");
    expect_route("GET", "/api/v1/plants/", &garden_routes[0]);
}

static void a_name_goes_before_a_parameter(void)
{
    expect_route("GET", "/api/v1/plants/oldest", &garden_routes[2]);
    expect_int64(match.param_count, 0);
    expect_route("GET", "/api/v1/plants/older", &garden_routes[3]);
}

static void expect_bad_escape(const char *path)
{
    expect_status(find("GET", path), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "malformed_path");
}

static void bad_escapes_are_refused(void)
{
    expect_bad_escape("/api/v1/plants/%");
    expect_bad_escape("/api/v1/plants/%4");
    expect_bad_escape("/api/v1/plants/a%4");
    expect_bad_escape("/api/v1/plants/%zz");
    expect_bad_escape("/api/v1/plants/%4g");
    expect_bad_escape("/api/v1/plants/%00");
    expect_bad_escape("/api/v1/plants/%ff");
    expect_bad_escape("/api/v1/plants/%c3");
    /* What follows the path in memory is no part of it. */
    expect_status(
        router_match(
            router, text_lit("GET"), text_slice(text_lit("/api/v1/plants/%41"), 0, 17), arena,
            &match, &error),
        STATUS_INVALID, &error);
}

/* "/nodes/:id" as "/nodes/x". */
static void make_path(const struct route *route, struct buf *out)
{
    AUTO_BUF pattern;

    buf_init(&pattern, 256);
    route_path(route, &pattern);
    for (struct text rest = text_slice(buf_text(&pattern), 1, 256); text_is_present(rest);) {
        struct text segment = text_cut(&rest, '/');
        buf_add_char(out, '/');
        buf_add_text(out, text_starts_with(segment, text_lit(":")) ? text_lit("x") : segment);
    }
}

/* Making the router of all routes checks that none hides another. */
static void every_route_of_the_program_is_found(void)
{
    struct router *all = router_new(route_catalog);

    for (size_t i = 0; i < router_count(all); i++) {
        const struct route *route = router_route(all, i);
        AUTO_BUF path;
        buf_init(&path, 256);
        make_path(route, &path);
        arena_reset(arena);
        expect_ok(
            router_match(all, text_from(route->method), buf_text(&path), arena, &match, &error),
            &error);
        expect(match.route == route);
    }
    expect(router_count(all) > 20);
    router_free(all);
}

static void methods_of_a_path_are_told(void)
{
    expect_text(router_methods(router, text_lit("/api/v1/plants/"), arena), "GET, POST");
    expect_text(router_methods(router, text_lit("/api/v1/tools/7"), arena), "DELETE");
    expect(!text_is_present(router_methods(router, text_lit("/api/v1/nowhere"), arena)));
}

static const struct test tests[] = {
    TEST(a_route_is_found_by_method_and_path),
    TEST(case_and_one_slash_at_the_end_are_ignored),
    TEST(head_finds_what_get_finds),
    TEST(a_wrong_method_is_as_unknown_as_a_wrong_path),
    TEST(methods_of_a_path_are_told),
    TEST(parameters_are_told_by_name_and_decoded),
    TEST(a_parameter_is_never_empty),
    TEST(a_name_goes_before_a_parameter),
    TEST(bad_escapes_are_refused),
    TEST(every_route_of_the_program_is_found),
};

const struct suite test_router_suite =
    SUITE_WITH("api/router", tests, .set_up = given_a_router, .tear_down = drop_the_router);
