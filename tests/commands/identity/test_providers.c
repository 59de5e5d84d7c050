/*
 * Providers that people sign in through: what may be set up, and whom one may vouch for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/provider.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define P1 id_named("provider 1")
#define P2 id_named("provider 2")

static const struct text scopes[] = {TEXT_OF("openid"), TEXT_OF("email"), TEXT_OF("profile")};

static struct provider_definition provider_named(struct uuid id, const char *slug)
{
    return (struct provider_definition){
        .provider_id = id,
        .slug = text_from(slug),
        .name = text_lit("Example"),
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .discovery_url = text_lit("https://id.example.com/.well-known/openid-configuration"),
        .scopes = {scopes, COUNT_OF(scopes)},
        .enabled = OPT_TRUE,
    };
}

static void given_provider(struct scenario *s, struct provider_definition provider)
{
    GIVEN(s, HAPPENED(provider_created, .definition = provider));
}

/* Ann is an admin, Bob is not, and there is a provider. */
static struct scenario *given_a_provider(void)
{
    struct scenario *s = given_ann_and_bob();

    given_provider(s, provider_named(P1, "example"));
    return s;
}

#define WHEN_MADE(s, ...)                                                                          \
    WHEN(                                                                                          \
        s, create_provider, .slug = text_lit("other"), .name = text_lit("Example"),                \
        .client_id = text_lit("fleet"), .enabled = OPT_TRUE, __VA_ARGS__)

static struct personal address(struct scenario *s, const char *email)
{
    return (struct personal){.text = text_from(email), .digest = digest_named(s, email)};
}

#define WHEN_VOUCHED(s, sub, mail)                                                                 \
    WHEN(                                                                                          \
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, sub),         \
        .email = address(s, mail), .session_id = SESSION_1)

static void one_is_set_up_with_its_secret_sealed_and_what_is_usual_filled_in(void)
{
    struct scenario *s = given_ann_and_bob();
    struct provider_definition wanted;

    WHEN_MADE(s, .preset = {PROVIDER_GOOGLE}, .client_secret = text_lit("a secret of the client"));
    wanted = provider_named(scenario_made(s, 0), "other");
    wanted.preset.is = PROVIDER_GOOGLE;
    wanted.issuer = text_lit("https://accounts.google.com");
    wanted.discovery_url = text_lit("https://accounts.google.com/.well-known/openid-configuration");
    THEN_EMITTED(
        s,
        HAPPENED(
            provider_created, .definition = wanted, .secret = sealed(s, "a secret of the client")));
}

static void a_slug_names_one_and_what_lacks_is_named(void)
{
    struct scenario *s = given_a_provider();

    WHEN(
        s, create_provider, .slug = text_lit("example"), .name = text_lit("Example"),
        .client_id = text_lit("fleet"), .preset = {PROVIDER_GOOGLE}, .enabled = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "An identity provider with this slug already exists.");
    WHEN_MADE(s, .preset = {PROVIDER_MICROSOFT});
    THEN_REFUSED(s, INVALID, "issuer must be a URL address");
    WHEN_MADE(s, .issuer = text_lit("https://id.example.com"));
    THEN_REFUSED(s, INVALID, "discoveryUrl must be a URL address");
    WHEN_MADE(
        s, .preset = {PROVIDER_GOOGLE}, .allowed_domains = {(struct text[]){text_lit("a@b.c")}, 1});
    THEN_REFUSED(s, INVALID, "allowedDomains must have domains of addresses, as example.com");
    WHEN_MADE(s, .preset = {PROVIDER_GOOGLE}, .scopes = {(struct text[]){text_lit("a b")}, 1});
    THEN_REFUSED(s, INVALID, "scopes must have words without blanks and quotes");
}

