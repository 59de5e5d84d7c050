/*
 * Declarations of resources: what they must say, what follows from them, and cursors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/cursor.h"
#include "api/resource_sql.h"
#include "api/route.h"
#include "core/base/encode.h"
#include "tests/support/expect.h"

#include <string.h>

enum colour { COLOUR_RED = 1, COLOUR_GREEN };
static const char *const colour_names[] = {"red", "green", NULL};

struct plant_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct enum_value colour;
    struct opt_bool is_weed;
    struct timestamp created_at;
    int64_t revision;
};
static const struct field plant_row_fields[] = {
    {UUID(plant_row, id), .flags = REQUIRED, .doc = "Id of the plant."},
    {UUID(plant_row, workspace_id), .doc = "Garden of the plant."},
    {TEXT(plant_row, name), .doc = "Name of the plant."},
    {ENUM(plant_row, colour, colour_names), .doc = "Colour of the plant."},
    {BOOL(plant_row, is_weed), .doc = "Whether it is a weed."},
    {TIMESTAMP(plant_row, created_at), .doc = "Time it was planted."},
    {INT64(plant_row, revision), .flags = HIDDEN, .doc = "Entity tag."},
};
static const struct shape plant_row_shape = SHAPE(plant_row, "A plant.");
static const struct table plants_table = {
    .name = "plants", .area = "garden", .shape = &plant_row_shape};

static const struct field garden_row_fields[] = {
    {UUID(plant_row, workspace_id), .doc = "Garden."},
};
static const struct shape garden_row_shape = {
    .name = "garden_row",
    .fields = garden_row_fields,
    .count = 1,
    .size = sizeof(struct plant_row)};

static const struct filter plant_filters[] = {
    {.name = "colour", .comparison = FILTER_EQUAL, .doc = "Only plants of this colour."},
    {.name = "search", .comparison = FILTER_CONTAINS, .column = "name", .doc = "Part of a name."},
    {.name = "include_weeds",
     .comparison = FILTER_INCLUDES,
     .column = "is_weed",
     .doc = "Whether to list weeds, too."},
    {.name = "from",
     .comparison = FILTER_AT_LEAST,
     .column = "created_at",
     .doc = "Only plants planted then or later."},
    {.name = "to",
     .comparison = FILTER_AT_MOST,
     .column = "created_at",
     .doc = "Only plants planted then or earlier."},
    {.name = NULL},
};

static const struct resource plant_resource = {
    .name = "plants",
    .table = &plants_table,
    .scope = SCOPE_WORKSPACE,
    .missing = "Plant %s was not found",
    .filters = plant_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 5, .most = 10},
};

static const struct uuid garden = {{1, 2, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}};

static struct arena *arena;
static const struct shape *shape;
static struct resource_input *input;
static struct error error;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    shape = resource_input_shape(&plant_resource, true, arena);
    input = arena_take(arena, shape->size);
    shape_clear(shape, input);
    input->workspace_id = garden;
}

static void tear_down(void)
{
    arena_free(arena);
}

static void expect_problem(const struct resource *resource, const char *part)
{
    const char *problem = resource_problem(resource);

    expect(problem != NULL);
    expect_at(problem != NULL && strstr(problem, part) != NULL, __FILE__, __LINE__, part);
}

static void a_resource_without_a_scope_is_refused(void)
{
    struct resource resource = plant_resource;

    expect(resource_problem(&resource) == NULL);
    resource.scope = SCOPE_UNDECLARED;
    expect_problem(&resource, "whose rows");
    resource.scope = SCOPE_PARENT;
    expect_problem(&resource, "no parent");
    resource = plant_resource;
    resource.scope_column = "garden_id";
    expect_problem(&resource, "no column of its scope");
}

static void an_order_ends_with_the_key_and_pages_have_a_limit(void)
{
    struct resource resource = plant_resource;

    resource.order[1].column = NULL;
    expect_problem(&resource, "end with its key");
    resource = plant_resource;
    resource.limit.most = 0;
    expect_problem(&resource, "no limit");
}

static void filters_are_about_columns(void)
{
    struct filter filters[] = {plant_filters[0], {.name = NULL}};
    struct resource resource = plant_resource;

    resource.filters = filters;
    filters[0].column = "color";
    expect_problem(&resource, "no column");
}

static void values_in_a_table_of_their_own_are_those_of_an_id(void)
{
    static const struct table no_names = {
        .name = "gardens", .area = "garden", .shape = &garden_row_shape};
    struct filter filters[] = {plant_filters[1], {.name = NULL}};
    struct resource resource = plant_resource;

    resource.filters = filters;
    filters[0].values = &plants_table;
    expect_problem(&resource, "search by values");
    filters[0].id_column = "workspace_id";
    expect(resource_problem(&resource) == NULL);
    filters[0].values = &no_names;
    expect_problem(&resource, "search by values");
}

static void expect_route_problem(enum who who, const char *path, const struct resource *lists)
{
    const struct route route = {
        .method = "GET", .path = path, .who = who, .status = 200, .lists = lists};

    expect_at(route_scope_problem(&route) != NULL, __FILE__, __LINE__, path);
}

static void a_route_is_only_for_callers_whom_its_scope_fits(void)
{
    const struct route good = {
        .method = "GET", .path = "/plants", .who = WHO_USER, .lists = &plant_resource};
    struct resource everything = plant_resource;

    expect(route_scope_problem(&good) == NULL);
    expect_route_problem(WHO_ANYONE, "/plants", &plant_resource);
    expect_route_problem(WHO_AGENT, "/plants", &plant_resource);
    expect_route_problem(WHO_WORKSPACE_MEMBER, "/plants", &plant_resource);
    everything.scope = SCOPE_PLATFORM;
    expect_route_problem(WHO_USER, "/plants", &everything);
}

static void a_statement_of_its_own_names_its_scope(void)
{
    struct query query = {.sql = {.text = "select 1 from plants"}, .scope = SCOPE_WORKSPACE};

    expect(!query_keeps_scope(&query));
    query.sql.text = "select 1 from plants where workspace_id = :workspace_id";
    expect(query_keeps_scope(&query));
    query.scope = SCOPE_CALLER;
    expect(!query_keeps_scope(&query));
    query.scope = SCOPE_UNDECLARED;
    expect(!query_keeps_scope(&query));
}

static struct text list_text(void)
{
    return text_from(resource_list_sql(&plant_resource, shape, input, arena).text);
}

static void a_statement_holds_what_was_asked_for_and_no_more(void)
{
    struct text text = list_text();

    expect(text_contains(text, text_lit("plants.workspace_id = :workspace_id")));
    expect(text_contains(text, text_lit("not plants.is_weed")));
    expect(text_contains(text, text_lit("order by plants.created_at desc, plants.id desc")));
    expect(!text_contains(text, text_lit(":colour")));
    expect(!text_contains(text, text_lit(" like ")));
    expect(!text_contains(text, text_lit("memberships")));
    *(struct enum_value *)field_in(resource_filter_field(&plant_resource, shape, 0), input) =
        (struct enum_value){COLOUR_GREEN};
    expect(text_contains(list_text(), text_lit("plants.colour = :colour")));
}

static void a_span_includes_both_ends(void)
{
    for (size_t i = 3; i < 5; i++)
        *(struct timestamp *)field_in(resource_filter_field(&plant_resource, shape, i), input) =
            (struct timestamp){1};
    expect(text_contains(list_text(), text_lit("plants.created_at >= :from")));
    expect(text_contains(list_text(), text_lit("plants.created_at <= :to")));
}

static void an_empty_text_asks_for_nothing(void)
{
    *(struct text *)field_in(resource_filter_field(&plant_resource, shape, 1), input) =
        text_lit("");
    expect(!text_contains(list_text(), text_lit(" like ")));
}

static void a_member_reads_a_page_of_each_workspace_of_his(void)
{
    input->workspace_id = UUID_NONE;
    input->member_id = garden;
    expect(text_contains(list_text(), text_lit("where user_id = :member_id")));
    expect(text_contains(list_text(), text_lit("plants.workspace_id = own.workspace_id")));
}

static void statements_of_different_predicates_have_different_names(void)
{
    struct text plain = text_from(resource_list_sql(&plant_resource, shape, input, arena).name);
    struct text other;

    *(struct enum_value *)field_in(resource_filter_field(&plant_resource, shape, 0), input) =
        (struct enum_value){COLOUR_RED};
    other = text_from(resource_list_sql(&plant_resource, shape, input, arena).name);
    expect(!text_equal(plain, other));
}

static void a_cursor_gives_back_the_values_of_the_last_row(void)
{
    const struct plant_row row = {.id = garden, .created_at = {1774198049206001}};

    input->after = cursor_make(&plant_resource, &row, arena);
    expect_ok(cursor_read(&plant_resource, shape, input, arena, &error), &error);
    expect_int64(
        ((const struct timestamp *)field_at(resource_cursor_field(shape, 0), input))->us,
        row.created_at.us);
    expect(
        uuid_equal(*(const struct uuid *)field_at(resource_cursor_field(shape, 1), input), garden));
    expect(text_contains(
        list_text(), text_lit("(plants.created_at, plants.id) < (:cursor_1, :cursor_2)")));
}

static void expect_refused(struct text after)
{
    input->after = after;
    expect_status(
        cursor_read(&plant_resource, shape, input, arena, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.field), "after");
}

static void what_is_no_cursor_of_the_list_is_refused(void)
{
    const struct plant_row row = {.id = garden, .created_at = {1}};
    struct resource other = plant_resource;
    struct text good = cursor_make(&plant_resource, &row, arena);

    expect_refused(text_lit("x"));
    expect_refused(text_lit("%%%"));
    expect_refused(text_slice(good, 0, good.size - 2));
    expect_refused(text_format(arena, "%.*sAA", TEXT_ARGS(good)));
    other.name = "shrubs"; /* as long a name, the same values */
    expect_refused(cursor_make(&other, &row, arena));
    expect_refused(text_lit("01890a5d-ac96-774b-bcce-b302099a8057"));
}

