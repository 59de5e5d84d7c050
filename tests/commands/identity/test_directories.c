/*
 * Directories that send their people: whom one may take, change and switch off, and whose token it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/provider.h"
#include "commands/identity/provider_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define P1      id_named("provider 1")
#define P2      id_named("provider 2")
#define TOKEN_1 id_named("token 1")

static struct provider_definition provider_named(struct uuid id, const char *slug)
{
    static const struct text domains[] = {TEXT_OF("example.com")};

    return (struct provider_definition){
        .provider_id = id,
        .slug = text_from(slug),
        .name = text_lit("Example"),
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .discovery_url = text_lit("https://id.example.com/d"),
        .scopes = {domains, 1},
        .enabled = OPT_TRUE,
        .allowed_domains = {domains, 1},
    };
}

/* Ann is an admin, Bob is not; of two providers the first one's directory speaks. */
static struct scenario *given_directories(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(
        s, HAPPENED(provider_created, .definition = provider_named(P1, "one")),
        HAPPENED(provider_created, .definition = provider_named(P2, "two")));
    scenario_actor(s, ACTOR_DIRECTORY, P1);
    return s;
}

static void given_vouched(struct scenario *s, struct uuid user_id)
{
    GIVEN(
        s, HAPPENED(
               identity_vouched, .user_id = user_id, .provider_id = P1,
               .subject_digest = digest_named(s, "subject"), .is_first = OPT_TRUE));
}

static void given_linked(struct scenario *s, struct uuid user_id)
{
    GIVEN(
        s, HAPPENED(
               directory_user_linked, .user_id = user_id, .provider_id = P1,
               .external_id = sealed(s, "e-1"), .external_digest = digest_named(s, "e-1")));
}

static struct personal address(struct scenario *s, const char *email)
{
    return (struct personal){.text = text_from(email), .digest = sealed(s, email).digest};
}

#define WHEN_SENT(s, mail, ...)                                                                    \
    WHEN(                                                                                          \
        s, create_directory_user, .email = address(s, mail),                                       \
        .external_id = {.text = text_lit("e-1")}, .external_digest = digest_named(s, "e-1"),       \
        __VA_ARGS__)

#define LINKED(s, id)                                                                              \
    HAPPENED(                                                                                      \
        directory_user_linked, .user_id = id, .provider_id = P1, .external_id = sealed(s, "e-1"),  \
        .external_digest = digest_named(s, "e-1"))

static void whom_it_sends_gets_an_account_that_is_off_where_it_says_so(void)
{
    struct scenario *s = given_directories();
    struct uuid made;

    WHEN_SENT(s, "new@example.com", .is_active = OPT_FALSE);
    made = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_provisioned, .user_id = made, .email = sealed(s, "new@example.com"),
            .name = sealed(s, "new@example.com"), .role = {ROLE_USER}, .timezone = text_lit("UTC"),
            .provider_id = P1),
        LINKED(s, made), HAPPENED(user_updated, .user_id = made, .is_active = OPT_FALSE));
    WHEN(s, change_directory_user, .user_id = made, .is_active = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = made, .is_active = OPT_TRUE));
    WHEN(
        s, change_directory_user, .user_id = made, .is_active = OPT_TRUE,
        .email = address(s, "new@example.com"), .external_id = {.text = text_lit("e-1")},
        .external_digest = digest_named(s, "e-1"));
    THEN_NOTHING(s);
}

static void an_address_of_another_domain_is_refused(void)
{
    struct scenario *s = given_directories();

    WHEN_SENT(s, "new@elsewhere.example", .is_active = OPT_TRUE);
    THEN_REFUSED(
        s, FORBIDDEN,
        "Single sign-on through this provider is not available to addresses of this domain.");
}

#define NOT_ITS_OWN                                                                                \
    "A user with this email already exists, whom this directory does not look after."

