/*
 * What follows from what a provider says of people: given, changed and taken as its values come and go, and never against what
 * somebody did by hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/identity/provider.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define P1 id_named("provider 1")
#define P2 id_named("provider 2")

/* Who is in "ops" is an admin of W1, who is in "all" looks at it, who is in "audit" audits the platform. */
static struct list rules(void)
{
    static struct provider_rule made[3];

    made[0] = (struct provider_rule){text_lit("all"), W1, {MEMBER_VIEWER}, {0}};
    made[1] = (struct provider_rule){text_lit("ops"), W1, {MEMBER_ADMIN}, {0}};
    made[2] = (struct provider_rule){text_lit("audit"), UUID_NONE, {0}, {ROLE_PLATFORM_AUDITOR}};
    return (struct list){made, COUNT_OF(made)};
}

static void given_provider(struct scenario *s, struct uuid id, const char *slug)
{
    const struct provider_created created = {
        .definition = {
            .provider_id = id,
            .slug = text_from(slug),
            .name = text_lit("Example"),
            .issuer = text_lit("https://id.example.com"),
            .client_id = text_lit("fleet"),
            .discovery_url = text_lit("https://id.example.com/.well-known/openid-configuration"),
            .enabled = OPT_TRUE}};
    const struct provider_rules_set set = {.provider_id = id, .rules = rules()};
    const struct happened happened[] = {
        {&provider_created_event, &created, OUTCOME_DONE},
        {&provider_rules_set_event, &set, OUTCOME_DONE}};

    scenario_given(s, happened, COUNT_OF(happened));
}

/* Ann is an admin of the platform and owns W1; Bob, U2, is nobody special. */
static struct scenario *given_rules(void)
{
    struct scenario *s = given_ann_and_bob();

    given_workspace(s);
    given_member(s, id_named("membership of ann"), W1, U1, MEMBER_OWNER);
    given_provider(s, P1, "example");
    return s;
}

static void
when_bob_comes_by(struct scenario *s, struct uuid provider, const char *one, const char *two)
{
    struct text values[2] = {text_from(one == NULL ? "" : one), text_from(two == NULL ? "" : two)};
    size_t count = (size_t)(one != NULL) + (size_t)(two != NULL);

    scenario_pass(s, 60);
    WHEN(
        s, sign_in_by_provider, .provider_id = provider,
        .subject_digest = digest_named(s, uuid_equal(provider, P1) ? "bob at one" : "bob at two"),
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .session_id = uuid_equal(provider, P1) ? SESSION_1 : SESSION_2, .values = {values, count});
}

static void when_bob_comes(struct scenario *s, const char *one, const char *two)
{
    when_bob_comes_by(s, P1, one, two);
}

static struct access_lookup bobs_access(struct scenario *s)
{
    WHEN(s, query_access, .user_id = U2, .workspace_id = W1);
    return *ANSWER(s, access_lookup);
}

static int64_t bobs_role(struct scenario *s)
{
    return bobs_access(s).member_role.is;
}

static void a_value_makes_somebody_a_member_and_the_higher_role_counts(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "all", NULL);
    expect_int64(bobs_role(s), MEMBER_VIEWER);
    when_bob_comes(s, "ops", "all");
    expect_int64(bobs_role(s), MEMBER_ADMIN);
    when_bob_comes(s, "all", "ops");
    expect_int64(bobs_role(s), MEMBER_ADMIN);
    when_bob_comes(s, "all", "Ops");
    expect_int64(bobs_role(s), MEMBER_VIEWER);
}

static void what_the_rules_did_says_whose_they_are(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "ops", NULL);
    THEN_EMITTED(
        s,
        HAPPENED(
            identity_vouched, .user_id = U2, .provider_id = P1,
            .subject_digest = digest_named(s, "bob at one"), .is_first = OPT_TRUE),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 0), .workspace_id = W1, .user_id = U2,
            .role = {MEMBER_ADMIN}, .provider_id = P1),
        HAPPENED(
            user_signed_in, .user_id = U2, .session_id = SESSION_1, .method = {BY_PROVIDER},
            .ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .idle_ends_at =
                timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .provider_id = P1));
}

