/*
 * Origins whose time is over are dropped, by the keys that sealed them; what a hold is over is left, on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_lookup.h"
#include "commands/privacy/privacy.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/people.h"

#include <string.h>

#define H1       id_named("hold 1")
#define H2       id_named("hold 2")
#define WHY      .reason = text_lit("a dispute")
#define NO_RANGE .first_position = INT64_ABSENT, .last_position = INT64_ABSENT

#define JANUARY  .since = at("2026-01-01T00:00:00Z"), .until = at("2026-02-01T00:00:00Z")
#define FEBRUARY .since = at("2026-02-01T00:00:00Z"), .until = at("2026-03-01T00:00:00Z")
#define A_DAY    .since = at("2026-02-19T00:00:00Z"), .until = at("2026-02-20T00:00:00Z")
#define DROPPED  .rule = text_lit("ORIGIN_RETENTION_DAYS")
#define WITHHELD .rule = text_lit("hold")

static const int64_t day_us = INT64_C(86400) * US_PER_S;

/* A key of Ann's, and one of Bob's. */
static uint8_t names[2][EVENT_KEY_BYTES];
static const struct bytes both = {names[0], sizeof(names)};
static const struct bytes anns = {names[0], EVENT_KEY_BYTES};
static const struct bytes bobs = {names[1], EVENT_KEY_BYTES};

/* What is older than thirty days goes. */
static struct scenario *given_retention(void)
{
    struct scenario *s = given_ann_and_bob();
    const struct uuid people[] = {U1, U2};

    GIVEN(
        s, HAPPENED(
               ledger_opened, .installation_id = id_named("it"),
               .origin_name = text_lit("audit.example.com"),
               .verifier_key = digest_named(s, "first")));
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        memcpy(names[i], people[i].bytes, sizeof(people[i].bytes));
        names[i][EVENT_KEY_BYTES - 1] = (uint8_t)(i + 1);
    }
    scenario_actor(s, ACTOR_SYSTEM, UUID_NONE);
    scenario_policy(s)->origin_retention_us = 30 * day_us;
    return s;
}

static bool is_destroyed(const struct scenario *s, const uint8_t *name)
{
    struct uuid subject;

    memcpy(subject.bytes, name, sizeof(subject.bytes));
    return platform_is_key_destroyed(scenario_model(s), subject, name + sizeof(subject.bytes));
}

static void given_hold(struct scenario *s, const struct hold_placed *hold)
{
    struct hold_placed placed = *hold;

    placed.reason = text_lit("a dispute");
    scenario_given(s, &(const struct happened){&hold_placed_event, &placed, OUTCOME_DONE}, 1);
}

static void given_bob_is_held(struct scenario *s, struct uuid hold_id)
{
    given_hold(
        s, &(struct hold_placed){
               .hold_id = hold_id, .kind = {HOLD_PERSON}, .target_id = U2, NO_RANGE});
}

static void origins_of_a_month_that_is_over_are_dropped_by_their_keys(void)
{
    struct scenario *s = given_retention();

    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both));
    expect(is_destroyed(s, names[0]) && is_destroyed(s, names[1]));
}

static void ordered_again_nothing_is_left_to_drop(void)
{
    struct scenario *s = given_retention();

    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = anns);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs));
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    THEN_NOTHING(s);
}

/* February ends on the first of March, 21 days ago. */
static void a_month_is_kept_until_its_last_moment_is_old_enough(void)
{
    struct scenario *s = given_retention();

    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, FEBRUARY, .keys = both);
    THEN_NOTHING(s);
    scenario_pass(s, INT64_C(86400) * 9);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, FEBRUARY, .keys = both);
    expect(is_destroyed(s, names[0]));
}

/* A key of a month seals until the month is over, one of a day until that is. */
static void nothing_is_dropped_of_a_part_of_a_month_or_a_day(void)
{
    struct scenario *s = given_retention();

    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, A_DAY, .keys = both);
    THEN_NOTHING(s);
    WHEN(
        s, drop_origins, .actor_kind = {ACTOR_AGENT}, .since = at("2026-02-19T00:00:00Z"),
        .until = at("2026-02-19T12:00:00Z"), .keys = both);
    THEN_NOTHING(s);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_AGENT}, A_DAY, .keys = both);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_AGENT}, A_DAY, .keys = both));
}

