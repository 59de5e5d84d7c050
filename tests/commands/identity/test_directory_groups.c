/*
 * Groups that directories send: who may be in them, what their provider's rules give to whom, and that it is taken again; whose
 * word counts of a person whom both a directory and a sign-in tell of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_commands.h"
#include "commands/identity/directory_group.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define P1 id_named("provider 1")
#define P2 id_named("provider 2")
#define G1 id_named("group 1")
#define G2 id_named("group 2")

/* Who is in "all" looks at W1, in "ops" is its admin, in "owners" its owner; "audit" and "admins" have roles on the platform. */
static struct list rules(void)
{
    static struct provider_rule made[5];

    made[0] = (struct provider_rule){text_lit("all"), W1, {MEMBER_VIEWER}, {0}};
    made[1] = (struct provider_rule){text_lit("ops"), W1, {MEMBER_ADMIN}, {0}};
    made[2] = (struct provider_rule){text_lit("owners"), W1, {MEMBER_OWNER}, {0}};
    made[3] = (struct provider_rule){text_lit("audit"), UUID_NONE, {0}, {ROLE_PLATFORM_AUDITOR}};
    made[4] = (struct provider_rule){text_lit("admins"), UUID_NONE, {0}, {ROLE_PLATFORM_ADMIN}};
    return (struct list){made, COUNT_OF(made)};
}

static void given_rules(struct scenario *s, const char *claim, const char *required)
{
    GIVEN(
        s, HAPPENED(
               provider_rules_set, .provider_id = P1, .claim = text_from(claim),
               .required_value = text_from(required), .rules = rules()));
}

static void given_provider(struct scenario *s, struct uuid id, const char *slug)
{
    GIVEN(
        s, HAPPENED(
               provider_created, .definition = {
                                     .provider_id = id,
                                     .slug = text_from(slug),
                                     .name = text_lit("Example"),
                                     .issuer = text_lit("https://id.example.com"),
                                     .client_id = text_lit("fleet"),
                                     .discovery_url = text_lit("https://id.example.com/d"),
                                     .enabled = OPT_TRUE}));
}

static void given_linked(struct scenario *s, struct uuid user_id, struct uuid provider_id)
{
    GIVEN(s, HAPPENED(directory_user_linked, .user_id = user_id, .provider_id = provider_id));
}

/* Ann, U1, is the platform's admin; Bob, U2, and Eve, U3, are nobody special, and the first provider's directory looks after both:
 * it speaks. W1 has no owner of theirs. */
static struct scenario *given_directory(void)
{
    struct scenario *s = given_ann_and_bob();

    given_workspace(s);
    given_member(s, id_named("membership of ann"), W1, U1, MEMBER_OWNER);
    given_account(s, U3, "eve@example.com");
    given_provider(s, P1, "one");
    given_provider(s, P2, "two");
    given_rules(s, NULL, NULL);
    given_linked(s, U2, P1);
    given_linked(s, U3, P1);
    scenario_actor(s, ACTOR_DIRECTORY, P1);
    return s;
}

static void given_group(struct scenario *s, struct uuid id, const char *name, struct list members)
{
    GIVEN(
        s, HAPPENED(
               directory_group_created, .group_id = id, .provider_id = P1,
               .display_name = text_from(name), .members = members));
}

static struct list people(struct uuid one, struct uuid other)
{
    static struct uuid ids[8][2];
    static size_t used;
    struct uuid *of = ids[used++ % COUNT_OF(ids)];

    of[0] = one;
    of[1] = other;
    return (struct list){of, (size_t)uuid_is_present(one) + (size_t)uuid_is_present(other)};
}

#define NOBODY                 people(UUID_NONE, UUID_NONE)
#define ONLY(who)              people(who, UUID_NONE)
#define BOTH(a, b)             people(a, b)
#define ADD(s, group, whom)    WHEN(s, change_directory_group, .group_id = group, .added = whom)
#define REMOVE(s, group, whom) WHEN(s, change_directory_group, .group_id = group, .removed = whom)
#define REPLACE(s, group, whom)                                                                    \
    WHEN(s, change_directory_group, .group_id = group, .replaces_members = OPT_TRUE, .added = whom)