static void the_same_values_again_change_nothing(void)
{
    struct scenario *s = given_rules();
    int64_t size;

    when_bob_comes(s, "ops", "audit");
    size = scenario_size(s);
    when_bob_comes(s, "ops", "audit");
    expect_int64(scenario_size(s), size + 2); /* vouched for, and signed in */
}

static void what_is_said_no_more_is_taken_away(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "ops", "audit");
    expect_int64(bobs_access(s).role.is, ROLE_PLATFORM_AUDITOR);
    when_bob_comes(s, NULL, NULL);
    expect_int64(bobs_role(s), 0);
    expect_int64(bobs_access(s).role.is, ROLE_USER);
}

static void a_rule_that_goes_takes_with_it_what_it_gave(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "ops", NULL);
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {"", 0});
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), 0);
}

static void what_somebody_gave_no_rule_touches(void)
{
    struct scenario *s = given_rules();

    given_member(s, id_named("membership of bob"), W1, U2, MEMBER_MEMBER);
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), MEMBER_MEMBER);
    when_bob_comes(s, NULL, NULL);
    expect_int64(bobs_role(s), MEMBER_MEMBER);
}

static void what_somebody_changed_is_theirs_from_then_on(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "ops", NULL);
    WHEN(
        s, change_member, .workspace_id = W1, .membership_id = scenario_made(s, 0),
        .role = {MEMBER_VIEWER});
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), MEMBER_VIEWER);
}

static void what_somebody_took_is_not_given_again_until_somebody_gives_it(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "ops", NULL);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = scenario_made(s, 0));
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), 0);
    WHEN(s, add_member, .workspace_id = W1, .user_id = U2, .role = {MEMBER_MEMBER});
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), MEMBER_MEMBER);
}

static void a_role_on_the_platform_that_somebody_took_is_not_given_again(void)
{
    struct scenario *s = given_rules();

    when_bob_comes(s, "audit", NULL);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_USER});
    when_bob_comes(s, "audit", NULL);
    expect_int64(bobs_access(s).role.is, ROLE_USER);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN});
    when_bob_comes(s, NULL, NULL);
    expect_int64(bobs_access(s).role.is, ROLE_PLATFORM_ADMIN);
}

/* Whatever comes between: nobody has back, by their next sign-in, what people took from them. */
static void what_somebody_changed_and_took_then_is_not_given_again(void)
{
    struct scenario *s = given_rules();
    struct uuid membership;

    when_bob_comes(s, "ops", NULL);
    membership = scenario_made(s, 0);
    WHEN(
        s, change_member, .workspace_id = W1, .membership_id = membership, .role = {MEMBER_VIEWER});
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = membership);
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), 0);
    WHEN(s, add_member, .workspace_id = W1, .user_id = U2, .role = {MEMBER_MEMBER});
    membership = scenario_made(s, 0);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = membership);
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), 0);
}

static void a_role_on_the_platform_that_somebody_lowered_in_steps_is_not_given_again(void)
{
    struct scenario *s = given_rules();
    struct provider_rule rule = {text_lit("root"), UUID_NONE, {0}, {ROLE_PLATFORM_ADMIN}};

    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&rule, 1});
    when_bob_comes(s, "root", NULL);
    expect_int64(bobs_access(s).role.is, ROLE_PLATFORM_ADMIN);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_PLATFORM_AUDITOR});
    when_bob_comes(s, "root", NULL);
    expect_int64(bobs_access(s).role.is, ROLE_PLATFORM_AUDITOR);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_USER});
    when_bob_comes(s, "root", NULL);
    expect_int64(bobs_access(s).role.is, ROLE_USER);
}

static void a_membership_that_somebody_had_before_and_lost_a_rule_may_give(void)
{
    struct scenario *s = given_rules();
    struct uuid membership = id_named("membership of bob");

    given_member(s, membership, W1, U2, MEMBER_MEMBER);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = membership);
    when_bob_comes(s, "ops", NULL);
    expect_int64(bobs_role(s), MEMBER_ADMIN);
}

