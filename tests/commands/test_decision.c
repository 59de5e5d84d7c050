/*
 * Ids and refusals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command_internal.h"
#include "tests/support/expect.h"

static struct decide_ctx make_decide_ctx(struct arena *arena, int64_t us, uint8_t seed)
{
    return (struct decide_ctx){
        .decision = {.now = {1774180800000000 + us}, .arena = arena}, .seed = {seed}};
}

static void the_same_seed_gives_the_same_ids(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct decide_ctx one = make_decide_ctx(arena, 0, 1);
    struct decide_ctx same = make_decide_ctx(arena, 0, 1);
    struct decide_ctx other = make_decide_ctx(arena, 0, 2);
    struct uuid id = decision_id(&one.decision);

    expect(uuid_equal(id, decision_id(&same.decision)));
    expect(!uuid_equal(id, decision_id(&other.decision)));
    expect_int64(id.bytes[6] >> 4, 7);
    expect_int64(id.bytes[8] >> 6, 2);
}

/* The vector of docs/format.md. */
static void ids_are_made_of_moment_count_and_seed(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct decide_ctx decide_ctx = make_decide_ctx(arena, 123456, 0);
    char first[UUID_TEXT_SIZE];
    char second[UUID_TEXT_SIZE];

    for (int i = 0; i < 32; i++)
        decide_ctx.seed[i] = (uint8_t)i;
    uuid_print(decision_id(&decide_ctx.decision), first);
    uuid_print(decision_id(&decide_ctx.decision), second);
    expect_text(text_from(first), "019d156a-967b-774b-8000-a9d6e500293a");
    expect_text(text_from(second), "019d156a-967b-774b-8001-6061c4386d7a");
}

static void ids_sort_as_they_were_made(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct uuid before = UUID_NONE;

    for (int64_t us = 0; us < 3000; us += 7) {
        struct decide_ctx decide_ctx = make_decide_ctx(arena, us, (uint8_t)(us * 31));
        for (int i = 0; i < 300; i++) {
            struct uuid id = decision_id(&decide_ctx.decision);
            expect(uuid_compare(before, id) < 0);
            before = id;
        }
    }
}

static void a_refusal_is_printed_with_its_arguments(void)
{
    static const struct refusal refusal = {"x_y", STATUS_CONFLICT, "Task %s is %s (100%)", ""};
    struct error error;

    expect(decision_refuse(&error, &refusal, "t", "done") == STATUS_CONFLICT);
    expect_text(text_from(error.code), "x_y");
    expect_text(text_from(error.text), "Task t is done (100%)");
}

static void a_refusal_that_is_too_long_is_cut(void)
{
    static const struct refusal refusal = {"x", STATUS_CONFLICT, "%s", ""};
    struct error error;
    char text[4096];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i + 1 < sizeof(text) ? 'a' : 0;
    expect(decision_refuse(&error, &refusal, text) == STATUS_CONFLICT);
    expect_int64(text_from(error.text).size, ERROR_TEXT_SIZE - 1);
}

static const struct test tests[] = {
    TEST(the_same_seed_gives_the_same_ids),  TEST(ids_are_made_of_moment_count_and_seed),
    TEST(ids_sort_as_they_were_made),        TEST(a_refusal_is_printed_with_its_arguments),
    TEST(a_refusal_that_is_too_long_is_cut),
};

const struct suite test_decision_suite = SUITE("commands/decision", tests);
