/*
 * Erasing people.
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

#define WHY .reason = text_lit("asked for it")

static const uint8_t ids[] = "key one key two ";
static const struct bytes one_key = {ids, 8};
static const struct bytes both_keys = {ids, 16};
static const struct bytes second_key = {ids + 8, 8};

static void a_person_goes_with_account_and_keys(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = both_keys);
    THEN_EMITTED(
        s,
        HAPPENED(
            person_erased, .subject_id = U2, .reason = text_lit("asked for it"),
            .rule = text_lit("request")),
        HAPPENED(user_deleted, .user_id = U2),
        HAPPENED(key_destroyed, .subject = U2, .key_id = one_key),
        HAPPENED(key_destroyed, .subject = U2, .key_id = second_key));
    expect_int64(ANSWER(s, erased_person)->position, scenario_size(s) - 4);
}

static void erasing_again_does_nothing_and_answers_the_same(void)
{
    struct scenario *s = given_ann_and_bob();
    int64_t position;

    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = both_keys);
    position = ANSWER(s, erased_person)->position;
    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = both_keys);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, erased_person)->position, position);
}

/* One for each month of thirty years in which they came from somewhere. */
static void somebody_of_many_months_is_erased_at_once(void)
{
    static uint8_t many[360][8];
    struct scenario *s = given_ann_and_bob();
    int64_t before = scenario_size(s);

    for (size_t i = 0; i < COUNT_OF(many); i++)
        memcpy(many[i], &i, sizeof(i));
    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = {many[0], sizeof(many)});
    expect_int64(scenario_size(s) - before, 2 + COUNT_OF(many));
    expect(platform_is_key_destroyed(scenario_model(s), U2, many[COUNT_OF(many) - 1]));
}

/* A backup was put back that has a key which nobody knew of. */
static void erasing_again_destroys_keys_that_have_come_since(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = one_key);
    WHEN(s, erase_person, .subject_id = U2, WHY, .key_ids = both_keys);
    THEN_EMITTED(s, HAPPENED(key_destroyed, .subject = U2, .key_id = second_key));
}

static void a_person_whose_account_was_deleted_before_can_be_erased(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    WHEN(s, erase_person, .subject_id = U2, WHY);
    THEN_EMITTED(
        s, HAPPENED(
               person_erased, .subject_id = U2, .reason = text_lit("asked for it"),
               .rule = text_lit("request")));
}

static void what_is_no_person_is_not_erased(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
               .slug = text_lit("acme"), .is_archived = OPT_FALSE));
    WHEN(s, erase_person, .subject_id = W1, WHY, .key_ids = one_key);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "There is no person with id %s", W1));
}

static void the_last_admin_and_oneself_are_not_erased(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, erase_person, .subject_id = U1, WHY);
    THEN_REFUSED(s, CONFLICT, "You cannot erase yourself.");
    scenario_actor(s, ACTOR_SYSTEM, UUID_NONE);
    WHEN(s, erase_person, .subject_id = U1, WHY);
    THEN_REFUSED(s, CONFLICT, "The only active platform admin cannot be erased.");
}

static void a_member_of_a_workspace_is_not_erased(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
               .slug = text_lit("acme"), .is_archived = OPT_FALSE));
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = id_named("membership"), .workspace_id = W1,
               .user_id = U2, .role = {MEMBER_ADMIN}));
    WHEN(s, erase_person, .subject_id = U2, WHY);
    THEN_REFUSED(s, CONFLICT, "Remove this user from all workspaces before deleting the account.");
}

static void whether_somebody_was_erased_can_be_asked(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, query_erased_person, .subject_id = U2);
    expect_int64(ANSWER(s, erased_person)->position, INT64_ABSENT);
    WHEN(s, erase_person, .subject_id = U2, WHY);
    WHEN(s, query_erased_person, .subject_id = U2);
    expect_int64(ANSWER(s, erased_person)->position, scenario_size(s) - 2);
}

static const struct test tests[] = {
    TEST(a_person_goes_with_account_and_keys),
    TEST(erasing_again_does_nothing_and_answers_the_same),
    TEST(somebody_of_many_months_is_erased_at_once),
    TEST(erasing_again_destroys_keys_that_have_come_since),
    TEST(a_person_whose_account_was_deleted_before_can_be_erased),
    TEST(what_is_no_person_is_not_erased),
    TEST(the_last_admin_and_oneself_are_not_erased),
    TEST(a_member_of_a_workspace_is_not_erased),
    TEST(whether_somebody_was_erased_can_be_asked),
};
const struct suite test_erase_person_suite = SUITE("commands/privacy/erase person", tests);