static void one_provider_takes_nothing_that_another_gave(void)
{
    struct scenario *s = given_rules();

    given_provider(s, P2, "other");
    when_bob_comes_by(s, P1, "ops", NULL);
    when_bob_comes_by(s, P2, NULL, NULL);
    expect_int64(bobs_role(s), MEMBER_ADMIN);
}

static void the_last_owner_stays(void)
{
    struct scenario *s = given_ann_and_bob();
    struct provider_rule owner = {text_lit("owners"), W1, {MEMBER_OWNER}, {0}};

    given_workspace(s);
    given_provider(s, P1, "example");
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&owner, 1});
    when_bob_comes(s, "owners", NULL);
    when_bob_comes(s, NULL, NULL);
    expect_int64(bobs_role(s), MEMBER_OWNER);
    given_member(s, id_named("membership of ann"), W1, U1, MEMBER_OWNER);
    when_bob_comes(s, NULL, NULL);
    expect_int64(bobs_role(s), 0);
}

static void nobody_is_added_to_an_archived_workspace_but_may_lose_it(void)
{
    struct scenario *s = given_ann_and_bob();
    struct provider_rule rule = {text_lit("old"), W2, {MEMBER_MEMBER}, {0}};

    given_archived_workspace(s);
    given_provider(s, P1, "example");
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&rule, 1});
    when_bob_comes(s, "old", NULL);
    WHEN(s, query_access, .user_id = U2, .workspace_id = W2);
    expect_int64(ANSWER(s, access_lookup)->member_role.is, 0);
    WHEN(s, try_provider_rules, .provider_id = P1, .values = {&rule.value, 1});
    expect(!opt_bool_is_true(
        ((const struct tried_role *)ANSWER(s, tried_rules)->workspaces.items)->is_open));
}

/* W2, open, in which a rule has Bob; Ann owns it. */
static struct scenario *given_bob_in_another(void)
{
    struct scenario *s = given_rules();
    struct provider_rule rule = {text_lit("two"), W2, {MEMBER_MEMBER}, {0}};

    given_workspace_called(s, W2, "two");
    given_member(s, id_named("membership of ann in two"), W2, U1, MEMBER_OWNER);
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&rule, 1});
    when_bob_comes(s, "two", NULL);
    WHEN(s, query_access, .user_id = U2, .workspace_id = W2);
    expect_int64(ANSWER(s, access_lookup)->member_role.is, MEMBER_MEMBER);
    return s;
}

static void what_was_given_goes_from_a_workspace_that_was_archived_since(void)
{
    struct scenario *s = given_bob_in_another();

    WHEN(s, change_workspace, .workspace_id = W2, .is_archived = OPT_TRUE);
    when_bob_comes(s, NULL, NULL);
    WHEN(s, query_access, .user_id = U2, .workspace_id = W2);
    expect_int64(ANSWER(s, access_lookup)->member_role.is, 0);
}

static void a_rule_of_a_workspace_that_is_gone_lets_people_sign_in_and_is_named(void)
{
    struct scenario *s = given_bob_in_another();
    const struct text two = text_lit("two");
    int64_t size;

    WHEN(s, delete_workspace, .workspace_id = W2);
    size = scenario_size(s);
    when_bob_comes(s, "two", NULL);
    expect_int64(scenario_size(s), size + 2); /* vouched for, and signed in */
    WHEN(s, try_provider_rules, .provider_id = P1, .values = {&two, 1});
    expect(!opt_bool_is_true(
        ((const struct tried_role *)ANSWER(s, tried_rules)->workspaces.items)->is_open));
}

static void what_a_provider_gave_stays_when_it_is_deleted(void)
{
    struct scenario *s = given_rules();

    given_provider(s, P2, "other");
    when_bob_comes(s, "ops", "audit");
    WHEN(s, delete_provider, .provider_id = P1);
    when_bob_comes_by(s, P2, NULL, NULL);
    expect_int64(bobs_role(s), MEMBER_ADMIN);
    expect_int64(bobs_access(s).role.is, ROLE_PLATFORM_AUDITOR);
}

