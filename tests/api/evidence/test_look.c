/*
 * What a look at evidence is on record as, and which routes are looks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/look.h"
#include "api/evidence/timeline_filter.h"
#include "api/route.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_params.h"
#include "eventlog/keyed_digest.h"
#include "tests/support/fixture.h"

#include <string.h>

static struct fixture *house;
static const struct timestamp noon = {INT64_C(1774180800000000)};

static void set_up(void)
{
    house = fixture_open(&(struct fixture_settings){.directory = NULL});
}

static void tear_down(void)
{
    fixture_close(house);
}

static struct text filter_of(const char *query)
{
    const struct param *params = NULL;
    struct timeline_input input;
    size_t count = 0;

    shape_clear(&timeline_input_shape, &input);
    must(params_parse(house->arena, text_from(query), &params, &count));
    must(
        shape_params_read(&timeline_input_shape, params, count, house->arena, &input, NULL) ==
        STATUS_OK);
    return look_filter(house->keyring, &timeline_input_shape, &input, noon, house->arena);
}

static void a_filter_is_the_same_in_whatever_order_it_was_asked_for(void)
{
    expect_text(
        filter_of("type=task.*&outcome=refused&from=-2h"),
        "{\"from\":\"-2h\",\"type\":\"task.*\",\"outcome\":\"refused\"}");
    expect_text(
        filter_of("from=-2h&outcome=refused&type=task.*"),
        filter_of("type=task.*&from=-2h&outcome=refused").data);
    expect_text(filter_of(""), "{}");
}

static void what_only_chooses_the_page_is_no_part_of_it(void)
{
    expect_text(filter_of("limit=7&after=abc&order=oldest"), "{}");
    expect_text(filter_of("fromPosition=3&limit=7"), "{\"fromPosition\":3}");
}

static void what_is_personal_in_it_stands_there_as_a_keyed_digest(void)
{
    struct origin origin = {.address.text = text_lit("192.0.2.7")};
    char correlation[UUID_TEXT_SIZE];
    struct text filter = filter_of("origin=192.0.2.7&correlation=for%20Ada");

    keyed_digest_personal(house->keyring, &origin_shape, noon, house->arena, &origin);
    uuid_print(keyed_digest_correlation(house->keyring, text_lit("for Ada")), correlation);
    expect_text(
        filter, text_format(
                    house->arena, "{\"correlation\":\"%s\",\"origin\":\"%.*s\"}", correlation,
                    TEXT_ARGS(hex_encode(house->arena, origin.address.digest)))
                    .data);
}

/* A new parameter of a look is one of these, or its row names the digest that stands for it. */
static bool may_stand_on_record(const struct field *field)
{
    static const char *const names[] = {"from", "to", "around", "within", "type", "after", "at"};

    if (field->kind != KIND_TEXT || field->digest != 0)
        return field->kind != KIND_PERSONAL && field->kind != KIND_JSON;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(field->name, names[i]) == 0)
            return true;
    }
    return false;
}

static void every_route_that_shows_evidence_to_auditors_is_a_look(void)
{
    size_t looks = 0;

    for (const struct route *route = evidence_routes; route->method != NULL; route++) {
        bool is_open = route->who == WHO_LEDGER_READER || /* to verify: nothing is looked for */
                       route->who == WHO_USER;            /* of themselves: nobody else is shown */
        expect_at(route->is_look != is_open, __FILE__, __LINE__, route->path);
        looks += route->is_look;
    }
    expect(looks >= 12);
}

static void no_parameter_of_a_look_is_put_on_record_that_may_be_personal(void)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            const struct shape *input = route->input_shape;
            for (size_t i = 0; route->is_look && input != NULL && i < shape_count(input); i++)
                expect_at(
                    may_stand_on_record(shape_field_at(input, i)), __FILE__, __LINE__,
                    shape_field_at(input, i)->name);
        }
    }
}

static void a_handler_that_shows_evidence_and_is_no_look_does_not_start(void)
{
    struct route route = evidence_routes[0];

    expect(route_problem(&route) == NULL);
    route.is_look = false;
    expect_text(text_from(route_problem(&route)), "shows evidence, and is no look at it");
    route.is_look = true;
    route.who = WHO_ANYONE;
    expect_text(
        text_from(route_problem(&route)), "is a look at evidence of which nobody knows who looks");
}

static const struct test tests[] = {
    TEST(a_filter_is_the_same_in_whatever_order_it_was_asked_for),
    TEST(what_only_chooses_the_page_is_no_part_of_it),
    TEST(what_is_personal_in_it_stands_there_as_a_keyed_digest),
    TEST(every_route_that_shows_evidence_to_auditors_is_a_look),
    TEST(no_parameter_of_a_look_is_put_on_record_that_may_be_personal),
    TEST(a_handler_that_shows_evidence_and_is_no_look_does_not_start),
};

const struct suite test_look_suite =
    SUITE_WITH("api/evidence/look", tests, .set_up = set_up, .tear_down = tear_down);