static struct access_lookup access_of(struct scenario *s, struct uuid user_id)
{
    WHEN(s, query_access, .user_id = user_id, .workspace_id = W1);
    return *ANSWER(s, access_lookup);
}

static int64_t role_of(struct scenario *s, struct uuid user_id)
{
    return access_of(s, user_id).member_role.is;
}

static enum status status_of(struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error);
}

static void when_bob_signs_in(struct scenario *s, const char *value)
{
    const struct text values[] = {text_from(value)};

    scenario_actor(s, ACTOR_STRANGER, UUID_NONE);
    scenario_pass(s, 60);
    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "bob at one"),
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .session_id = SESSION_1, .values = {values, value != NULL});
}

static void when_bob_signs_in_with_too_many(struct scenario *s)
{
    scenario_actor(s, ACTOR_STRANGER, UUID_NONE);
    scenario_pass(s, 60);
    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "bob at one"),
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .session_id = SESSION_1, .has_too_many = OPT_TRUE);
}

static void a_group_gives_its_members_what_rules_say_of_its_name(void)
{
    struct scenario *s = given_directory();
    struct uuid group_id;

    WHEN(
        s, create_directory_group, .display_name = text_lit("ops"), .external_id = text_lit("e-1"),
        .members = BOTH(U2, U2));
    group_id = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            directory_group_created, .group_id = group_id, .provider_id = P1,
            .display_name = text_lit("ops"), .external_id = text_lit("e-1"), .members = ONLY(U2)),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 1), .workspace_id = W1, .user_id = U2,
            .role = {MEMBER_ADMIN}, .provider_id = P1));
    ADD(s, group_id, BOTH(U2, U3));
    THEN_EMITTED(
        s,
        HAPPENED(
            directory_group_changed, .group_id = group_id, .provider_id = P1,
            .display_name = text_lit("ops"), .external_id = text_lit("e-1"), .added = ONLY(U3)),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 0), .workspace_id = W1, .user_id = U3,
            .role = {MEMBER_ADMIN}, .provider_id = P1));
    ADD(s, group_id, BOTH(U2, U3));
    THEN_NOTHING(s);
}

