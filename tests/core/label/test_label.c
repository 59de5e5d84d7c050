/*
 * Sets of labels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/label/label.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static void keys_are_small_letters_digits_and_marks(void)
{
    static const char *const good[] = {"a", "0", "app.kubernetes.io_name-x", "env"};
    static const char *const bad[] = {"", "Env", ".a", "-a", "_a", "a b", "a=b", "agent/os", "é"};
    char longest[LABEL_LONGEST_KEY + 2];

    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect_at(label_is_key(text_from(good[i])), __FILE__, __LINE__, good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_at(!label_is_key(text_from(bad[i])), __FILE__, __LINE__, bad[i]);
    memset(longest, 'a', sizeof(longest));
    expect(label_is_key((struct text){longest, LABEL_LONGEST_KEY}));
    expect(!label_is_key((struct text){longest, LABEL_LONGEST_KEY + 1}));
}

static void only_keys_of_agents_have_their_prefix(void)
{
    expect(label_is_any_key(text_lit("agent/os")));
    expect(label_is_any_key(text_lit("agent")));
    expect(!label_is_any_key(text_lit("agent/")));
    expect(!label_is_any_key(text_lit("agent/agent/os")));
    expect(!label_is_any_key(text_lit("other/os")));
}

static void values_may_be_empty(void)
{
    char longest[LABEL_LONGEST_VALUE + 2];

    expect(label_is_value(text_lit("")));
    expect(label_is_value(text_lit("-V1.2_b")));
    expect(!label_is_value(text_lit("a b")));
    expect(!label_is_value(text_lit("a'b")));
    expect(!label_is_value(text_lit("ä")));
    memset(longest, 'V', sizeof(longest));
    expect(label_is_value((struct text){longest, LABEL_LONGEST_VALUE}));
    expect(!label_is_value((struct text){longest, LABEL_LONGEST_VALUE + 1}));
}

static void labels_are_found_by_key_once_they_are_sorted(void)
{
    struct label labels[] = {
        {text_lit("c"), text_lit("1")},
        {text_lit("a"), text_lit("2")},
        {text_lit("c"), text_lit("3")},
        {text_lit("b"), text_lit("")},
    };
    struct list set = {labels, label_sort(labels, COUNT_OF(labels))};

    expect_int64(set.count, 3);
    expect_text(label_set_json(arena, set).text, "{\"a\":\"2\",\"b\":\"\",\"c\":\"3\"}");
    expect_text(label_find(set, text_lit("a"))->value, "2");
    expect_text(label_find(set, text_lit("c"))->value, "3");
    expect(label_find(set, text_lit("aa")) == NULL);
    expect(label_find((struct list){NULL, 0}, text_lit("a")) == NULL);
}

static struct list set_of(const char *object)
{
    return label_set_read(arena, (struct json){text_from(object)});
}

static void a_set_is_read_from_an_object_in_the_order_of_keys(void)
{
    struct list set = set_of("{ \"b\" : \"2\", \"agent/os\": \"linux\", \"a\": \"\" }");

    expect_text(label_set_json(arena, set).text, "{\"a\":\"\",\"agent/os\":\"linux\",\"b\":\"2\"}");
    expect(label_is_reported(label_find(set, text_lit("agent/os"))));
    expect(!label_is_reported(label_find(set, text_lit("a"))));
    expect_int64(set_of("{}").count, 0);
}

static void changes_make_one_set_of_another(void)
{
    struct list from = set_of("{\"a\":\"1\",\"b\":\"2\",\"c\":\"\"}");
    struct list to = set_of("{\"a\":\"1\",\"b\":\"\",\"d\":\"4\"}");
    struct json changes = label_set_changes(arena, from, to);

    expect_text(changes.text, "{\"b\":\"\",\"d\":\"4\",\"c\":null}");
    expect_text(
        label_set_json(arena, label_set_patched(arena, from, changes)).text,
        "{\"a\":\"1\",\"b\":\"\",\"d\":\"4\"}");
    expect(!text_is_present(label_set_changes(arena, from, from).text));
    expect(!text_is_present(label_set_changes(arena, set_of("{}"), set_of("{}")).text));
}

static void the_words_of_a_set_are_its_keys_and_its_labels(void)
{
    const struct label labels[] = {
        {text_lit("agent/os"), text_lit("linux")}, {text_lit("rack"), text_lit("")}};

    expect_text(
        label_set_words(arena, (struct list){labels, COUNT_OF(labels)}),
        "'agent/os' 'agent/os=linux' 'rack' 'rack='");
    expect_text(label_set_words(arena, (struct list){NULL, 0}), "");
}

static const struct test tests[] = {
    TEST(keys_are_small_letters_digits_and_marks),
    TEST(only_keys_of_agents_have_their_prefix),
    TEST(values_may_be_empty),
    TEST(labels_are_found_by_key_once_they_are_sorted),
    TEST(a_set_is_read_from_an_object_in_the_order_of_keys),
    TEST(changes_make_one_set_of_another),
    TEST(the_words_of_a_set_are_its_keys_and_its_labels),
};

const struct suite test_label_suite =
    SUITE_WITH("core/label/label", tests, .set_up = set_up, .tear_down = tear_down);