static void an_address_is_https_or_of_this_machine(void)
{
    static const char *const good[] = {
        "https://id.example.com", "https://id.example.com/a?p=b", "http://localhost:3000/x",
        "http://127.0.0.1", "http://[::1]:80/"};
    static const char *const bad[] = {
        "http://id.example.com",
        "http://localhost.example.com",
        "ftp://localhost",
        "https://",
        "https:///x",
        "https://u@id.example.com",
        "https://id.example.com/#a",
        "https://id example.com",
        "//id.example.com",
        ""};

    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect(provider_is_url(text_from(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!provider_is_url(text_from(bad[i])));
}

static void a_change_keeps_what_is_not_given_and_the_secret_goes_when_it_is_cleared(void)
{
    struct scenario *s = given_a_provider();
    struct provider_definition wanted = provider_named(P1, "example");

    WHEN(s, change_provider, .provider_id = P1, .given = INT64_ABSENT);
    THEN_NOTHING(s);
    wanted.enabled = OPT_FALSE;
    WHEN(
        s, change_provider, .provider_id = P1, .enabled = OPT_FALSE,
        .client_secret = text_lit("another secret"), .given = 1 << 6 | 1 << 9);
    THEN_EMITTED(
        s, HAPPENED(provider_changed, .definition = wanted, .secret = sealed(s, "another secret")));
    WHEN(s, change_provider, .provider_id = P1, .given = 1 << 6);
    THEN_EMITTED(s, HAPPENED(provider_changed, .definition = wanted, .clears_secret = OPT_TRUE));
    WHEN(s, query_provider, .slug = text_lit("example"));
    expect(!bytes_are_present(ANSWER(s, provider)->secret.box));
    WHEN(s, change_provider, .provider_id = P2, .given = INT64_ABSENT);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "OIDC provider %s was not found.", P2));
}

static void only_those_that_are_on_are_offered_by_name(void)
{
    struct scenario *s = given_a_provider();
    struct provider_definition another = provider_named(P2, "another");
    const struct offered_provider *offered;

    another.name = text_lit("Another");
    given_provider(s, another);
    WHEN(s, query_providers, .any = {0});
    expect_int64((int64_t)ANSWER(s, offered_providers)->providers.count, 2);
    offered = ANSWER(s, offered_providers)->providers.items;
    expect_text(offered[0].slug, "another");
    WHEN(s, change_provider, .provider_id = P2, .enabled = OPT_FALSE, .given = 1 << 9);
    WHEN(s, query_providers, .any = {0});
    expect_int64((int64_t)ANSWER(s, offered_providers)->providers.count, 1);
    WHEN(s, delete_provider, .provider_id = P1);
    THEN_EMITTED(s, HAPPENED(provider_deleted, .provider_id = P1));
    WHEN(s, query_provider, .slug = text_lit("example"));
    expect(!uuid_is_present(ANSWER(s, provider)->definition.provider_id));
}

static void the_first_time_an_account_is_linked_and_then_known_by_its_subject(void)
{
    struct scenario *s = given_a_provider();

    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    THEN_EMITTED(
        s,
        HAPPENED(
            identity_vouched, .user_id = U1, .provider_id = P1,
            .subject_digest = digest_named(s, "subject 1"), .is_first = OPT_TRUE),
        HAPPENED(
            user_signed_in, .user_id = U1, .session_id = SESSION_1, .method = {BY_PROVIDER},
            .ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .idle_ends_at =
                timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .provider_id = P1));
    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "subject 1"),
        .email = address(s, "ann.married@example.com"), .session_id = SESSION_2);
    expect(uuid_equal(ANSWER(s, vouched_sign_in)->user_id, U1));
    expect(!opt_bool_is_true(ANSWER(s, vouched_sign_in)->takes_factor));
}

static void neither_an_account_nor_a_subject_changes_hands(void)
{
    struct scenario *s = given_a_provider();

    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    WHEN_VOUCHED(s, "subject 2", "ann@example.com");
    THEN_REFUSED(
        s, CONFLICT, "This account is linked to another account of the identity provider.");
    WHEN_VOUCHED(s, "subject 1", "bob@example.com");
    THEN_REFUSED(s, CONFLICT, "This identity provider account is already linked to another user.");
}

static void a_subject_whose_account_was_deleted_is_nobodys(void)
{
    struct scenario *s = given_a_provider();

    WHEN_VOUCHED(s, "subject 1", "bob@example.com");
    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    WHEN_VOUCHED(s, "subject 1", "bob@example.com");
    THEN_REFUSED(s, FORBIDDEN, "Single sign-on is only available to existing active users.");
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    expect(uuid_equal(ANSWER(s, vouched_sign_in)->user_id, U1));
}

static void only_active_accounts_of_people_are_vouched_for(void)
{
    struct scenario *s = given_a_provider();

    WHEN_VOUCHED(s, "subject 3", "stranger@example.com");
    THEN_REFUSED(s, FORBIDDEN, "Single sign-on is only available to existing active users.");
    WHEN_VOUCHED(s, "subject 2", "bob@example.com");
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    WHEN_VOUCHED(s, "subject 2", "bob@example.com");
    THEN_REFUSED(s, FORBIDDEN, "Single sign-on is only available to existing active users.");
}

