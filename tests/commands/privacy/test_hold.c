/*
 * Legal holds: placed and released, and what may not happen meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#include <stdio.h>

#define H1       id_named("hold 1")
#define H2       id_named("hold 2")
#define WHY      .reason = text_lit("a dispute")
#define NO_RANGE .first_position = INT64_ABSENT, .last_position = INT64_ABSENT

/* As an operator of the machine says it. */
#define WHEN_ENDING(s, ...)                                                                        \
    scenario_when(s, &end_hold_command, &(const struct release_hold){__VA_ARGS__})
#define WHEN_FORGETTING(s, ...)                                                                    \
    scenario_when(s, &forget_person_command, &(const struct erase_person){__VA_ARGS__})

static void given_hold_over_bob(struct scenario *s, struct uuid hold_id)
{
    GIVEN(
        s, HAPPENED(
               hold_placed, .hold_id = hold_id, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE,
               WHY));
}

static void expect_placed(const struct scenario *s)
{
    const struct error *error = NULL;
    enum status status = scenario_status(s, &error);

    expect_status(status, STATUS_OK, error);
}

static void a_hold_is_placed_over_a_person(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, place_hold, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE, WHY);
    THEN_EMITTED(
        s, HAPPENED(
               hold_placed, .hold_id = scenario_made(s, 0), .kind = {HOLD_PERSON}, .target_id = U2,
               NO_RANGE, WHY));
    expect(uuid_equal(ANSWER(s, placed_hold)->hold_id, scenario_made(s, 0)));
}

static void a_hold_is_placed_over_what_is_there_or_was(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    WHEN(s, place_hold, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE, WHY);
    expect_placed(s);
    GIVEN(
        s,
        HAPPENED(
            workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
            .slug = text_lit("acme"), .is_archived = OPT_FALSE),
        HAPPENED(workspace_deleted, .workspace_id = W1));
    WHEN(s, place_hold, .kind = {HOLD_WORKSPACE}, .target_id = W1, NO_RANGE, WHY);
    expect_placed(s);
    WHEN(s, place_hold, .kind = {HOLD_NODE}, .target_id = N1, NO_RANGE, WHY);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Nothing of id %s is on record", N1));
    WHEN(s, place_hold, .kind = {HOLD_PERSON}, .target_id = W1, NO_RANGE, WHY);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Nothing of id %s is on record", W1));
}

static void expect_unclear(struct scenario *s)
{
    THEN_REFUSED(
        s, INVALID,
        "A hold over a person, workspace or node has a targetId; one over positions has "
        "firstPosition and a lastPosition that is not less");
}

static void a_hold_is_over_a_thing_or_a_range_and_never_over_both(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, place_hold, .kind = {HOLD_POSITIONS}, .first_position = 3, .last_position = 3, WHY);
    expect_placed(s);
    WHEN(s, place_hold, .kind = {HOLD_POSITIONS}, .first_position = 4, .last_position = 3, WHY);
    expect_unclear(s);
    WHEN(
        s, place_hold, .kind = {HOLD_POSITIONS}, .first_position = 3, .last_position = INT64_ABSENT,
        WHY);
    expect_unclear(s);
    WHEN(
        s, place_hold, .kind = {HOLD_POSITIONS}, .target_id = U2, .first_position = 3,
        .last_position = 3, WHY);
    expect_unclear(s);
    WHEN(
        s, place_hold, .kind = {HOLD_PERSON}, .target_id = U2, .first_position = 3,
        .last_position = INT64_ABSENT, WHY);
    expect_unclear(s);
    WHEN(s, place_hold, .kind = {HOLD_PERSON}, NO_RANGE, WHY);
    expect_unclear(s);
}

static void so_many_holds_are_enough(void)
{
    struct scenario *s = given_ann_and_bob();

    for (unsigned i = 0; i < MOST_HOLDS; i++) {
        char name[32];
        snprintf(name, sizeof(name), "hold %u", i);
        given_hold_over_bob(s, id_named(name));
    }
    WHEN(s, place_hold, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE, WHY);
    THEN_REFUSED(s, CONFLICT, "There are as many holds in place as may be");
    GIVEN(s, HAPPENED(hold_released, .hold_id = H1, WHY));
    WHEN(s, place_hold, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE, WHY);
    expect_placed(s);
}

