/*
 * Entity tags, made and compared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/entity_tag.h"
#include "core/base/buf.h"
#include "tests/support/expect.h"

static void a_revision_and_what_is_shown_make_a_strong_tag(void)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text a = entity_tag(arena, 7, text_lit("{\"role\":\"owner\"}"));
    struct text b = entity_tag(arena, 7, text_lit("{\"role\":\"viewer\"}"));

    expect(text_starts_with(a, text_lit("\"7-")));
    expect(!text_equal(a, b));
    expect(text_equal(a, entity_tag(arena, 7, text_lit("{\"role\":\"owner\"}"))));
}

static void without_a_revision_what_is_shown_makes_a_weak_one(void)
{
    AUTO_ARENA arena = arena_new(4096);

    /* The first 8 bytes of SHA-256 of nothing. */
    expect_text(entity_tag(arena, INT64_ABSENT, text_lit("")), "W/\"e3b0c44298fc1c14\"");
}

static void a_strong_tag_tells_packed_bytes_from_plain_ones(void)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text plain = entity_tag(arena, 7, text_lit("{}"));
    struct text packed = entity_tag_packed(arena, plain);

    expect(text_starts_with(packed, text_slice(plain, 0, plain.size - 1)));
    expect(text_ends_with(packed, text_lit("-gzip\"")));
    expect(!entity_tag_matches(plain, packed));
    expect(!entity_tag_matches(packed, plain));
    expect_text(entity_tag_packed(arena, text_lit("W/\"5f\"")), "W/\"5f\"");
}

static void a_peer_may_have_the_answer_already(void)
{
    struct text tag = text_lit("W/\"7-5f\"");

    expect(entity_tag_matches(tag, tag));
    expect(entity_tag_matches(text_lit("\"7-5f\""), tag));
    expect(entity_tag_matches(text_lit("\"1\", W/\"7-5f\" , \"2\""), tag));
    expect(entity_tag_matches(text_lit("\"a,b\",, \"7-5f\""), tag));
    expect(entity_tag_matches(text_lit(" * "), tag));
    expect(!entity_tag_matches(text_lit("\"7\""), tag));
    expect(!entity_tag_matches(text_lit("\"7-5e\", \"8-5f\""), tag));
    expect(!entity_tag_matches(text_lit("\"a,\"7-5f\""), tag));
    expect(!entity_tag_matches(text_lit("7-5f"), tag));
    expect(!entity_tag_matches(text_lit(""), tag));
    expect(!entity_tag_matches((struct text){NULL, 0}, tag));
}

static void expect_demand(struct text header, size_t count, const int64_t *revisions)
{
    struct if_match condition;

    expect(entity_tag_if_match(header, &condition));
    expect(condition.is_demanded);
    expect_int64((int64_t)condition.count, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        expect_int64(condition.revisions[i], revisions[i]);
}

static void if_match_names_revisions(void)
{
    static const int64_t seven[] = {7};
    static const int64_t several[] = {1, 7, 0};

    expect_demand(text_lit("\"7\""), 1, seven);
    expect_demand(text_lit(" \"7-5f1c\" "), 1, seven);
    expect_demand(text_lit("\"7-5f1c-gzip\""), 1, seven);
    expect_demand(text_lit("\"1\",\"7-5f1c\" ,\t\"0\""), 3, several);
}

/* What it says is well-formed, and true of nothing. */
static void weak_and_foreign_tags_match_no_revision(void)
{
    static const char *const others[] = {
        "W/\"7\"",         "W/\"7-5f1c\"", "\"\"",    "\"x\"",
        "\"-7\"",          "\"7x\"",       "\"x-7\"", "\"99999999999999999999\"",
        "\"a,b\", W/\"7\""};
    static const int64_t seven[] = {7};

    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect_demand(text_from(others[i]), 0, NULL);
    expect_demand(text_lit("W/\"7\", \"7\", \"x\""), 1, seven);
}

static void nothing_and_a_star_demand_nothing(void)
{
    struct if_match condition;

    expect(entity_tag_if_match((struct text){NULL, 0}, &condition) && !condition.is_demanded);
    expect(entity_tag_if_match(text_lit(" * "), &condition) && !condition.is_demanded);
}

static void a_malformed_if_match_is_refused(void)
{
    static const char *const malformed[] = {
        "", "7", "\"7", "7\"", "\"", "W/7", "w/\"7\"", "\"7\" \"8\"", "\"7\", *", "\"7\", 8"};
    struct if_match condition;

    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect_at(
            !entity_tag_if_match(text_from(malformed[i]), &condition), __FILE__, __LINE__,
            malformed[i]);
}

static void an_if_match_names_sixteen_revisions_at_most(void)
{
    struct if_match condition;
    AUTO_BUF many = {0};

    buf_init(&many, 4096);
    for (int i = 0; i < ENTITY_TAG_MOST; i++)
        buf_printf(&many, "\"%d\",", i);
    expect(entity_tag_if_match(buf_text(&many), &condition));
    expect_int64((int64_t)condition.count, ENTITY_TAG_MOST);
    buf_add_c(&many, "\"16\"");
    expect(!entity_tag_if_match(buf_text(&many), &condition));
}

static const struct test tests[] = {
    TEST(a_revision_and_what_is_shown_make_a_strong_tag),
    TEST(without_a_revision_what_is_shown_makes_a_weak_one),
    TEST(a_strong_tag_tells_packed_bytes_from_plain_ones),
    TEST(a_peer_may_have_the_answer_already),
    TEST(if_match_names_revisions),
    TEST(weak_and_foreign_tags_match_no_revision),
    TEST(nothing_and_a_star_demand_nothing),
    TEST(a_malformed_if_match_is_refused),
    TEST(an_if_match_names_sixteen_revisions_at_most),
};

const struct suite test_entity_tag_suite = SUITE("api/entity_tag", tests);