static void an_external_id_is_a_value_too(void)
{
    struct scenario *s = given_directory();

    WHEN(
        s, create_directory_group, .display_name = text_lit("Operators"),
        .external_id = text_lit("ops"), .members = ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
}

static void who_is_in_several_has_the_higher_role_and_what_is_left_of_it(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "all", NOBODY);
    given_group(s, G2, "ops", NOBODY);
    ADD(s, G1, ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
    ADD(s, G2, ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
    REMOVE(s, G2, ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
    REPLACE(s, G1, NOBODY);
    expect_int64(role_of(s, U2), 0);
    REMOVE(s, G1, BOTH(U2, U1));
    THEN_NOTHING(s);
}

static void a_group_that_is_deleted_takes_what_it_gave(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "ops", NOBODY);
    ADD(s, G1, ONLY(U2));
    WHEN(s, delete_directory_group, .group_id = G1);
    expect_int64(role_of(s, U2), 0);
    WHEN(s, delete_directory_group, .group_id = G1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Group %s was not found", G1));
    WHEN(s, create_directory_group, .display_name = text_lit("ops"), .members = ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
}

static void a_new_name_counts_for_all_who_are_in_it(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "ops", BOTH(U2, U3));
    WHEN(s, change_directory_group, .group_id = G1, .display_name = text_lit("all"));
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
    expect_int64(role_of(s, U3), MEMBER_VIEWER);
    WHEN(s, change_directory_group, .group_id = G1, .display_name = text_lit("others"));
    expect_int64(role_of(s, U2), 0);
    WHEN(s, change_directory_group, .group_id = G1, .external_id = text_lit("all"));
    expect_int64(role_of(s, U3), MEMBER_VIEWER);
    WHEN(s, change_directory_group, .group_id = G1, .external_id = text_lit(""));
    expect_int64(role_of(s, U3), 0);
}

static void only_people_of_the_directory_are_in_its_groups(void)
{
    struct scenario *s = given_directory();
    const char *foreign = naming(s, "members: %s is nobody whom this directory looks after.", U1);

    given_group(s, G1, "ops", NOBODY);
    ADD(s, G1, BOTH(U2, U1));
    THEN_REFUSED(s, INVALID, foreign);
    WHEN(s, create_directory_group, .display_name = text_lit("all"), .members = BOTH(U2, U1));
    THEN_REFUSED(s, INVALID, foreign);
    given_linked(s, U1, P2);
    REPLACE(s, G1, ONLY(U1));
    THEN_REFUSED(s, INVALID, foreign);
    expect_int64(role_of(s, U2), 0);
}

static void another_providers_group_is_not_there(void)
{
    struct scenario *s = given_directory();
    const char *missing = naming(s, "Group %s was not found", G1);

    given_group(s, G1, "ops", NOBODY);
    scenario_actor(s, ACTOR_DIRECTORY, P2);
    ADD(s, G1, NOBODY);
    THEN_REFUSED(s, NOT_FOUND, missing);
    WHEN(s, delete_directory_group, .group_id = G1);
    THEN_REFUSED(s, NOT_FOUND, missing);
    WHEN(s, create_directory_group, .display_name = text_lit("ops"));
    expect_int64(status_of(s), STATUS_OK);
}

static void a_value_is_one_groups(void)
{
    struct scenario *s = given_directory();
    const char *taken = "Another group of this directory has the name or externalId ops.";

    given_group(s, G1, "ops", NOBODY);
    given_group(s, G2, "all", NOBODY);
    WHEN(s, create_directory_group, .display_name = text_lit("ops"), .members = ONLY(U2));
    THEN_REFUSED(s, CONFLICT, taken);
    WHEN(
        s, create_directory_group, .display_name = text_lit("other"),
        .external_id = text_lit("ops"), .members = ONLY(U2));
    THEN_REFUSED(s, CONFLICT, taken);
    WHEN(s, change_directory_group, .group_id = G2, .display_name = text_lit("ops"));
    THEN_REFUSED(s, CONFLICT, taken);
    WHEN(s, change_directory_group, .group_id = G1, .display_name = text_lit("former"));
    WHEN(s, change_directory_group, .group_id = G2, .display_name = text_lit("ops"));
    expect_int64(status_of(s), STATUS_OK);
}

static void a_sign_ins_groups_are_not_looked_at_once_the_directory_has_sent_some(void)
{
    struct scenario *s = given_directory();

    when_bob_signs_in(s, "ops");
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
    given_group(s, G1, "all", ONLY(U2));
    when_bob_signs_in(s, "ops");
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
    GIVEN(s, HAPPENED(directory_user_unlinked, .user_id = U2, .provider_id = P1));
    when_bob_signs_in(s, "ops");
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
}

static void too_many_values_are_refused_where_they_would_decide(void)
{
    struct scenario *s = given_directory();

    when_bob_signs_in(s, "ops");
    when_bob_signs_in_with_too_many(s);
    THEN_REFUSED(s, FORBIDDEN, "The identity provider names more than 500 groups that you are in.");
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
    given_group(s, G1, "all", ONLY(U2));
    when_bob_signs_in_with_too_many(s);
    expect_int64(status_of(s), STATUS_OK);
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
}

static void another_claim_decides_whatever_the_groups_are(void)
{
    struct scenario *s = given_directory();

    given_rules(s, "roles", NULL);
    given_group(s, G1, "all", NOBODY);
    ADD(s, G1, ONLY(U2));
    expect_int64(role_of(s, U2), 0);
    when_bob_signs_in(s, "ops");
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
}

static void who_leaves_the_required_group_is_switched_off_until_they_are_back(void)
{
    struct scenario *s = given_directory();

    given_rules(s, NULL, "all");
    given_group(s, G1, "all", ONLY(U2));
    REMOVE(s, G1, ONLY(U2));
    expect(!opt_bool_is_true(access_of(s, U2).is_active));
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_TRUE);
    THEN_NOTHING(s);
    ADD(s, G1, ONLY(U2));
    expect(opt_bool_is_true(access_of(s, U2).is_active));
    expect_int64(role_of(s, U2), MEMBER_VIEWER);
}

static void what_somebody_switched_off_stays_off(void)
{
    struct scenario *s = given_directory();

    given_rules(s, NULL, "all");
    given_group(s, G1, "all", NOBODY);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE));
    ADD(s, G1, ONLY(U2));
    expect(!opt_bool_is_true(access_of(s, U2).is_active));
}

