/*
 * Ids and refusals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command_internal.h"
#include "tests/support/expect.h"

static struct deciding make_deciding(struct arena *arena, int64_t us, uint8_t seed)
{
    return (struct deciding){
        .decision = {.now = {1774180800000000 + us}, .arena = arena}, .seed = {seed}};
}

static void the_same_seed_gives_the_same_ids(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct deciding one = make_deciding(arena, 0, 1);
    struct deciding same = make_deciding(arena, 0, 1);
    struct deciding other = make_deciding(arena, 0, 2);
    struct uuid id = decision_id(&one.decision);

    expect(uuid_equal(id, decision_id(&same.decision)));
    expect(!uuid_equal(id, decision_id(&other.decision)));
    expect_whole(id.bytes[6] >> 4, 7);
    expect_whole(id.bytes[8] >> 6, 2);
}

static void ids_sort_as_they_were_made(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct uuid before = UUID_NONE;

    for (int64_t us = 0; us < 3000; us += 7) {
        struct deciding deciding = make_deciding(arena, us, (uint8_t)(us * 31));
        for (int i = 0; i < 300; i++) {
            struct uuid id = decision_id(&deciding.decision);
            expect(uuid_compare(before, id) < 0);
            before = id;
        }
    }
}

static void a_refusal_is_printed_with_its_arguments(void)
{
    static const struct refusal refusal = {"x_y", STATUS_CONFLICT, "Task %s is %s (100%)", ""};
    struct fault fault;

    expect(refuse(&fault, &refusal, "t", "done") == STATUS_CONFLICT);
    expect_text(text_from(fault.code), "x_y");
    expect_text(text_from(fault.text), "Task t is done (100%)");
}

static void a_refusal_that_is_too_long_is_cut(void)
{
    static const struct refusal refusal = {"x", STATUS_CONFLICT, "%s", ""};
    struct fault fault;
    char text[4096];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i + 1 < sizeof(text) ? 'a' : 0;
    expect(refuse(&fault, &refusal, text) == STATUS_CONFLICT);
    expect_whole(text_from(fault.text).size, FAULT_TEXT_SIZE - 1);
}

static const struct test tests[] = {
    TEST(the_same_seed_gives_the_same_ids),
    TEST(ids_sort_as_they_were_made),
    TEST(a_refusal_is_printed_with_its_arguments),
    TEST(a_refusal_that_is_too_long_is_cut),
};

const struct suite test_decision_suite = SUITE("commands/decision", tests);