static void a_provider_that_is_off_or_gone_vouches_for_nobody(void)
{
    struct scenario *s = given_a_provider();

    WHEN(s, change_provider, .provider_id = P1, .enabled = OPT_FALSE, .given = 1 << 9);
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    THEN_REFUSED(s, NOT_FOUND, naming(s, "OIDC provider %s was not found.", P1));
    WHEN(s, delete_provider, .provider_id = P1);
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    THEN_REFUSED(s, NOT_FOUND, naming(s, "OIDC provider %s was not found.", P1));
}

static void one_with_domains_vouches_for_addresses_of_these_alone(void)
{
    const struct text domain = text_lit("Example.com");
    struct scenario *s = given_ann_and_bob();
    struct provider_definition provider = provider_named(P1, "example");

    provider.allowed_domains = (struct list){&domain, 1};
    provider.creates_users = OPT_TRUE;
    given_provider(s, provider);
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    expect(uuid_equal(ANSWER(s, vouched_sign_in)->user_id, U1));
    WHEN_VOUCHED(s, "subject 3", "eve@evil-example.com");
    THEN_REFUSED(
        s, FORBIDDEN,
        "Single sign-on through this provider is not available to addresses of this domain.");
    WHEN_VOUCHED(s, "subject 3", "eve@example.com@evil.example");
    THEN_REFUSED(
        s, FORBIDDEN,
        "Single sign-on through this provider is not available to addresses of this domain.");
}

static void one_that_may_create_accounts_does_and_only_ordinary_ones(void)
{
    struct scenario *s = given_ann_and_bob();
    struct provider_definition provider = provider_named(P1, "example");
    struct uuid made;

    provider.creates_users = OPT_TRUE;
    given_provider(s, provider);
    WHEN(
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, "subject 3"),
        .email = address(s, "new@example.com"), .name = {.text = text_lit("New One")},
        .session_id = SESSION_1);
    made = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_provisioned, .user_id = made, .email = sealed(s, "new@example.com"),
            .name = sealed(s, "New One"), .role = {ROLE_USER}, .timezone = text_lit("UTC"),
            .provider_id = P1),
        HAPPENED(
            identity_vouched, .user_id = made, .provider_id = P1,
            .subject_digest = digest_named(s, "subject 3"), .is_first = OPT_TRUE),
        HAPPENED(
            user_signed_in, .user_id = made, .session_id = SESSION_1, .method = {BY_PROVIDER},
            .ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .idle_ends_at =
                timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),
            .provider_id = P1));
    WHEN(s, query_access, .user_id = made, .session_id = SESSION_1);
    expect(opt_bool_is_true(ANSWER(s, access_lookup)->is_active));
    expect_int64(ANSWER(s, access_lookup)->role.is, ROLE_USER);
}

static void a_second_factor_is_asked_for_before_anything_is_open(void)
{
    struct scenario *s = given_a_provider();

    GIVEN(
        s, HAPPENED(factor_offered, .user_id = U1, .secret = sealed(s, "SECRET")),
        HAPPENED(factor_enabled, .user_id = U1));
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    THEN_EMITTED(
        s, HAPPENED(
               identity_vouched, .user_id = U1, .provider_id = P1,
               .subject_digest = digest_named(s, "subject 1"), .is_first = OPT_TRUE));
    expect(opt_bool_is_true(ANSWER(s, vouched_sign_in)->takes_factor));
}

#define PROVIDER_SESSION(s) digest_named(s, "session of the provider 123456")

#define WHEN_OPENED(s, sub, mail, session, of)                                                     \
    WHEN(                                                                                          \
        s, sign_in_by_provider, .provider_id = P1, .subject_digest = digest_named(s, sub),         \
        .email = address(s, mail), .session_id = session, .provider_session = of)

#define LOGGED_OUT(user, session)                                                                  \
    HAPPENED(                                                                                      \
        sessions_ended, .user_id = user, .session_ids = ids_of(session),                           \
        .end = {SESSION_PROVIDER_LOGOUT})

static struct uuid ids[1];

static struct list ids_of(struct uuid id)
{
    ids[0] = id;
    return (struct list){ids, 1};
}

static void a_logout_ends_what_was_opened_in_that_session_of_the_provider(void)
{
    struct scenario *s = given_a_provider();

    WHEN_OPENED(s, "subject 1", "ann@example.com", SESSION_1, PROVIDER_SESSION(s));
    WHEN_OPENED(s, "subject 1", "ann@example.com", SESSION_2, digest_named(s, "another one"));
    WHEN(s, end_provider_sessions, .provider_id = P1, .provider_session = PROVIDER_SESSION(s));
    THEN_EMITTED(s, LOGGED_OUT(U1, SESSION_1));
    WHEN(s, end_provider_sessions, .provider_id = P1, .provider_session = PROVIDER_SESSION(s));
    THEN_NOTHING(s);
    WHEN(
        s, end_provider_sessions, .provider_id = P1, .subject_digest = digest_named(s, "subject 1"),
        .provider_session = digest_named(s, "another one"));
    THEN_EMITTED(s, LOGGED_OUT(U1, SESSION_2));
}