static void an_account_is_linked_only_where_its_provider_vouched_for_it(void)
{
    struct scenario *s = given_directories();

    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, NOT_ITS_OWN);
    given_vouched(s, U2);
    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_EMITTED(s, LINKED(s, U2));
    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "A user with this email already exists");
    scenario_actor(s, ACTOR_DIRECTORY, P2);
    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, NOT_ITS_OWN);
}

static void whom_another_directory_looks_after_is_taken_once_its_provider_is_gone(void)
{
    struct scenario *s = given_directories();

    given_linked(s, U2);
    GIVEN(
        s, HAPPENED(
               identity_vouched, .user_id = U2, .provider_id = P2,
               .subject_digest = digest_named(s, "subject there"), .is_first = OPT_TRUE));
    scenario_actor(s, ACTOR_DIRECTORY, P2);
    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, NOT_ITS_OWN);
    GIVEN(s, HAPPENED(provider_deleted, .provider_id = P1));
    WHEN_SENT(s, "bob@example.com", .is_active = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               directory_user_linked, .user_id = U2, .provider_id = P2,
               .external_id = sealed(s, "e-1"), .external_digest = digest_named(s, "e-1")));
}

static void who_has_a_role_on_the_platform_is_never_linked(void)
{
    struct scenario *s = given_directories();

    given_vouched(s, U1);
    WHEN_SENT(s, "ann@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, NOT_ITS_OWN);
}

static void whom_it_does_not_look_after_is_not_there(void)
{
    struct scenario *s = given_directories();
    const char *missing = naming(s, "User %s was not found", U2);

    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_REFUSED(s, NOT_FOUND, missing);
    WHEN(s, leave_directory_user, .user_id = U2);
    THEN_REFUSED(s, NOT_FOUND, missing);
    given_linked(s, U2);
    scenario_actor(s, ACTOR_DIRECTORY, P2);
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_REFUSED(s, NOT_FOUND, missing);
}

static void who_leaves_is_switched_off_and_its_own_no_more(void)
{
    struct scenario *s = given_directories();

    given_linked(s, U2);
    WHEN(s, leave_directory_user, .user_id = U2);
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE),
        HAPPENED(directory_user_unlinked, .user_id = U2, .provider_id = P1));
    WHEN(s, leave_directory_user, .user_id = U2);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "User %s was not found", U2));
}

static void what_somebody_switched_off_stays_off(void)
{
    struct scenario *s = given_directories();

    given_linked(s, U2);
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_FALSE);
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE));
    scenario_actor(s, ACTOR_DIRECTORY, P1);
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "Somebody here switched this account off.");
}

static void the_last_admin_stays_and_keeps_their_address(void)
{
    struct scenario *s = given_directories();

    given_linked(s, U1);
    WHEN(s, change_directory_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
    WHEN(s, leave_directory_user, .user_id = U1);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
    WHEN(s, change_directory_user, .user_id = U1, .email = address(s, "other@example.com"));
    THEN_REFUSED(
        s, FORBIDDEN, "A directory does not change the address of who has a role on the platform.");
}

static struct uuid directory_of_token(struct scenario *s)
{
    WHEN(s, query_directory, .token_digest = digest_named(s, "token 1"));
    return ANSWER(s, known_directory)->provider_id;
}

static void a_token_is_its_providers_until_it_ends_or_the_provider_is_off(void)
{
    struct scenario *s = given_directories();
    struct provider_definition off = provider_named(P1, "one");

    off.enabled = OPT_FALSE;
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(
        s, create_directory_token, .provider_id = P1, .token_id = TOKEN_1,
        .digest = digest_named(s, "token 1"), .name = text_lit("entra"));
    expect(uuid_equal(directory_of_token(s), P1));
    WHEN(s, query_access, .token_digest = digest_named(s, "token 1"));
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->user_exists));
    GIVEN(s, HAPPENED(provider_changed, .definition = off));
    expect(!uuid_is_present(directory_of_token(s)));
    off.enabled = OPT_TRUE;
    GIVEN(s, HAPPENED(provider_changed, .definition = off));
    WHEN(s, end_directory_token, .provider_id = P2, .token_id = TOKEN_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "API token %s was not found", TOKEN_1));
    WHEN(s, end_directory_token, .provider_id = P1, .token_id = TOKEN_1);
    expect(!uuid_is_present(directory_of_token(s)));
}