/* Of several who go in one order the last one stays. */
static void the_last_owner_stays(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "owners", NOBODY);
    ADD(s, G1, BOTH(U2, U3));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = id_named("membership of ann"));
    scenario_actor(s, ACTOR_DIRECTORY, P1);
    REPLACE(s, G1, NOBODY);
    expect_int64((role_of(s, U2) == MEMBER_OWNER) + (role_of(s, U3) == MEMBER_OWNER), 1);
    expect_int64((role_of(s, U2) == 0) + (role_of(s, U3) == 0), 1);
}

static void an_owner_may_be_followed_by_another_one_in_one_order(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "owners", NOBODY);
    ADD(s, G1, ONLY(U2));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = id_named("membership of ann"));
    scenario_actor(s, ACTOR_DIRECTORY, P1);
    REPLACE(s, G1, ONLY(U3));
    expect_int64(role_of(s, U2), 0);
    expect_int64(role_of(s, U3), MEMBER_OWNER);
}

static bool is_admin(struct scenario *s, struct uuid user_id)
{
    const struct access_lookup access = access_of(s, user_id);

    return access.role.is == ROLE_PLATFORM_ADMIN && opt_bool_is_true(access.is_active);
}

static void given_admins_of_the_directory_alone(struct scenario *s)
{
    given_group(s, G1, "admins", NOBODY);
    ADD(s, G1, BOTH(U2, U3));
    GIVEN(s, HAPPENED(user_updated, .user_id = U1, .role = {ROLE_USER}));
}

static void the_last_admin_stays(void)
{
    struct scenario *s = given_directory();

    given_admins_of_the_directory_alone(s);
    REPLACE(s, G1, NOBODY);
    expect_int64(is_admin(s, U2) + is_admin(s, U3), 1);
    WHEN(s, delete_directory_group, .group_id = G1);
    expect_int64(is_admin(s, U2) + is_admin(s, U3), 1);
}

static void the_last_admin_is_not_switched_off_either(void)
{
    struct scenario *s = given_directory();

    given_admins_of_the_directory_alone(s);
    given_rules(s, NULL, "admins");
    REPLACE(s, G1, NOBODY);
    expect_int64(is_admin(s, U2) + is_admin(s, U3), 1);
}

static void who_leaves_the_directory_leaves_its_groups_and_what_they_gave(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "ops", NOBODY);
    ADD(s, G1, BOTH(U2, U3));
    WHEN(s, leave_directory_user, .user_id = U2);
    expect_int64(role_of(s, U2), 0);
    expect(!model_linked(scenario_model(s), LINK_GROUP_MEMBER, G1, U2, NULL));
    expect(model_linked(scenario_model(s), LINK_GROUP_MEMBER, G1, U3, NULL));
    given_linked(s, U2, P1);
    ADD(s, G1, ONLY(U2));
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
}

static void whose_account_is_deleted_is_in_no_group(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "others", BOTH(U2, U3));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, delete_user, .user_id = U2);
    expect(!model_linked(scenario_model(s), LINK_GROUP_MEMBER, G1, U2, NULL));
    expect(!model_linked(scenario_model(s), LINK_MEMBER_GROUP, U2, G1, NULL));
}

static void a_provider_that_is_deleted_takes_its_groups_along_and_leaves_what_they_gave(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "ops", NOBODY);
    ADD(s, G1, ONLY(U2));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, delete_provider, .provider_id = P1);
    THEN_EMITTED(
        s, HAPPENED(directory_group_deleted, .group_id = G1, .provider_id = P1),
        HAPPENED(provider_deleted, .provider_id = P1));
    expect_int64(role_of(s, U2), MEMBER_ADMIN);
    expect(!model_linked(scenario_model(s), LINK_MEMBER_GROUP, U2, G1, NULL));
}

