/*
 * The labels that an agent is given to report.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/own_labels.h"
#include "core/base/buf.h"
#include "tests/support/expect.h"

static void labels_are_told_by_their_keys(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);

    expect_text(
        own_labels_read(text_lit(" rack = b12, zone=eu-1,spot="), arena).text,
        "{\"rack\":\"b12\",\"spot\":\"\",\"zone\":\"eu-1\"}");
}

static void no_setting_is_not_the_same_as_none(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);

    expect(!text_is_present(own_labels_read((struct text){NULL, 0}, arena).text));
    expect_text(own_labels_read(text_lit(" "), arena).text, "{}");
}

static void a_setting_that_would_be_altered_is_none(void)
{
    AUTO_BUF many = {0};

    expect(own_labels_are_valid(text_lit("rack=b12,zone=eu-1")));
    expect(own_labels_are_valid(text_lit("")));
    expect(!own_labels_are_valid(text_lit("rack")));
    expect(!own_labels_are_valid(text_lit("rack=b12,")));
    expect(!own_labels_are_valid(text_lit("Rack=b12")));
    expect(!own_labels_are_valid(text_lit("rack=b 12")));
    expect(!own_labels_are_valid(text_lit("agent/rack=b12")));
    buf_init(&many, 1 << 12);
    for (int i = 0; i < 33; i++)
        buf_printf(&many, "%sk%d=", i == 0 ? "" : ",", i);
    expect(!own_labels_are_valid(buf_text(&many)));
}

static const struct test tests[] = {
    TEST(labels_are_told_by_their_keys),
    TEST(no_setting_is_not_the_same_as_none),
    TEST(a_setting_that_would_be_altered_is_none),
};

const struct suite test_own_labels_suite = SUITE("api/node_agent/own_labels", tests);