static void a_hold_is_released_once(void)
{
    struct scenario *s = given_ann_and_bob();

    given_hold_over_bob(s, H1);
    WHEN(s, release_hold, .hold_id = H1, .reason = text_lit("settled"));
    THEN_EMITTED(s, HAPPENED(hold_released, .hold_id = H1, .reason = text_lit("settled")));
    WHEN_ENDING(s, .hold_id = H1, .reason = text_lit("settled"));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Hold %s is not in place", H1));
}

static void an_operator_releases_a_hold(void)
{
    struct scenario *s = given_ann_and_bob();

    given_hold_over_bob(s, H1);
    scenario_actor(s, ACTOR_SYSTEM, UUID_NONE);
    WHEN_ENDING(s, .hold_id = H1, .reason = text_lit("settled"));
    THEN_EMITTED(s, HAPPENED(hold_released, .hold_id = H1, .reason = text_lit("settled")));
}

static void erasing_somebody_under_a_hold_is_refused_on_record(void)
{
    struct scenario *s = given_ann_and_bob();
    static const uint8_t key[] = "key one ";

    given_hold_over_bob(s, H1);
    given_hold_over_bob(s, H2);
    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = {key, 8});
    THEN_EMITTED(
        s,
        EVIDENCE(erasure_refused, .subject_id = U2, .hold_id = H1, WHY, .rule = text_lit("hold")));
    expect(uuid_equal(ANSWER(s, erased_person)->hold_id, H1));
    expect_int64(ANSWER(s, erased_person)->position, INT64_ABSENT);
}

static void it_is_refused_until_the_last_hold_is_released(void)
{
    struct scenario *s = given_ann_and_bob();

    given_hold_over_bob(s, H1);
    given_hold_over_bob(s, H2);
    GIVEN(s, HAPPENED(hold_released, .hold_id = H1, WHY));
    WHEN_FORGETTING(s, .subject_id = U2, WHY);
    THEN_EMITTED(
        s,
        EVIDENCE(erasure_refused, .subject_id = U2, .hold_id = H2, WHY, .rule = text_lit("hold")));
    GIVEN(s, HAPPENED(hold_released, .hold_id = H2, WHY));
    WHEN_FORGETTING(s, .subject_id = U2, WHY);
    THEN_EMITTED(
        s, HAPPENED(person_erased, .subject_id = U2, WHY, .rule = text_lit("request")),
        HAPPENED(user_deleted, .user_id = U2));
    expect(!uuid_is_present(ANSWER(s, erased_person)->hold_id));
}

static void given_acme(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
               .slug = text_lit("acme"), .is_archived = OPT_FALSE));
}

/* Else it would be listed as in place, and hold nothing, or everything. */
static void what_is_of_another_kind_is_not_held(void)
{
    struct scenario *s = given_ann_and_bob();

    given_node(s);
    WHEN(s, place_hold, .kind = {HOLD_WORKSPACE}, .target_id = W1, NO_RANGE, WHY);
    expect_placed(s);
    WHEN(s, place_hold, .kind = {HOLD_NODE}, .target_id = N1, NO_RANGE, WHY);
    expect_placed(s);
    WHEN(s, place_hold, .kind = {HOLD_WORKSPACE}, .target_id = N1, NO_RANGE, WHY);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Nothing of id %s is on record", N1));
    WHEN(s, place_hold, .kind = {HOLD_NODE}, .target_id = W1, NO_RANGE, WHY);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Nothing of id %s is on record", W1));
    WHEN(s, place_hold, .kind = {HOLD_NODE}, .target_id = U2, NO_RANGE, WHY);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Nothing of id %s is on record", U2));
}

static void given_hold(struct scenario *s, const struct hold_placed *over)
{
    struct hold_placed placed = *over;

    placed.hold_id = H1;
    placed.reason = text_lit("a dispute");
    GIVEN(s, (struct happened){&hold_placed_event, &placed, OUTCOME_DONE});
}