static void a_logout_of_a_person_ends_what_that_provider_opened_and_nothing_else(void)
{
    struct scenario *s = given_a_provider();

    given_provider(s, provider_named(P2, "another"));
    WHEN_OPENED(s, "subject 1", "ann@example.com", SESSION_1, ((struct bytes){NULL, 0}));
    GIVEN(
        s,
        HAPPENED(
            user_signed_in, .user_id = U1, .session_id = SESSION_2, .method = {BY_PASSWORD},
            .ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(3600) * US_PER_S),
            .idle_ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(3600) * US_PER_S)));
    WHEN(
        s, end_provider_sessions, .provider_id = P2,
        .subject_digest = digest_named(s, "subject 1"));
    THEN_NOTHING(s);
    WHEN(
        s, end_provider_sessions, .provider_id = P1,
        .subject_digest = digest_named(s, "subject 2"));
    THEN_NOTHING(s);
    WHEN(
        s, end_provider_sessions, .provider_id = P1, .subject_digest = digest_named(s, "subject 1"),
        .provider_session = PROVIDER_SESSION(s));
    THEN_NOTHING(s);
    WHEN(
        s, end_provider_sessions, .provider_id = P1,
        .subject_digest = digest_named(s, "subject 1"));
    THEN_EMITTED(s, LOGGED_OUT(U1, SESSION_1));
}

static void another_provider_ends_no_session_of_this_one_by_its_name(void)
{
    struct scenario *s = given_a_provider();

    given_provider(s, provider_named(P2, "another"));
    WHEN_OPENED(s, "subject 1", "ann@example.com", SESSION_1, PROVIDER_SESSION(s));
    WHEN(s, end_provider_sessions, .provider_id = P2, .provider_session = PROVIDER_SESSION(s));
    THEN_NOTHING(s);
}

static void a_session_that_a_factor_opened_is_the_providers_too(void)
{
    struct scenario *s = given_a_provider();

    GIVEN(
        s, HAPPENED(factor_offered, .user_id = U1, .secret = sealed(s, "SECRET")),
        HAPPENED(factor_enabled, .user_id = U1));
    WHEN_VOUCHED(s, "subject 1", "ann@example.com");
    WHEN(
        s, sign_in_by_factor, .user_id = U1,
        .session_version = ANSWER(s, vouched_sign_in)->session_version, .step = 7,
        .session_id = SESSION_1, .provider_id = P1, .provider_session = PROVIDER_SESSION(s));
    WHEN(s, end_provider_sessions, .provider_id = P1, .provider_session = PROVIDER_SESSION(s));
    THEN_EMITTED(s, LOGGED_OUT(U1, SESSION_1));
}

static const struct test tests[] = {
    TEST(one_is_set_up_with_its_secret_sealed_and_what_is_usual_filled_in),
    TEST(a_slug_names_one_and_what_lacks_is_named),
    TEST(an_address_is_https_or_of_this_machine),
    TEST(a_change_keeps_what_is_not_given_and_the_secret_goes_when_it_is_cleared),
    TEST(only_those_that_are_on_are_offered_by_name),
    TEST(the_first_time_an_account_is_linked_and_then_known_by_its_subject),
    TEST(neither_an_account_nor_a_subject_changes_hands),
    TEST(a_subject_whose_account_was_deleted_is_nobodys),
    TEST(only_active_accounts_of_people_are_vouched_for),
    TEST(a_provider_that_is_off_or_gone_vouches_for_nobody),
    TEST(one_with_domains_vouches_for_addresses_of_these_alone),
    TEST(one_that_may_create_accounts_does_and_only_ordinary_ones),
    TEST(a_second_factor_is_asked_for_before_anything_is_open),
    TEST(a_logout_ends_what_was_opened_in_that_session_of_the_provider),
    TEST(a_logout_of_a_person_ends_what_that_provider_opened_and_nothing_else),
    TEST(another_provider_ends_no_session_of_this_one_by_its_name),
    TEST(a_session_that_a_factor_opened_is_the_providers_too),
};

const struct suite test_providers_suite = SUITE("commands/identity/providers", tests);
