/*
 * Filters of directories: who passes, what an index is asked, and what is refused with which sentence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"
#include "tests/support/expect.h"

static struct arena *arena;
static struct error error;

static void set_up(void)
{
    arena = arena_new(4 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct scim_row jensen = {
    .email = TEXT_OF("bjensen@example.com"),
    .name = TEXT_OF("Bärbel Jensen"),
    .is_active = {1},
    .external_id = TEXT_OF("E-1"),
    .created_at = {1305261754000000},                  /* 2011-05-13T04:42:34Z */
    .updated_at = {1305261754000000 + 1000000 + 1234}, /* a second and 1.234 ms later */
    .revision = 2,
};
/* Called by the address, of no id in the directory, and off. */
static const struct scim_row nameless = {
    .email = TEXT_OF("j@example.org"),
    .name = TEXT_OF("j@example.org"),
    .is_active = {2},
    .created_at = {1305261754000000},
    .updated_at = {1305261754000000},
    .revision = 1,
};

static const struct scim_filter *read_filter(const char *text)
{
    const struct scim_filter *filter = NULL;

    expect_ok(scim_filter_read(arena, text_from(text), &filter, &error), &error);
    return filter;
}

/* "both", "jensen", "nameless" or "nobody". */
static const char *who_passes(const char *text)
{
    const struct scim_filter *filter = read_filter(text);
    bool is_jensen = scim_filter_passes(arena, filter, &jensen);
    bool is_nameless = scim_filter_passes(arena, filter, &nameless);

    if (is_jensen)
        return is_nameless ? "both" : "jensen";
    return is_nameless ? "nameless" : "nobody";
}

#define EXPECT_PASS(text, who) expect_text(text_from(who_passes(text)), who)

static void examples_of_the_protocol_are_read(void)
{
    EXPECT_PASS("userName eq \"bjensen@EXAMPLE.com\"", "jensen");
    EXPECT_PASS("name.formatted co \"JENSEN\"", "jensen");
    EXPECT_PASS("userName sw \"J\"", "nameless");
    EXPECT_PASS("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", "nameless");
    EXPECT_PASS("displayName pr", "jensen");
    EXPECT_PASS("meta.lastModified gt \"2011-05-13T04:42:34Z\"", "jensen");
    EXPECT_PASS("meta.lastModified ge \"2011-05-13T04:42:34Z\"", "both");
    EXPECT_PASS("meta.lastModified lt \"2011-05-13T04:42:34Z\"", "nobody");
    EXPECT_PASS("meta.lastModified le \"2011-05-13T04:42:34Z\"", "nameless");
    EXPECT_PASS("displayName pr and active eq true", "jensen");
    EXPECT_PASS("displayName pr or active eq false", "both");
    EXPECT_PASS(
        "active eq true and (emails co \"example.com\" or emails.value co \"example.org\")",
        "jensen");
    EXPECT_PASS(
        "active ne true and not (emails co \"example.com\" or emails.value co \"example.net\")",
        "nameless");
    EXPECT_PASS("active eq true and (emails.type eq \"work\")", "jensen");
    EXPECT_PASS("emails[type eq \"work\" and value co \"@example.com\"]", "jensen");
    EXPECT_PASS(
        "emails[type eq \"work\" and value co \"@example.com\"] or emails[type eq \"home\"]",
        "jensen");
}

static void texts_are_compared_by_their_letters_unless_their_case_counts(void)
{
    EXPECT_PASS("displayName sw \"BÄR\"", "jensen");
    EXPECT_PASS("displayName ew \"sen\"", "jensen");
    EXPECT_PASS("externalId eq \"E-1\"", "jensen");
    EXPECT_PASS("externalId eq \"e-1\"", "nobody");
    EXPECT_PASS("userName gt \"c\"", "nameless");
    EXPECT_PASS("userName LE \"c\"", "jensen");
}

static void what_is_not_assigned_is_null(void)
{
    EXPECT_PASS("externalId eq null", "nameless");
    EXPECT_PASS("externalId ne null", "jensen");
    EXPECT_PASS("externalId ne \"x\"", "both");
    EXPECT_PASS("externalId co \"\"", "jensen");
    EXPECT_PASS("not (displayName gt \"\")", "nameless");
    EXPECT_PASS("meta pr and name pr", "jensen");
    EXPECT_PASS(" ", "both");
}

static void a_time_is_compared_as_it_is_shown(void)
{
    EXPECT_PASS("meta.lastModified eq \"2011-05-13T04:42:35.001Z\"", "jensen");
    EXPECT_PASS("meta.lastModified gt \"2011-05-13T04:42:35.001Z\"", "nobody");
    EXPECT_PASS("meta.created eq \"2011-05-13T06:42:34+02:00\"", "both");
}

static void and_binds_before_or_and_brackets_before_both(void)
{
    EXPECT_PASS("active eq false or active eq true and displayName eq \"x\"", "nameless");
    EXPECT_PASS("(active eq false or active eq true) and displayName eq \"x\"", "nobody");
    EXPECT_PASS("emails[type eq \"work\"].value eq \"j@example.org\"", "nameless");
    EXPECT_PASS("emails[type eq \"home\"].value eq \"j@example.org\"", "nobody");
    EXPECT_PASS("emails[primary eq true].value ew \".org\" and userName pr", "nameless");
}