/* Whose role changes is signed out everywhere, but by the sign-in that changes it. */
static void the_session_that_a_new_role_comes_with_is_open(void)
{
    struct scenario *s = given_rules();
    int64_t version;

    when_bob_comes(s, NULL, NULL);
    when_bob_comes(s, "audit", NULL);
    expect_int64((int64_t)scenario_timers(s, TIMER_SESSION), 1);
    version = ANSWER(s, vouched_sign_in)->session_version;
    expect_int64(version, bobs_access(s).session_version);
}

/* The value that lets people in. */

static struct scenario *given_required(void)
{
    struct scenario *s = given_rules();

    WHEN(
        s, set_provider_rules, .provider_id = P1, .required_value = text_lit("staff"),
        .rules = rules());
    return s;
}

static void who_lacks_the_value_that_is_required_is_not_let_in(void)
{
    struct scenario *s = given_required();

    when_bob_comes(s, "ops", NULL);
    THEN_REFUSED(s, FORBIDDEN, "Your identity provider does not say that you may come in.");
    expect(opt_bool_is_true(bobs_access(s).is_active));
}

static void an_account_is_switched_off_where_the_value_goes_and_on_where_it_comes(void)
{
    struct scenario *s = given_required();

    when_bob_comes(s, "staff", NULL);
    when_bob_comes(s, "ops", NULL);
    expect(opt_bool_is_true(ANSWER(s, vouched_sign_in)->is_off));
    expect(!opt_bool_is_true(bobs_access(s).is_active));
    expect_int64((int64_t)scenario_timers(s, TIMER_SESSION), 0);
    when_bob_comes(s, "ops", NULL);
    THEN_REFUSED(s, FORBIDDEN, "Your identity provider does not say that you may come in.");
    when_bob_comes(s, "staff", NULL);
    expect(!opt_bool_is_true(ANSWER(s, vouched_sign_in)->is_off));
    expect(opt_bool_is_true(bobs_access(s).is_active));
}

static void one_that_somebody_switched_off_stays_off(void)
{
    struct scenario *s = given_required();

    when_bob_comes(s, "staff", NULL);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    when_bob_comes(s, "staff", NULL);
    THEN_REFUSED(s, FORBIDDEN, "Single sign-on is only available to existing active users.");
    s = given_required();
    when_bob_comes(s, "staff", NULL);
    when_bob_comes(s, NULL, NULL);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE); /* which it is */
    when_bob_comes(s, "staff", NULL);
    THEN_REFUSED(s, FORBIDDEN, "Single sign-on is only available to existing active users.");
}

static void the_last_admin_is_not_switched_off(void)
{
    struct scenario *s = given_required();
    const struct text staff = text_lit("staff");

    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "ann at one"),
        .email =
            {.text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")},
        .session_id = SESSION_1, .values = {&staff, 1});
    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "ann at one"),
        .email =
            {.text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")},
        .session_id = SESSION_2);
    THEN_REFUSED(s, FORBIDDEN, "Your identity provider does not say that you may come in.");
    WHEN(s, query_access, .user_id = U1);
    expect(opt_bool_is_true(ANSWER(s, access_lookup)->is_active));
}

/* Setting them. */

static void a_rule_gives_one_thing_that_is_there(void)
{
    struct scenario *s = given_rules();
    struct provider_rule wrong[] = {
        {text_lit("a"), W1, {0}, {0}},
        {text_lit("a"), UUID_NONE, {MEMBER_ADMIN}, {0}},
        {text_lit("a"), W1, {MEMBER_ADMIN}, {ROLE_PLATFORM_ADMIN}},
        {text_lit("a"), UUID_NONE, {0}, {0}},
    };
    struct provider_rule nowhere = {text_lit("a"), W2, {MEMBER_ADMIN}, {0}};
    struct provider_rule usual = {text_lit("a"), UUID_NONE, {0}, {ROLE_USER}};

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&wrong[i], 1});
        THEN_REFUSED(s, INVALID, "rules.0 must have workspaceId and role, or platformRole alone");
    }
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&nowhere, 1});
    THEN_REFUSED(s, INVALID, "rules.0.workspaceId must be the id of a workspace");
    WHEN(s, set_provider_rules, .provider_id = P1, .rules = {&usual, 1});
    THEN_REFUSED(s, INVALID, "rules.0.platformRole must be a role that somebody has not anyway");
    WHEN(s, set_provider_rules, .provider_id = P2, .rules = {"", 0});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "OIDC provider %s was not found.", P2));
}

