/*
 * Which nodes are silent, and for how long.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/last_heard.h"
#include "tests/support/expect.h"

#include <string.h>

static struct uuid node_numbered(uint32_t n)
{
    struct uuid id = {{1}};

    memcpy(id.bytes + 12, &n, sizeof(n));
    return id;
}

static void given_heard(struct last_heard *heard, uint32_t node, int64_t now_us)
{
    last_heard_note(heard, node_numbered(node), (struct timestamp){now_us + 1000}, now_us);
}

static void expect_silent(struct last_heard *heard, int64_t before_us, uint32_t node)
{
    struct timestamp seen_at;
    struct uuid found = UUID_NONE;

    expect(last_heard_take_silent(heard, before_us, &found, &seen_at));
    expect(uuid_equal(found, node_numbered(node)));
}

static void expect_none_silent(struct last_heard *heard, int64_t before_us)
{
    struct timestamp seen_at;
    struct uuid found;

    expect(!last_heard_take_silent(heard, before_us, &found, &seen_at));
}

static void the_longest_silent_come_first_and_each_once(void)
{
    struct last_heard *heard = last_heard_new();

    given_heard(heard, 1, 10);
    given_heard(heard, 2, 20);
    given_heard(heard, 3, 30);
    given_heard(heard, 1, 40);
    expect_none_silent(heard, 20);
    expect_silent(heard, 40, 2);
    expect_silent(heard, 40, 3);
    expect_none_silent(heard, 40);
    expect_silent(heard, 41, 1);
    expect_none_silent(heard, INT64_MAX);
    last_heard_free(heard);
}

static void what_is_told_is_the_newest_sign_of_life(void)
{
    struct last_heard *heard = last_heard_new();
    struct timestamp seen_at;
    struct uuid node;

    last_heard_note(heard, node_numbered(1), (struct timestamp){500}, 10);
    last_heard_note(heard, node_numbered(1), (struct timestamp){400}, 20);
    expect(last_heard_take_silent(heard, 21, &node, &seen_at));
    expect_int64(seen_at.us, 500);
    last_heard_free(heard);
}

static void a_node_that_is_heard_again_may_fall_silent_again(void)
{
    struct last_heard *heard = last_heard_new();

    given_heard(heard, 1, 10);
    expect_silent(heard, 20, 1);
    given_heard(heard, 1, 30);
    expect_none_silent(heard, 30);
    expect_silent(heard, 31, 1);
    last_heard_free(heard);
}

static void a_node_that_was_put_back_is_the_longest_silent(void)
{
    struct last_heard *heard = last_heard_new();

    given_heard(heard, 1, 10);
    given_heard(heard, 2, 20);
    expect_silent(heard, 15, 1);
    last_heard_put_back(heard, node_numbered(1));
    last_heard_put_back(heard, node_numbered(1));
    expect_silent(heard, 25, 1);
    expect_silent(heard, 25, 2);
    expect_none_silent(heard, INT64_MAX);
    last_heard_free(heard);
}

static void putting_back_a_node_that_was_heard_meanwhile_or_is_gone_does_nothing(void)
{
    struct last_heard *heard = last_heard_new();

    given_heard(heard, 1, 10);
    given_heard(heard, 2, 10);
    expect_silent(heard, 15, 1);
    expect_silent(heard, 15, 2);
    given_heard(heard, 1, 100);
    last_heard_forget(heard, node_numbered(2));
    last_heard_put_back(heard, node_numbered(1));
    last_heard_put_back(heard, node_numbered(2));
    expect_none_silent(heard, 100);
    last_heard_free(heard);
}

static void a_forgotten_node_never_falls_silent(void)
{
    struct last_heard *heard = last_heard_new();

    given_heard(heard, 1, 10);
    given_heard(heard, 2, 20);
    last_heard_forget(heard, node_numbered(1));
    last_heard_forget(heard, node_numbered(3));
    expect_silent(heard, INT64_MAX, 2);
    expect_none_silent(heard, INT64_MAX);
    last_heard_free(heard);
}

static const struct test tests[] = {
    TEST(the_longest_silent_come_first_and_each_once),
    TEST(what_is_told_is_the_newest_sign_of_life),
    TEST(a_node_that_is_heard_again_may_fall_silent_again),
    TEST(a_node_that_was_put_back_is_the_longest_silent),
    TEST(putting_back_a_node_that_was_heard_meanwhile_or_is_gone_does_nothing),
    TEST(a_forgotten_node_never_falls_silent),
};

const struct suite test_last_heard_suite = SUITE("api/automation/last_heard", tests);