static void its_id_there_is_forgotten_where_it_says_that_there_is_none(void)
{
    struct scenario *s = given_directories();

    given_linked(s, U2);
    WHEN(s, change_directory_user, .user_id = U2, .has_no_external_id = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(directory_user_linked, .user_id = U2, .provider_id = P1));
    WHEN(s, change_directory_user, .user_id = U2, .has_no_external_id = OPT_TRUE);
    THEN_NOTHING(s);
    WHEN(
        s, change_directory_user, .user_id = U2, .external_id = {.text = text_lit("e-1")},
        .external_digest = digest_named(s, "e-1"), .has_no_external_id = OPT_FALSE);
    THEN_EMITTED(s, LINKED(s, U2));
}

static void tokens_end_with_their_provider(void)
{
    struct scenario *s = given_directories();
    const struct uuid ended[] = {TOKEN_1};

    scenario_actor(s, ACTOR_USER, U1);
    WHEN(
        s, create_directory_token, .provider_id = P1, .token_id = TOKEN_1,
        .digest = digest_named(s, "token 1"), .name = text_lit("entra"));
    WHEN(s, delete_provider, .provider_id = P1);
    THEN_EMITTED(
        s,
        HAPPENED(
            api_tokens_ended, .user_id = P1, .token_ids = {ended, 1}, .end = {TOKEN_OWNER_GONE}),
        HAPPENED(provider_deleted, .provider_id = P1));
    expect(!uuid_is_present(directory_of_token(s)));
}

/* A call came by a token that was good; its order is decided when the provider is off, or gone. */
static void what_it_orders_is_refused_once_its_provider_is_off(void)
{
    struct scenario *s = given_directories();
    struct provider_definition off = provider_named(P1, "one");
    const char *missing = naming(s, "OIDC provider %s was not found.", P1);

    off.enabled = OPT_FALSE;
    given_linked(s, U2);
    GIVEN(s, HAPPENED(provider_changed, .definition = off));
    WHEN_SENT(s, "new@example.com", .is_active = OPT_TRUE);
    THEN_REFUSED(s, NOT_FOUND, missing);
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_REFUSED(s, NOT_FOUND, missing);
    WHEN(s, leave_directory_user, .user_id = U2);
    THEN_REFUSED(s, NOT_FOUND, missing);
    GIVEN(s, HAPPENED(provider_deleted, .provider_id = P1));
    WHEN(s, change_directory_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_REFUSED(s, NOT_FOUND, missing);
}

static const struct test tests[] = {
    TEST(whom_it_sends_gets_an_account_that_is_off_where_it_says_so),
    TEST(an_address_of_another_domain_is_refused),
    TEST(an_account_is_linked_only_where_its_provider_vouched_for_it),
    TEST(whom_another_directory_looks_after_is_taken_once_its_provider_is_gone),
    TEST(who_has_a_role_on_the_platform_is_never_linked),
    TEST(whom_it_does_not_look_after_is_not_there),
    TEST(who_leaves_is_switched_off_and_its_own_no_more),
    TEST(what_somebody_switched_off_stays_off),
    TEST(the_last_admin_stays_and_keeps_their_address),
    TEST(a_token_is_its_providers_until_it_ends_or_the_provider_is_off),
    TEST(its_id_there_is_forgotten_where_it_says_that_there_is_none),
    TEST(tokens_end_with_their_provider),
    TEST(what_it_orders_is_refused_once_its_provider_is_off),
};
const struct suite test_directories_suite = SUITE("commands/identity/directories", tests);