static void expect_erasure(struct scenario *s, bool is_refused)
{
    WHEN(s, erase_person, .subject_id = U2, WHY);
    expect_placed(s);
    expect(uuid_is_present(ANSWER(s, erased_person)->hold_id) == is_refused);
}

/* Their origin is sealed in what they did. */
static void whoever_did_something_in_a_held_workspace_or_on_its_nodes_is_not_erased(void)
{
    const struct hold_placed over[] = {
        {.kind = {HOLD_WORKSPACE}, .target_id = W1},
        {.kind = {HOLD_NODE}, .target_id = N1, .workspace_id = W1},
        {.kind = {HOLD_NODE}, .target_id = N1},
        {.kind = {HOLD_WORKSPACE}, .target_id = W2},
        {.kind = {HOLD_NODE}, .target_id = N1, .workspace_id = W2},
    };

    for (size_t i = 0; i < COUNT_OF(over); i++) {
        for (int has_acted = 0; has_acted < 2; has_acted++) {
            struct scenario *s = given_ann_and_bob();
            scenario_actor(s, ACTOR_USER, has_acted ? U2 : U1);
            scenario_workspace(s, W1);
            given_acme(s);
            scenario_workspace(s, UUID_NONE);
            scenario_actor(s, ACTOR_USER, U1);
            given_hold(s, &over[i]);
            expect_erasure(s, has_acted && i < 3);
        }
    }
}

static void whoever_was_there_by_the_end_of_a_held_range_is_not_erased(void)
{
    for (int64_t end = 0; end < 6; end++) {
        struct scenario *s = scenario_at("2026-03-22T10:00:00Z");
        int64_t since;
        given_ann(s);
        since = scenario_size(s);
        given_bob(s);
        scenario_actor(s, ACTOR_USER, U1);
        given_hold(
            s, &(struct hold_placed){
                   .kind = {HOLD_POSITIONS}, .first_position = 0, .last_position = end});
        expect_erasure(s, end >= since);
    }
}

static void holds_in_place_are_listed_page_by_page(void)
{
    struct scenario *s = given_ann_and_bob();
    const struct listed_hold *all;
    size_t seen = 0;
    struct uuid after = UUID_NONE;

    for (unsigned i = 0; i < HOLDS_AT_ONCE + 3; i++) {
        char name[32];
        snprintf(name, sizeof(name), "hold %u", i);
        given_hold_over_bob(s, id_named(name));
    }
    GIVEN(s, HAPPENED(hold_released, .hold_id = H1, WHY));
    do {
        WHEN(s, query_holds, .after = after);
        all = ANSWER(s, listed_holds)->holds.items;
        seen += ANSWER(s, listed_holds)->holds.count;
        after = ANSWER(s, listed_holds)->holds.count < HOLDS_AT_ONCE ? UUID_NONE
                                                                     : all[HOLDS_AT_ONCE - 1].id;
    } while (uuid_is_present(after));
    expect_int64(seen, HOLDS_AT_ONCE + 2);
    expect(uuid_equal(all[0].target_id, U2) && all[0].kind.is == HOLD_PERSON);
}

static const struct test tests[] = {
    TEST(a_hold_is_placed_over_a_person),
    TEST(a_hold_is_placed_over_what_is_there_or_was),
    TEST(what_is_of_another_kind_is_not_held),
    TEST(a_hold_is_over_a_thing_or_a_range_and_never_over_both),
    TEST(so_many_holds_are_enough),
    TEST(holds_in_place_are_listed_page_by_page),
    TEST(a_hold_is_released_once),
    TEST(an_operator_releases_a_hold),
    TEST(erasing_somebody_under_a_hold_is_refused_on_record),
    TEST(it_is_refused_until_the_last_hold_is_released),
    TEST(whoever_did_something_in_a_held_workspace_or_on_its_nodes_is_not_erased),
    TEST(whoever_was_there_by_the_end_of_a_held_range_is_not_erased),
};
const struct suite test_hold_suite = SUITE("commands/privacy/hold", tests);
