/*
 * What a route's row must say: each case is a sound row with one thing wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "eventlog/record.h"
#include "tests/support/expect.h"

struct plant_input {
    struct uuid workspace_id;
    struct uuid id;
    struct uuid node_id;
    struct bytes credential_digest;
};
static const struct field plant_input_fields[] = {
    {UUID(plant_input, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "The workspace."},
    {UUID(plant_input, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "The plant."},
    {UUID(plant_input, node_id), .tag = 3, .flags = SERVER_SET, .doc = "The node."},
    {BYTES(plant_input, credential_digest), .tag = 4, .flags = SERVER_SET, .doc = "Its proof."},
};
static const struct shape plant_input_shape = SHAPE(plant_input, "Which plant.");
static const struct shape plant_input_without_proof_shape = {
    .name = "plant_input",
    .doc = "Which plant.",
    .fields = plant_input_fields,
    .count = 2,
    .size = sizeof(struct plant_input)};

static const struct command water = {.name = "water", .input = &plant_input_shape};
static const struct command ask = {
    .name = "ask", .input = &plant_input_shape, .answer = &plant_input_shape};
static const struct command trust = {
    .name = "trust", .input = &plant_input_without_proof_shape, .answer = &plant_input_shape};

static void handle(struct call *call)
{
    (void)call;
}

static void render(struct call *call, const void *answer)
{
    (void)call;
    (void)answer;
}

/* A route of a command that is answered from its state. */
static struct route sound(void)
{
    return (struct route){
        .method = "POST",
        .path = "/workspaces/:workspaceId/plants/:id",
        .doc = "Asks a plant.",
        .tag = "garden",
        .who = WHO_WORKSPACE_MEMBER,
        .status = 200,
        .command = &ask,
    };
}

static struct route handler(void)
{
    struct route route = sound();

    route.command = NULL;
    route.handle = handle;
    route.input_shape = &plant_input_shape;
    return route;
}

static void expect_problem(const struct route *route, const char *words, int line)
{
    const char *problem = route_problem(route);

    expect_at(
        problem != NULL && text_contains(text_from(problem), text_from(words)), __FILE__, line,
        words);
}

#define WRONG(start, words, ...)                                                                   \
    do {                                                                                           \
        struct route route = start();                                                              \
        __VA_ARGS__;                                                                               \
        expect_problem(&route, words, __LINE__);                                                   \
    } while (0)

static void a_sound_row_has_no_problem(void)
{
    struct route route = sound();
    struct route other = handler();

    expect(route_problem(&route) == NULL);
    expect(route_problem(&other) == NULL);
    route.command = &water;
    route.render = render;
    route.lane = LANE_PLAIN;
    expect(route_problem(&route) == NULL);
}

static void every_route_of_the_program_is_sound(void)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            expect_at(route_problem(route) == NULL, __FILE__, __LINE__, route->path);
    }
}

static void a_row_says_what_clients_are_told(void)
{
    WRONG(sound, "method", route.method = "FETCH");
    WRONG(sound, "slash", route.path = "/plants/");
    WRONG(sound, "sentence", route.doc = "Asks");
    WRONG(sound, "tag", route.tag = NULL);
    WRONG(sound, "no success", route.status = 0);
    WRONG(sound, "another status", route.reply.or_status = 202);
}

static void a_row_is_for_one_thing(void)
{
    WRONG(sound, "for nothing", route.command = NULL);
    WRONG(handler, "column that only a command", route.render = render);
    WRONG(sound, "nobody looks at", route.input_shape = &plant_input_shape);
    WRONG(sound, "does not make", route.reply.shape = &plant_input_shape);
    WRONG(sound, "answers nothing", route.command = &water);
    WRONG(sound, "limit for a body", (route.body_limit = 1, route.method = "GET"));
}

static void path_and_input_name_the_same(void)
{
    WRONG(sound, "name in its path", route.path = "/workspaces/:workspaceId/plants/:id/:leaf");
    WRONG(sound, "not in it", route.path = "/workspaces/:workspaceId/plants");
}

static void callers_are_those_that_the_path_is_for(void)
{
    WRONG(sound, "members of a workspace", route.who = WHO_USER);
    WRONG(sound, "members of a workspace", route.path = "/plants/:id");
    WRONG(
        sound, "credential",
        (route.who = WHO_AGENT, route.path = "/plants/:id", route.command = &trust));
    WRONG(sound, "for a detail", (route.who = WHO_AGENT, route.path = "/plants/:id"));
}

static void the_kind_follows_from_what_the_row_has(void)
{
    struct route route = sound();

    expect_int64(route_kind(&route), ROUTE_STATE);
    route.shows = (const struct resource *)&route;
    expect_int64(route_kind(&route), ROUTE_SHOWN);
    route.render = render;
    expect_int64(route_kind(&route), ROUTE_STATE);
    route.handle = handle;
    expect_int64(route_kind(&route), ROUTE_HANDLER);
}

static bool is_free_text(const struct field *field)
{
    bool is_text = field->kind == KIND_TEXT || field->kind == KIND_PERSONAL ||
                   (field->kind == KIND_LIST && field->item == KIND_TEXT);

    return is_text && field->accepts == NULL &&
           (field->flags & (SECRET | SERVER_SET | EMAIL | HOST_NAME | ONE_LINE | MANY_LINES)) == 0;
}

/* Names the first field that does not say, in objects and lists, too. */
static const struct field *silent_field(const struct shape *shape)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        const struct field *inner = field->shape == NULL ? NULL : silent_field(field->shape);
        if (is_free_text(field) || inner != NULL)
            return inner == NULL ? field : inner;
    }
    return NULL;
}

/* What people name ends in lists, mails, terminals and logs. */
static void every_text_that_people_give_says_how_many_lines_it_may_have(void)
{
    AUTO_ARENA arena = arena_new(16 << 20);

    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            const struct shape *input = route_input(route, arena);
            const struct field *silent;
            if (route->who == WHO_AGENT || route->who == WHO_ANYONE || input == NULL)
                continue;
            silent = silent_field(input);
            expect_at(
                silent == NULL, __FILE__, __LINE__,
                silent == NULL ? route->path
                               : text_format(arena, "%s: %s", route->path, silent->name).data);
        }
    }
}

/* What an agent sends is cut to fit, and never refused. */
static void what_fits_a_route_fits_an_event(void)
{
    enum { REST_OF_AN_EVENT = 4096 };

    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route->command != NULL && route->who != WHO_AGENT)
                expect(route->body_limit + REST_OF_AN_EVENT <= BODY_MAX_BYTES);
        }
    }
}

static const struct test tests[] = {
    TEST(what_fits_a_route_fits_an_event),
    TEST(a_sound_row_has_no_problem),
    TEST(every_route_of_the_program_is_sound),
    TEST(a_row_says_what_clients_are_told),
    TEST(a_row_is_for_one_thing),
    TEST(path_and_input_name_the_same),
    TEST(callers_are_those_that_the_path_is_for),
    TEST(the_kind_follows_from_what_the_row_has),
    TEST(every_text_that_people_give_says_how_many_lines_it_may_have),
};

const struct suite test_route_suite = SUITE("api/route", tests);
