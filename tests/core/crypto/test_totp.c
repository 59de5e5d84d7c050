/*
 * Codes that change with time: the values of RFC 6238, and one step of skew.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/totp.h"
#include "tests/support/expect.h"

/* "12345678901234567890", the secret of RFC 6238, appendix B. */
#define SECRET text_lit("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

static struct timestamp second(int64_t s)
{
    return (struct timestamp){s * US_PER_S};
}

static bool is_right(int64_t s, const char *code, int64_t *out_step)
{
    return totp_check(SECRET, second(s), text_from(code), out_step);
}

/* The last six of the eight digits there. */
static void codes_are_those_of_the_standard(void)
{
    static const struct {
        int64_t s;
        const char *code;
    } vectors[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
    };

    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        int64_t step = 0;
        expect(is_right(vectors[i].s, vectors[i].code, &step));
        expect_int64(step, vectors[i].s / TOTP_STEP_S);
    }
}

static void a_code_of_the_step_before_or_behind_is_taken_and_no_other(void)
{
    int64_t step = 0;

    expect(is_right(59 + 30, "287082", &step));
    expect_int64(step, 1);
    expect(is_right(59 - 30, "287082", &step));
    expect_int64(step, 1);
    expect(!is_right(59 + 61, "287082", &step));
    expect(!is_right(1111111109, "287082", &step));
}

static void what_is_no_code_is_none(void)
{
    int64_t step = 0;

    expect(!is_right(59, "", &step));
    expect(!is_right(59, "28708", &step));
    expect(!is_right(59, "2870820", &step));
    expect(!totp_check(text_lit(""), second(59), text_lit("287082"), &step));
    expect(!totp_check(
        text_lit("not Base32 at all, not Base32 ah"), second(59), text_lit("287082"), &step));
}

static void secrets_are_32_letters_and_differ(void)
{
    struct arena *arena = arena_new(1 << 16);
    struct text first = totp_secret_new(arena);
    struct text second_one = totp_secret_new(arena);

    expect_int64((int64_t)first.size, TOTP_SECRET_LETTERS);
    for (size_t i = 0; i < first.size; i++)
        expect(
            (first.data[i] >= 'A' && first.data[i] <= 'Z') ||
            (first.data[i] >= '2' && first.data[i] <= '7'));
    expect(!text_equal(first, second_one));
    arena_free(arena);
}

static const struct test tests[] = {
    TEST(codes_are_those_of_the_standard),
    TEST(a_code_of_the_step_before_or_behind_is_taken_and_no_other),
    TEST(what_is_no_code_is_none),
    TEST(secrets_are_32_letters_and_differ),
};

const struct suite test_totp_suite = SUITE("core/crypto/totp", tests);
