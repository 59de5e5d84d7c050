/*
 * Keyed digests: equal for what means the same, different for all else, nothing without the key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/seal.h"
#include "tests/support/expect.h"

#include <string.h>

static const struct timestamp noon = {INT64_C(1767268800) * US_PER_S};

static struct arena *arena;
static struct keyring *keyring;

static struct keyring *make_keyring(void)
{
    struct keyring *made = NULL;

    must(keyring_open(make_directory(), (struct text){NULL, 0}, false, &made, NULL) == STATUS_OK);
    return made;
}

static void set_up(void)
{
    arena = arena_new(1 << 20);
    keyring = make_keyring();
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
    arena_free(arena);
}

static struct bytes email(const char *text)
{
    return keyed_digest_email(keyring, arena, text_from(text));
}

static struct bytes address(const char *text, struct timestamp at)
{
    struct origin origin = {.address = {.text = text_from(text)}};

    keyed_digest_personal(keyring, &origin_shape, at, arena, &origin);
    return origin.address.digest;
}

static void digests_ignore_case_and_surrounding_space(void)
{
    expect_int64(email("ada@example.com").size, DIGEST_SIZE);
    expect(bytes_equal(email("ada@example.com"), email(" Ada@Example.COM\t")));
    expect(!bytes_equal(email("ada@example.com"), email("ada@example.org")));
}

static void only_fields_with_a_kind_get_a_digest(void)
{
    struct origin origin = {
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};

    keyed_digest_personal(keyring, &origin_shape, noon, arena, &origin);
    expect_int64(origin.address.digest.size, DIGEST_SIZE);
    expect(!bytes_are_present(origin.user_agent.digest));
    expect_text(origin.address.text, "192.0.2.7");
}

static void addresses_can_be_matched_within_a_day_only(void)
{
    struct timestamp evening = timestamp_plus_us(noon, INT64_C(11) * 3600 * US_PER_S);
    struct timestamp tomorrow = timestamp_plus_us(noon, INT64_C(12) * 3600 * US_PER_S);

    expect(bytes_equal(address("192.0.2.7", noon), address("192.0.2.7", evening)));
    expect(!bytes_equal(address("192.0.2.7", noon), address("192.0.2.7", tomorrow)));
    expect(!bytes_equal(address("192.0.2.7", noon), address("192.0.2.8", noon)));
}

static void installations_have_different_digests(void)
{
    struct bytes before = email("ada@example.com");
    struct uuid correlation = keyed_digest_correlation(keyring, text_lit("build 7"));

    keyring_close(keyring);
    keyring = make_keyring();
    expect(!bytes_equal(before, email("ada@example.com")));
    expect(!uuid_equal(correlation, keyed_digest_correlation(keyring, text_lit("build 7"))));
}

static void kinds_have_different_digests(void)
{
    struct uuid correlation = keyed_digest_correlation(keyring, text_lit("ada@example.com"));
    struct bytes digest = email("ada@example.com");

    expect(memcmp(correlation.bytes, digest.data, 6) != 0);
}

static struct keyed_request make_request(void)
{
    return (struct keyed_request){
        .method = text_lit("POST"), .target = text_lit("/tasks"), .body = text_lit("{}")};
}

static bool is_same_request(const struct keyed_request *a, const struct keyed_request *b)
{
    struct digest one = keyed_digest_request(keyring, a);
    struct digest other = keyed_digest_request(keyring, b);

    return memcmp(one.bytes, other.bytes, DIGEST_SIZE) == 0;
}

static void a_request_is_its_method_target_credential_and_body(void)
{
    struct keyed_request request = make_request();
    struct keyed_request other = make_request();

    expect(is_same_request(&request, &other));
    other.method = text_lit("PUT");
    expect(!is_same_request(&request, &other));
    other = make_request();
    other.target = text_lit("/task");
    expect(!is_same_request(&request, &other));
    other = make_request();
    other.credential.bytes[31] = 1;
    expect(!is_same_request(&request, &other));
    other = make_request();
    other.body = text_lit("[]");
    expect(!is_same_request(&request, &other));
}

static void a_command_is_known_by_its_actor_and_key(void)
{
    const struct actor ada = {.kind = ACTOR_USER, .id = {{0xa1}}, .session = {{1}}};
    const struct actor elsewhere = {.kind = ACTOR_USER, .id = {{0xa1}}, .session = {{2}}};
    const struct actor ben = {.kind = ACTOR_USER, .id = {{0xb2}}};
    const struct digest request = {{1}};
    const struct digest another = {{2}};
    struct uuid id = keyed_digest_command(keyring, ada, request, text_lit("key"));

    expect_int64(id.bytes[6] >> 4, 8);
    expect(uuid_equal(id, keyed_digest_command(keyring, elsewhere, another, text_lit("key"))));
    expect(!uuid_equal(id, keyed_digest_command(keyring, ben, request, text_lit("key"))));
    expect(!uuid_equal(id, keyed_digest_command(keyring, ada, request, text_lit("Key"))));
}

static void a_strangers_command_is_known_by_its_request_and_key(void)
{
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    const struct digest request = {{1}};
    const struct digest another = {{2}};
    struct uuid id = keyed_digest_command(keyring, stranger, request, text_lit("key"));

    expect(uuid_equal(id, keyed_digest_command(keyring, stranger, request, text_lit("key"))));
    expect(!uuid_equal(id, keyed_digest_command(keyring, stranger, another, text_lit("key"))));
}

static void a_correlation_is_the_uuid_that_was_sent_or_a_digest_of_the_text(void)
{
    char printed[UUID_TEXT_SIZE];
    struct uuid of_text = keyed_digest_correlation(keyring, text_lit("build 7"));
    struct uuid of_nil =
        keyed_digest_correlation(keyring, text_lit("00000000-0000-0000-0000-000000000000"));

    uuid_print(
        keyed_digest_correlation(keyring, text_lit("018f4e5a-7b3c-7d2e-8f10-a1b2c3d4e5f6")),
        printed);
    expect_text(text_from(printed), "018f4e5a-7b3c-7d2e-8f10-a1b2c3d4e5f6");
    expect(uuid_equal(of_text, keyed_digest_correlation(keyring, text_lit("build 7"))));
    expect_int64(of_text.bytes[6] >> 4, 8);
    expect(uuid_is_present(of_nil));
    expect(!uuid_is_present(keyed_digest_correlation(keyring, (struct text){NULL, 0})));
}

static void a_cursor_is_sealed_for_its_question_and_positions(void)
{
    const struct cursor_digest given = {{{1}}, 3, 7};
    const struct cursor_digest others[] = {{{{2}}, 3, 7}, {{{1}}, 2, 7}, {{{1}}, 3, UINT64_MAX}};
    struct digest seal = keyed_digest_cursor(keyring, &given);
    struct digest again = keyed_digest_cursor(keyring, &given);

    expect(memcmp(seal.bytes, again.bytes, DIGEST_SIZE) == 0);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        again = keyed_digest_cursor(keyring, &others[i]);
        expect(memcmp(seal.bytes, again.bytes, DIGEST_SIZE) != 0);
    }
}

static const struct test tests[] = {
    TEST(digests_ignore_case_and_surrounding_space),
    TEST(only_fields_with_a_kind_get_a_digest),
    TEST(addresses_can_be_matched_within_a_day_only),
    TEST(installations_have_different_digests),
    TEST(kinds_have_different_digests),
    TEST(a_request_is_its_method_target_credential_and_body),
    TEST(a_command_is_known_by_its_actor_and_key),
    TEST(a_strangers_command_is_known_by_its_request_and_key),
    TEST(a_correlation_is_the_uuid_that_was_sent_or_a_digest_of_the_text),
    TEST(a_cursor_is_sealed_for_its_question_and_positions),
};

const struct suite test_keyed_digest_suite =
    SUITE_WITH("eventlog/keyed_digest", tests, .set_up = set_up, .tear_down = tear_down);
