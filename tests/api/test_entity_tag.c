/*
 * Entity tags, made and compared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/entity_tag.h"
#include "tests/support/expect.h"

static void a_revision_makes_a_strong_tag(void)
{
    AUTO_ARENA arena = arena_new(4096);

    expect_text(entity_tag(arena, 7, false, text_lit("{}")), "\"7\"");
}

static void live_state_makes_it_weak_and_tells_bodies_apart(void)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text a = entity_tag(arena, 7, true, text_lit("{\"a\":1}"));
    struct text b = entity_tag(arena, 7, true, text_lit("{\"a\":2}"));

    expect(text_starts_with(a, text_lit("W/\"7-")));
    expect(!text_equal(a, b));
    expect(text_equal(a, entity_tag(arena, 7, true, text_lit("{\"a\":1}"))));
}

static void without_a_revision_the_body_alone_makes_it(void)
{
    AUTO_ARENA arena = arena_new(4096);

    /* The first 8 bytes of SHA-256 of nothing. */
    expect_text(entity_tag(arena, INT64_ABSENT, true, text_lit("")), "W/\"e3b0c44298fc1c14\"");
    expect_text(entity_tag(arena, INT64_ABSENT, false, text_lit("")), "W/\"e3b0c44298fc1c14\"");
}

static void a_peer_may_have_the_answer_already(void)
{
    struct text tag = text_lit("W/\"7-5f\"");

    expect(entity_tag_matches(tag, tag));
    expect(entity_tag_matches(text_lit("\"7-5f\""), tag));
    expect(entity_tag_matches(text_lit("\"1\", W/\"7-5f\" , \"2\""), tag));
    expect(entity_tag_matches(text_lit(" * "), tag));
    expect(!entity_tag_matches(text_lit("\"7\""), tag));
    expect(!entity_tag_matches(text_lit("7-5f"), tag));
    expect(!entity_tag_matches(text_lit(""), tag));
    expect(!entity_tag_matches((struct text){NULL, 0}, tag));
}

static void expect_revision(struct text if_match, int64_t wanted)
{
    int64_t revision = -1;

    expect(entity_tag_revision(if_match, &revision));
    expect_int64(revision, wanted);
}

static void if_match_names_a_revision(void)
{
    expect_revision(text_lit("\"7\""), 7);
    expect_revision(text_lit(" \"7\" "), 7);
    expect_revision(text_lit("W/\"7-5f1c\""), 7);
    expect_revision(text_lit("\"0\""), 0);
    expect_revision(text_lit("*"), INT64_ABSENT);
    expect_revision((struct text){NULL, 0}, INT64_ABSENT);
}

static void other_tags_name_none(void)
{
    static const char *const malformed[] = {
        "",
        "7",
        "\"\"",
        "\"x\"",
        "\"-7\"",
        "\"7",
        "7\"",
        "\"",
        "\"7x\"",
        "\"1\",\"2\"",
        "\"99999999999999999999\"",
        "W/\"5f1c-7\""};
    int64_t revision;

    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect_at(
            !entity_tag_revision(text_from(malformed[i]), &revision), __FILE__, __LINE__,
            malformed[i]);
}

static const struct test tests[] = {
    TEST(a_revision_makes_a_strong_tag),
    TEST(live_state_makes_it_weak_and_tells_bodies_apart),
    TEST(without_a_revision_the_body_alone_makes_it),
    TEST(a_peer_may_have_the_answer_already),
    TEST(if_match_names_a_revision),
    TEST(other_tags_name_none),
};

const struct suite test_entity_tag_suite = SUITE("api/entity_tag", tests);
