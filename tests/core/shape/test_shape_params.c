/*
 * Query strings and path parameters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_params.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <string.h>

struct search {
    struct uuid workspace_id;
    struct uuid node_id;
    struct text phrase;
    int64_t limit;
    struct opt_bool is_live;
    struct list colors;
    int64_t given;
};

static const struct field search_fields[] = {
    {UUID(search, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Workspace."},
    {UUID(search, node_id), .tag = 2, .flags = REQUIRED | FROM_PATH | PATH_ECHO, .doc = "Node."},
    {TEXT(search, phrase), .tag = 3, .flags = TRIM, .max = 10, .doc = "What to look for."},
    {INT64(search, limit), .tag = 4, .flags = CLAMP | HAS_FALLBACK, .min = 1, .max = 10,
     .fallback = 5, .doc = "Limit."},
    {BOOL(search, is_live), .tag = 5, .doc = "Live ones."},
    {ENUMS(search, colors, color_names), .tag = 6, .flags = UNIQUE, .doc = "Colors."},
    {INT64(search, given), .tag = 7, .flags = SERVER_SET, .doc = "Given."},
};
static const struct shape search_shape = SHAPE(search, "Search.");

static const char node[] = "abcd0304-0506-7708-890a-0b0c0d0e0f10";
static const char nil[] = "00000000-0000-0000-0000-000000000000";

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static enum status read_query(const char *query, struct search *out, struct error *error)
{
    const struct param *params = NULL;
    size_t count = 0;

    expect(params_parse(arena, text_from(query), &params, &count));
    return shape_params_read(&search_shape, params, count, arena, out, error);
}

static struct search given_query(const char *query)
{
    struct search value;
    struct error error = {0};

    shape_clear(&search_shape, &value);
    expect_ok(read_query(query, &value, &error), &error);
    return value;
}

static void expect_refused(const char *query, const char *words)
{
    struct search value = {.limit = 77};
    struct error error = {0};

    expect_status(read_query(query, &value, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.text), words);
    expect_int64(value.limit, 77);
}

static void pairs_are_split_and_decoded(void)
{
    const struct param *params = NULL;
    size_t count = 0;

    expect(params_parse(arena, text_lit("a=1&b+c=%41%2b+&&d&e==&=f"), &params, &count));
    expect_int64(count, 5);
    expect_text(params[0].name, "a");
    expect_text(params[0].value, "1");
    expect_text(params[1].name, "b c");
    expect_text(params[1].value, "A+ ");
    expect_text(params[2].name, "d");
    expect_text(params[2].value, "");
    expect_text(params[3].value, "=");
    expect_text(params[4].name, "");
}

static void no_query_has_no_pairs(void)
{
    const struct param *params = NULL;
    size_t count = 9;

    expect(params_parse(arena, text_lit(""), &params, &count));
    expect_int64(count, 0);
    expect(params_parse(arena, (struct text){NULL, 0}, &params, &count));
    expect_int64(count, 0);
}

static void bad_escapes_are_refused(void)
{
    static const char *const queries[] = {"a=%", "a=%4", "a=%4x", "%zz=1", "a=1&b=%g1"};
    const struct param *params = NULL;
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(queries); i++)
        expect(!params_parse(arena, text_from(queries[i]), &params, &count));
}

static void more_than_64_pairs_are_refused(void)
{
    char query[256];
    const struct param *params = NULL;
    size_t count = 0;

    for (size_t i = 0; i < 65; i++)
        memcpy(query + 2 * i, "a&", 2);
    expect(params_parse(arena, (struct text){query, 2 * 64}, &params, &count));
    expect(!params_parse(arena, (struct text){query, 2 * 65}, &params, &count));
}

static void a_query_fills_what_is_not_of_the_path(void)
{
    struct search value = given_query("phrase=+web+&limit=3&isLive=false&colors=red&colors=blue");

    expect_text(value.phrase, "web");
    expect_int64(value.limit, 3);
    expect_int64(value.is_live.is, 2);
    expect_int64(value.colors.count, 2);
    expect_int64(((const struct enum_value *)value.colors.items)[1].is, 3);
    expect(!uuid_is_present(value.node_id));
}

static void a_single_value_fills_a_list_too(void)
{
    expect_int64(given_query("colors=red").colors.count, 1);
    expect_int64(given_query("colors=red&colors=green&colors=blue").colors.count, 3);
}

static void limits_are_cut_down_not_refused(void)
{
    expect_int64(given_query("").limit, 5);
    expect_int64(given_query("limit=5000").limit, 10);
    expect_int64(given_query("limit=0").limit, 1);
    expect_int64(given_query("limit=").limit, 1);
    expect_refused(
        "limit=many", "limit must not be greater than 10; limit must not be less than 1; "
                      "limit must be an integer number");
}

static void a_repeated_name_is_refused_unless_it_is_a_list(void)
{
    expect_refused("phrase=a&phrase=b", "phrase must be a string");
    expect_refused("phrase=a&phrase=b&phrase=c", "phrase must be a string");
}

static void unknown_names_are_refused(void)
{
    expect_refused("surplus=1", "property surplus should not exist");
    expect_refused("nodeId=1", "property nodeId should not exist");
    expect_refused("given=1", "property given should not exist");
}

static void foreign_bytes_are_refused(void)
{
    struct search value = {0};
    struct error error = {0};

    expect_status(read_query("phrase=%00", &value, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "malformed_parameters");
    expect_status(read_query("phrase=%ff", &value, &error), STATUS_INVALID, &error);
    expect_status(read_query("%ed%a0%80=1", &value, &error), STATUS_INVALID, &error);
}

static enum status
read_path(const char *workspace_id, const char *node_id, struct search *out, struct error *error)
{
    struct param params[] = {
        {text_lit("workspaceId"), text_from(workspace_id)},
        {text_lit("nodeId"), text_from(node_id)},
        {text_lit("elsewhere"), text_lit("x")},
    };

    return shape_path_read(&search_shape, params, COUNT_OF(params), arena, out, error);
}

static void a_path_fills_its_fields_only(void)
{
    struct search value = {.limit = 77};
    struct error error = {0};

    expect_ok(read_path(node, nil, &value, &error), &error);
    expect_int64(value.workspace_id.bytes[0], 0xAB);
    expect(!uuid_is_present(value.node_id));
    expect_int64(value.limit, 77);
}

static void a_malformed_id_in_a_path_is_named(void)
{
    struct search value = {0};
    struct error error = {0};

    expect_status(read_path(node, "nope", &value, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.text), "nodeId must be a UUID");
    expect_text(text_from(error.field), "nodeId");
    expect(!uuid_is_present(value.workspace_id));
}

static enum status check_echo(const char *body, struct error *error)
{
    struct search value = {0};

    expect(uuid_parse(text_from(node), &value.node_id));
    return shape_json_read(&search_shape, text_from(body), arena, &value, error);
}

static void an_echo_must_repeat_the_path(void)
{
    struct error error = {0};

    expect_ok(check_echo("{\"nodeId\":\"ABCD0304-0506-7708-890a-0b0c0d0e0f10\"}", &error), &error);
    expect_status(
        check_echo("{\"nodeId\":\"abcd0304-0506-7708-890a-0b0c0d0e0f11\"}", &error), STATUS_INVALID,
        &error);
    expect_text(text_from(error.code), "path_mismatch");
    expect_text(text_from(error.text), "nodeId in request body must match route parameter");
}

static void an_echo_may_be_left_out(void)
{
    static const char *const bodies[] = {"", "[]", "{}", "{\"nodeId\":null}"};
    struct error error = {0};

    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        expect_ok(check_echo(bodies[i], &error), &error);
}

static void a_malformed_echo_is_a_violation_of_the_body(void)
{
    struct search value = {.node_id = {{1}}};
    struct error error = {0};

    expect_status(
        shape_json_read(&search_shape, text_lit("{\"nodeId\":\"nope\"}"), arena, &value, &error),
        STATUS_INVALID, &error);
    expect_text(text_from(error.text), "nodeId must be a UUID");
    expect_int64(value.node_id.bytes[0], 1);
}

static const struct test tests[] = {
    TEST(pairs_are_split_and_decoded),
    TEST(no_query_has_no_pairs),
    TEST(bad_escapes_are_refused),
    TEST(more_than_64_pairs_are_refused),
    TEST(a_query_fills_what_is_not_of_the_path),
    TEST(a_single_value_fills_a_list_too),
    TEST(limits_are_cut_down_not_refused),
    TEST(a_repeated_name_is_refused_unless_it_is_a_list),
    TEST(unknown_names_are_refused),
    TEST(foreign_bytes_are_refused),
    TEST(a_path_fills_its_fields_only),
    TEST(a_malformed_id_in_a_path_is_named),
    TEST(an_echo_must_repeat_the_path),
    TEST(an_echo_may_be_left_out),
    TEST(a_malformed_echo_is_a_violation_of_the_body),
};

const struct suite test_shape_params_suite =
    SUITE_WITH("core/shape/shape_params", tests, .set_up = set_up, .tear_down = tear_down);