static void a_cursor_and_an_offset_exclude_each_other(void)
{
    const struct plant_row row = {.id = garden, .created_at = {1}};

    input->offset = 5;
    expect_refused(cursor_make(&plant_resource, &row, arena));
    input->offset = 0;
    expect_ok(cursor_read(&plant_resource, shape, input, arena, &error), &error);
}

static void a_list_may_take_the_id_of_a_row_as_cursor(void)
{
    struct resource resource = plant_resource;

    resource.has_row_cursor = true;
    input->after = text_lit("01890a5d-ac96-774b-bcce-b302099a8057");
    expect_ok(cursor_read(&resource, shape, input, arena, &error), &error);
    expect(uuid_is_present(input->after_id));
}

static void expect_sound(const struct route *route, const struct resource *resource)
{
    const char *problem = resource == NULL ? NULL : resource_problem(resource);
    char why[128] = "";

    expect_at(problem == NULL, __FILE__, __LINE__, problem == NULL ? route->path : problem);
    if (resource != NULL)
        expect(shape_is_complete(resource_view(resource), why));
}

static void every_resource_of_every_route_is_sound(void)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            expect_sound(route, route->lists);
            expect_sound(route, route->reads);
            expect_sound(route, route->shows);
        }
    }
}

static const struct test tests[] = {
    TEST(a_resource_without_a_scope_is_refused),
    TEST(an_order_ends_with_the_key_and_pages_have_a_limit),
    TEST(filters_are_about_columns),
    TEST(values_in_a_table_of_their_own_are_those_of_an_id),
    TEST(a_route_is_only_for_callers_whom_its_scope_fits),
    TEST(a_statement_of_its_own_names_its_scope),
    TEST(a_statement_holds_what_was_asked_for_and_no_more),
    TEST(a_span_includes_both_ends),
    TEST(an_empty_text_asks_for_nothing),
    TEST(a_member_reads_a_page_of_each_workspace_of_his),
    TEST(statements_of_different_predicates_have_different_names),
    TEST(a_cursor_gives_back_the_values_of_the_last_row),
    TEST(what_is_no_cursor_of_the_list_is_refused),
    TEST(a_cursor_and_an_offset_exclude_each_other),
    TEST(a_list_may_take_the_id_of_a_row_as_cursor),
    TEST(every_resource_of_every_route_is_sound),
};

const struct suite test_resource_suite =
    SUITE_WITH("api/resource", tests, .set_up = set_up, .tear_down = tear_down);