/* Ids that are nobody's: what is too much is refused before anybody is looked up. */
static struct list many(size_t count)
{
    static struct uuid ids[DIRECTORY_MOST_MEMBERS + 2];

    for (size_t i = 0; i < count; i++) {
        ids[i] = U2;
        ids[i].bytes[0] = (uint8_t)(i >> 8);
        ids[i].bytes[1] = (uint8_t)i;
    }
    return (struct list){ids, count};
}

static void one_order_concerns_no_more_than_it_may(void)
{
    struct scenario *s = given_directory();
    const char *large = "members: one order concerns at most 1000 people.";

    WHEN(
        s, create_directory_group, .display_name = text_lit("ops"),
        .members = many(DIRECTORY_MOST_CONCERNED + 1));
    THEN_REFUSED(s, TOO_LARGE, large);
    given_group(s, G1, "ops", many(DIRECTORY_MOST_CONCERNED + 1));
    REPLACE(s, G1, NOBODY);
    THEN_REFUSED(s, TOO_LARGE, large);
    WHEN(s, change_directory_group, .group_id = G1, .display_name = text_lit("all"));
    THEN_REFUSED(s, TOO_LARGE, large);
    REMOVE(s, G1, many(DIRECTORY_MOST_CONCERNED));
    expect_int64(status_of(s), STATUS_OK);
}

static void a_large_group_is_deleted_by_several_orders(void)
{
    struct scenario *s = given_directory();
    int orders = 0;
    bool is_gone = false;

    given_group(s, G1, "ops", many(DIRECTORY_MOST_CONCERNED + 1));
    while (!is_gone && orders++ < 10) {
        WHEN(s, delete_directory_group, .group_id = G1);
        is_gone = opt_bool_is_true(ANSWER(s, deleted_directory_group)->is_gone);
    }
    expect_int64(orders, 3); /* of 500 each, as there are five rules */
    WHEN(s, create_directory_group, .display_name = text_lit("ops"));
    expect_int64(status_of(s), STATUS_OK);
}

static void a_group_has_room_for_so_many(void)
{
    struct scenario *s = given_directory();

    given_group(s, G1, "others", many(DIRECTORY_MOST_MEMBERS));
    ADD(s, G1, ONLY(U2));
    THEN_REFUSED(s, TOO_LARGE, "members: a group has at most 10000.");
}

static const struct test tests[] = {
    TEST(a_group_gives_its_members_what_rules_say_of_its_name),
    TEST(an_external_id_is_a_value_too),
    TEST(who_is_in_several_has_the_higher_role_and_what_is_left_of_it),
    TEST(a_group_that_is_deleted_takes_what_it_gave),
    TEST(a_new_name_counts_for_all_who_are_in_it),
    TEST(only_people_of_the_directory_are_in_its_groups),
    TEST(another_providers_group_is_not_there),
    TEST(a_value_is_one_groups),
    TEST(a_sign_ins_groups_are_not_looked_at_once_the_directory_has_sent_some),
    TEST(too_many_values_are_refused_where_they_would_decide),
    TEST(another_claim_decides_whatever_the_groups_are),
    TEST(who_leaves_the_required_group_is_switched_off_until_they_are_back),
    TEST(what_somebody_switched_off_stays_off),
    TEST(the_last_owner_stays),
    TEST(an_owner_may_be_followed_by_another_one_in_one_order),
    TEST(the_last_admin_stays),
    TEST(the_last_admin_is_not_switched_off_either),
    TEST(who_leaves_the_directory_leaves_its_groups_and_what_they_gave),
    TEST(whose_account_is_deleted_is_in_no_group),
    TEST(a_provider_that_is_deleted_takes_its_groups_along_and_leaves_what_they_gave),
    TEST(one_order_concerns_no_more_than_it_may),
    TEST(a_large_group_is_deleted_by_several_orders),
    TEST(a_group_has_room_for_so_many),
};
const struct suite test_directory_groups_suite = SUITE("commands/identity/directory_groups", tests);
