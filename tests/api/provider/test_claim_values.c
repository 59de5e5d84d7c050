/*
 * The values of a claim, however a provider writes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/claim_values.h"
#include "core/base/buf.h"
#include "eventlog/events/provider_events.h"
#include "tests/support/expect.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* "a|b" of them. */
static const char *values(const char *claims, const char *name)
{
    bool is_there;
    struct list list = claim_values(arena, text_from(claims), text_from(name), &is_there);
    AUTO_BUF joined = {0};

    buf_init(&joined, 4096);
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            buf_add_char(&joined, '|');
        buf_add_text(&joined, ((const struct text *)list.items)[i]);
    }
    expect(is_there || list.count == 0);
    return is_there ? text_c(arena, buf_text(&joined)) : "(none)";
}

static void a_claim_is_one_text_or_a_list(void)
{
    expect_text(text_from(values("{\"groups\":[\"ops\",\"all\"]}", "groups")), "ops|all");
    expect_text(text_from(values("{\"groups\":\"ops\"}", "groups")), "ops");
    expect_text(text_from(values("{\"groups\":[]}", "groups")), "");
    expect_text(text_from(values("{\"other\":[\"ops\"]}", "groups")), "(none)");
}

static void a_path_reaches_into_objects(void)
{
    expect_text(
        text_from(values("{\"realm_access\":{\"roles\":[\"ops\"]}}", "realm_access.roles")), "ops");
    expect_text(text_from(values("{\"a\":{\"b\":{\"c\":\"x\"}}}", "a.b.c")), "x");
    expect_text(text_from(values("{\"a\":{\"b\":\"x\"}}", "a.b.c")), "(none)");
    expect_text(text_from(values("{\"a\":\"x\"}", "a..b")), "(none)");
}

static void a_name_with_dots_is_a_name_first(void)
{
    expect_text(
        text_from(values(
            "{\"https://example.com/groups\":[\"ops\"],\"https://example\":{\"com/groups\":\"x\"}}",
            "https://example.com/groups")),
        "ops");
}

static void what_is_no_text_is_read_over(void)
{
    expect_text(
        text_from(values(
            "{\"groups\":[\"ops\",7,null,true,[\"x\"],{\"a\":\"b\"},\"\",\"all\"]}", "groups")),
        "ops|all");
    expect_text(text_from(values("{\"groups\":7}", "groups")), "");
    expect_text(text_from(values("{\"groups\":{\"ops\":true}}", "groups")), "");
}

/* Of so many, after one that is too long. */
static int64_t found_of(int count)
{
    bool is_there;
    AUTO_BUF many = {0};

    buf_init(&many, 1 << 20);
    buf_add_c(&many, "{\"groups\":[\"");
    for (int i = 0; i <= PROVIDER_LONGEST_VALUE; i++)
        buf_add_char(&many, 'x');
    buf_add_c(&many, "\"");
    for (int i = 0; i < count; i++)
        buf_printf(&many, ",\"g%d\"", i);
    buf_add_c(&many, "]}");
    return (int64_t)claim_values(arena, buf_text(&many), text_lit("groups"), &is_there).count;
}

static void there_are_so_many_at_most_and_none_is_too_long(void)
{
    expect_int64(found_of(PROVIDER_MOST_VALUES), PROVIDER_MOST_VALUES);
    expect_int64(found_of(PROVIDER_MOST_VALUES + 10), PROVIDER_MOST_VALUES + 1);
}

static void one_that_is_elsewhere_is_told_from_one_that_is_not_there(void)
{
    const struct text many = text_lit(
        "{\"_claim_names\":{\"groups\":\"src1\"},\"_claim_sources\":{\"src1\":{\"endpoint\":\"x\"}}}");

    expect(claim_is_elsewhere(arena, many, text_lit("groups")));
    expect(!claim_is_elsewhere(arena, many, text_lit("roles")));
    expect(!claim_is_elsewhere(arena, text_lit("{\"groups\":[]}"), text_lit("groups")));
    expect(
        !claim_is_elsewhere(arena, text_lit("{\"_claim_names\":\"groups\"}"), text_lit("groups")));
}

static const struct test tests[] = {
    TEST(a_claim_is_one_text_or_a_list),
    TEST(a_path_reaches_into_objects),
    TEST(a_name_with_dots_is_a_name_first),
    TEST(what_is_no_text_is_read_over),
    TEST(there_are_so_many_at_most_and_none_is_too_long),
    TEST(one_that_is_elsewhere_is_told_from_one_that_is_not_there),
};

const struct suite test_claim_values_suite =
    SUITE_WITH("api/provider/claim_values", tests, .set_up = set_up, .tear_down = tear_down);