static void an_index_finds_whom_a_key_names(void)
{
    const struct scim_filter *key =
        scim_filter_key(read_filter("active eq true and (userName eq \"a\")"));

    expect(key != NULL && key->attribute == SCIM_USER_NAME);
    expect_text(key->value.text, "a");
    key = scim_filter_key(read_filter("emails[type eq \"work\"].value eq \"A\""));
    expect(key != NULL && key->attribute == SCIM_USER_EMAILS_VALUE);
    key = scim_filter_key(read_filter("externalId eq \"e\" and id eq \"i\""));
    expect(key != NULL && key->attribute == SCIM_USER_EXTERNAL_ID);
    expect(scim_filter_key(read_filter("userName eq \"a\" or id eq \"b\"")) == NULL);
    expect(scim_filter_key(read_filter("not (userName eq \"a\")")) == NULL);
    expect(scim_filter_key(read_filter("userName sw \"a\"")) == NULL);
    expect(scim_filter_key(read_filter("externalId eq null")) == NULL);
    expect(scim_filter_key(read_filter("")) == NULL);
}

static void expect_refused(const char *text, const char *sentence)
{
    const struct scim_filter *filter = NULL;

    expect_status(
        scim_filter_read(arena, text_from(text), &filter, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "scim_filter_invalid");
    expect_text(text_from(error.text), sentence);
}

static void what_is_no_filter_is_refused_with_what_and_where(void)
{
    expect_refused(
        "userName",
        "filter must have one of eq, ne, co, sw, ew, pr, gt, ge, lt, le at character 9");
    expect_refused(
        "userName like \"x\"",
        "filter must have one of eq, ne, co, sw, ew, pr, gt, ge, lt, le at character 10");
    expect_refused(
        "userType eq \"Employee\"",
        "filter names an attribute that users do not have here at character 1");
    expect_refused("userName eq", "filter must have a text in quotation marks at character 12");
    expect_refused(
        "userName eq \"x",
        "filter has a text that does not end, or is none of JSON, at character 13");
    expect_refused("userName eq 7", "filter must have a text in quotation marks at character 13");
    expect_refused(
        "userName gt null", "filter must have a text in quotation marks at character 13");
    expect_refused(
        "active eq \"true\"",
        "filter must have true or false without quotation marks at character 11");
    expect_refused(
        "active gt true",
        "filter compares a value in a way that it cannot be compared in at character 8");
    expect_refused(
        "meta.created co \"2026\"",
        "filter compares a value in a way that it cannot be compared in at character 14");
    expect_refused(
        "meta.created gt \"soon\"",
        "filter must have a time like 2026-01-31T00:00:00Z at character 17");
    expect_refused(
        "name eq \"x\"",
        "filter compares an attribute that has parts: name one of them, at character 6");
    expect_refused("(userName pr", "filter lacks a closing parenthesis at character 13");
    expect_refused("emails[type pr", "filter lacks a closing bracket at character 15");
    expect_refused(
        "emails[city pr]", "filter names an attribute that users do not have here at character 8");
    expect_refused(
        "emails[type pr].city pr",
        "filter names an attribute that users do not have here at character 17");
    expect_refused(
        "userName[type pr]",
        "filter has a bracket behind an attribute without parts at character 9");
    expect_refused("not userName pr", "filter must have a parenthesis behind not at character 5");
    expect_refused("userName pr and", "filter lacks an attribute at character 16");
    expect_refused("userName pr)", "filter has something that belongs to nothing at character 12");
    expect_refused(
        "displayName eq \"ä\" x", "filter has something that belongs to nothing at character 20");
}

static void a_filter_is_no_deeper_than_ten_brackets_and_no_longer_than_a_thousand_characters(void)
{
    char longest[SCIM_LONGEST_FILTER + 2];

    EXPECT_PASS("((((((((((active eq true))))))))))", "jensen");
    expect_refused(
        "(((((((((((active eq true)))))))))))",
        "filter is nested deeper than ten brackets at character 12");
    for (size_t i = 0; i < sizeof(longest); i++)
        longest[i] = i < 9 ? "userName "[i] : ' ';
    longest[SCIM_LONGEST_FILTER - 2] = 'p';
    longest[SCIM_LONGEST_FILTER - 1] = 'r';
    longest[SCIM_LONGEST_FILTER] = '\0';
    EXPECT_PASS(longest, "both");
    longest[SCIM_LONGEST_FILTER] = ' ';
    longest[SCIM_LONGEST_FILTER + 1] = '\0';
    expect_refused(longest, "filter is longer than 1,000 characters, counted at character 1");
}

static const struct test tests[] = {
    TEST(examples_of_the_protocol_are_read),
    TEST(texts_are_compared_by_their_letters_unless_their_case_counts),
    TEST(what_is_not_assigned_is_null),
    TEST(a_time_is_compared_as_it_is_shown),
    TEST(and_binds_before_or_and_brackets_before_both),
    TEST(an_index_finds_whom_a_key_names),
    TEST(what_is_no_filter_is_refused_with_what_and_where),
    TEST(a_filter_is_no_deeper_than_ten_brackets_and_no_longer_than_a_thousand_characters),
};

const struct suite test_scim_filter_suite =
    SUITE_WITH("api/directory/scim_filter", tests, .set_up = set_up, .tear_down = tear_down);