static void unless_the_policy_says_so_origins_are_kept_for_ever(void)
{
    struct scenario *s = given_retention();

    scenario_policy(s)->origin_retention_us = 0;
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    THEN_NOTHING(s);
}

static void whoever_is_held_is_left_out_on_record(void)
{
    struct scenario *s = given_retention();

    given_bob_is_held(s, H1);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_USER}, JANUARY, .keys = anns),
        HAPPENED(origins_withheld, .hold_id = H1, WITHHELD, .until = at("2026-02-01T00:00:00Z")));
    expect(is_destroyed(s, names[0]) && !is_destroyed(s, names[1]));
}

static void that_somebody_is_left_out_is_said_once_for_each_month(void)
{
    struct scenario *s = given_retention();

    given_bob_is_held(s, H1);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs);
    THEN_NOTHING(s);
    scenario_pass(s, INT64_C(86400) * 9);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, FEBRUARY, .keys = bobs);
    THEN_EMITTED(
        s,
        HAPPENED(origins_withheld, .hold_id = H1, WITHHELD, .until = at("2026-03-01T00:00:00Z")));
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, FEBRUARY, .keys = bobs);
    THEN_NOTHING(s);
}

static void once_the_last_hold_is_released_it_is_dropped(void)
{
    struct scenario *s = given_retention();

    given_bob_is_held(s, H1);
    given_bob_is_held(s, H2);
    GIVEN(s, HAPPENED(hold_released, .hold_id = H1, WHY));
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs);
    THEN_EMITTED(
        s,
        HAPPENED(origins_withheld, .hold_id = H2, WITHHELD, .until = at("2026-02-01T00:00:00Z")));
    GIVEN(s, HAPPENED(hold_released, .hold_id = H2, WHY));
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_USER}, JANUARY, .keys = bobs));
}

/* Bob acted in the workspace, Ann did not. */
static void a_hold_over_a_workspace_keeps_origins_of_whoever_acted_there(void)
{
    struct scenario *s = given_retention();

    scenario_workspace(s, W1);
    scenario_actor(s, ACTOR_USER, U2);
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
               .slug = text_lit("acme"), .is_archived = OPT_FALSE));
    scenario_actor(s, ACTOR_SYSTEM, UUID_NONE);
    given_hold(
        s,
        &(struct hold_placed){.hold_id = H1, .kind = {HOLD_WORKSPACE}, .target_id = W1, NO_RANGE});
    WHEN(s, drop_origins, .actor_kind = {ACTOR_USER}, JANUARY, .keys = both);
    expect(is_destroyed(s, names[0]) && !is_destroyed(s, names[1]));
}

/* Which of them the hold is over cannot be told. */
static void origins_of_agents_and_strangers_are_kept_by_any_hold_over_things(void)
{
    struct scenario *s = given_retention();

    given_bob_is_held(s, H1);
    WHEN(s, drop_origins, .actor_kind = {ACTOR_AGENT}, A_DAY, .keys = anns);
    THEN_EMITTED(
        s, HAPPENED(origins_dropped, DROPPED, .actor_kind = {ACTOR_AGENT}, A_DAY, .keys = anns));
    given_hold(
        s, &(struct hold_placed){
               .hold_id = H2, .kind = {HOLD_POSITIONS}, .first_position = 1, .last_position = 1});
    WHEN(s, drop_origins, .actor_kind = {ACTOR_STRANGER}, A_DAY, .keys = bobs);
    THEN_EMITTED(
        s,
        HAPPENED(origins_withheld, .hold_id = H2, WITHHELD, .until = at("2026-02-20T00:00:00Z")));
}

static const struct test tests[] = {
    TEST(origins_of_a_month_that_is_over_are_dropped_by_their_keys),
    TEST(ordered_again_nothing_is_left_to_drop),
    TEST(a_month_is_kept_until_its_last_moment_is_old_enough),
    TEST(nothing_is_dropped_of_a_part_of_a_month_or_a_day),
    TEST(unless_the_policy_says_so_origins_are_kept_for_ever),
    TEST(whoever_is_held_is_left_out_on_record),
    TEST(that_somebody_is_left_out_is_said_once_for_each_month),
    TEST(once_the_last_hold_is_released_it_is_dropped),
    TEST(a_hold_over_a_workspace_keeps_origins_of_whoever_acted_there),
    TEST(origins_of_agents_and_strangers_are_kept_by_any_hold_over_things),
};
const struct suite test_drop_origins_suite = SUITE("commands/privacy/drop origins", tests);