static void the_same_rules_again_are_no_event(void)
{
    struct scenario *s = given_rules();

    WHEN(s, set_provider_rules, .provider_id = P1, .claim = text_lit("groups"), .rules = rules());
    THEN_NOTHING(s);
    WHEN(s, set_provider_rules, .provider_id = P1, .claim = text_lit("roles"), .rules = rules());
    THEN_EMITTED(
        s,
        HAPPENED(
            provider_rules_set, .provider_id = P1, .claim = text_lit("roles"), .rules = rules()));
    WHEN(s, query_provider_rules, .provider_id = P1);
    expect_text(ANSWER(s, provider_rules)->claim, "roles");
    expect_int64((int64_t)ANSWER(s, provider_rules)->rules.count, 3);
}

static void trying_them_changes_nothing(void)
{
    struct scenario *s = given_required();
    struct text values[] = {text_lit("all"), text_lit("ops"), text_lit("audit")};
    const struct tried_rules *tried;
    int64_t size = scenario_size(s);

    WHEN(s, try_provider_rules, .provider_id = P1, .values = {values, COUNT_OF(values)});
    tried = ANSWER(s, tried_rules);
    expect(!opt_bool_is_true(tried->is_let_in));
    expect_int64(tried->platform_role.is, ROLE_PLATFORM_AUDITOR);
    expect_int64((int64_t)tried->workspaces.count, 1);
    expect_int64(((const struct tried_role *)tried->workspaces.items)->role.is, MEMBER_ADMIN);
    expect_int64(scenario_size(s), size);
}

static const struct test tests[] = {
    TEST(a_value_makes_somebody_a_member_and_the_higher_role_counts),
    TEST(what_the_rules_did_says_whose_they_are),
    TEST(the_same_values_again_change_nothing),
    TEST(what_is_said_no_more_is_taken_away),
    TEST(a_rule_that_goes_takes_with_it_what_it_gave),
    TEST(what_somebody_gave_no_rule_touches),
    TEST(what_somebody_changed_is_theirs_from_then_on),
    TEST(what_somebody_took_is_not_given_again_until_somebody_gives_it),
    TEST(a_role_on_the_platform_that_somebody_took_is_not_given_again),
    TEST(what_somebody_changed_and_took_then_is_not_given_again),
    TEST(a_role_on_the_platform_that_somebody_lowered_in_steps_is_not_given_again),
    TEST(a_membership_that_somebody_had_before_and_lost_a_rule_may_give),
    TEST(one_provider_takes_nothing_that_another_gave),
    TEST(the_last_owner_stays),
    TEST(nobody_is_added_to_an_archived_workspace_but_may_lose_it),
    TEST(what_was_given_goes_from_a_workspace_that_was_archived_since),
    TEST(a_rule_of_a_workspace_that_is_gone_lets_people_sign_in_and_is_named),
    TEST(what_a_provider_gave_stays_when_it_is_deleted),
    TEST(the_session_that_a_new_role_comes_with_is_open),
    TEST(who_lacks_the_value_that_is_required_is_not_let_in),
    TEST(an_account_is_switched_off_where_the_value_goes_and_on_where_it_comes),
    TEST(one_that_somebody_switched_off_stays_off),
    TEST(the_last_admin_is_not_switched_off),
    TEST(a_rule_gives_one_thing_that_is_there),
    TEST(the_same_rules_again_are_no_event),
    TEST(trying_them_changes_nothing),
};

const struct suite test_provider_rules_suite = SUITE("commands/identity/provider_rules", tests);
