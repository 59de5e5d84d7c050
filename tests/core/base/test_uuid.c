/*
 * UUIDs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"
#include "core/base/uuid.h"
#include "tests/support/expect.h"

#include <string.h>

static const char sample[] = "0195bf7e-3a2b-7c4d-8e5f-60718293a4b5";

static void a_uuid_is_printed_as_it_was_parsed(void)
{
    struct uuid id;
    char out[UUID_TEXT_SIZE];

    expect(uuid_parse(text_from(sample), &id));
    uuid_print(id, out);
    expect_text(text_from(out), sample);
    expect(uuid_parse(text_lit("0195BF7E-3A2B-7C4D-8E5F-60718293A4B5"), &id));
    uuid_print(id, out);
    expect_text(text_from(out), sample);
}

static void known_versions_and_variants_are_accepted(void)
{
    char text[] = "0195bf7e-3a2b-7c4d-8e5f-60718293a4b5";
    struct uuid id;

    for (const char *c = "0123456789abcdef"; *c != '\0'; c++) {
        text[14] = *c;
        expect(uuid_parse(text_from(text), &id) == (*c >= '1' && *c <= '8'));
    }
    text[14] = '4';
    for (const char *c = "0123456789abcdef"; *c != '\0'; c++) {
        text[19] = *c;
        expect(uuid_parse(text_from(text), &id) == (strchr("89ab", *c) != NULL));
    }
}

static void nil_and_max_are_accepted(void)
{
    struct uuid id;

    expect(uuid_parse(text_lit("00000000-0000-0000-0000-000000000000"), &id));
    expect(!uuid_is_present(id));
    expect(uuid_parse(text_lit("FFFFFFFF-ffff-ffff-ffff-ffffffffffff"), &id));
    expect(uuid_is_present(id));
}

static void other_texts_are_refused(void)
{
    static const char *const bad[] = {
        "",
        "0195bf7e-3a2b-7c4d-8e5f-60718293a4b",
        "0195bf7e-3a2b-7c4d-8e5f-60718293a4b50",
        "0195bf7e03a2b-7c4d-8e5f-60718293a4b5",
        "0195bf7e-3a2b-7c4d-8e5f-60718293a4g5",
        "{195bf7e-3a2b-7c4d-8e5f-60718293a4b}",
        "0195bf7e3a2b7c4d8e5f60718293a4b5",
    };
    struct uuid id = {{7}};

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!uuid_parse(text_from(bad[i]), &id));
    expect(!uuid_parse((struct text){NULL, 0}, &id));
    expect_int64(id.bytes[0], 7);
}

static void version_7_begins_with_the_moment(void)
{
    static const uint8_t rest[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    char out[UUID_TEXT_SIZE];

    uuid_print(uuid_v7((struct timestamp){1774198049206000}, rest), out);
    expect_text(text_from(out), "019d1671-c9b6-7000-bfff-ffffffffffff");
    uuid_print(uuid_v7((struct timestamp){1774198049206999}, rest), out);
    expect_text(text_from(out), "019d1671-c9b6-7ffb-bfff-ffffffffffff");
}

static void version_7_sorts_by_time_to_the_microsecond(void)
{
    static const uint8_t least[8] = {0};
    static const uint8_t most[8] = {255, 255, 255, 255, 255, 255, 255, 255};

    for (int64_t us = 999000; us < 1001000; us++) {
        struct uuid early = uuid_v7((struct timestamp){us}, most);
        struct uuid late = uuid_v7((struct timestamp){us + 1}, least);

        expect_int64(uuid_compare(early, late), -1);
        expect_int64(uuid_compare(late, early), 1);
        expect_int64(uuid_compare(early, early), 0);
    }
}

static void version_7_says_the_microsecond_that_it_was_made_at(void)
{
    static const uint8_t rest[16] = {255, 255, 255, 255, 255, 255, 255, 255};
    const int64_t start = INT64_C(1774198049206000);
    struct uuid other = uuid_v8(rest);

    for (int64_t us = start; us < start + 3000; us++)
        expect_int64(uuid_v7_time(uuid_v7((struct timestamp){us}, rest)).us, us);
    expect(!timestamp_is_present(uuid_v7_time(other)));
}

static void version_8_keeps_the_digest_elsewhere(void)
{
    uint8_t digest[16];
    char out[UUID_TEXT_SIZE];

    memset(digest, 0xFF, sizeof(digest));
    uuid_print(uuid_v8(digest), out);
    expect_text(text_from(out), "ffffffff-ffff-8fff-bfff-ffffffffffff");
}

static void fresh_ones_differ(void)
{
    struct uuid a = uuid_new();
    struct uuid b = uuid_new();

    expect(!uuid_equal(a, b));
    expect_int64(a.bytes[6] >> 4, 7);
}

static const struct test tests[] = {
    TEST(a_uuid_is_printed_as_it_was_parsed),
    TEST(known_versions_and_variants_are_accepted),
    TEST(nil_and_max_are_accepted),
    TEST(other_texts_are_refused),
    TEST(version_7_begins_with_the_moment),
    TEST(version_7_sorts_by_time_to_the_microsecond),
    TEST(version_7_says_the_microsecond_that_it_was_made_at),
    TEST(version_8_keeps_the_digest_elsewhere),
    TEST(fresh_ones_differ),
};

const struct suite test_uuid_suite = SUITE("core/base/uuid", tests);
