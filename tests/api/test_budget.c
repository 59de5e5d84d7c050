/*
 * What one caller may take, at times of the tests' own making.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/budget.h"
#include "tests/support/expect.h"

#include <stdio.h>

static const int64_t second = 1000000;
static const int64_t noon = 1000 * 1000000LL;

static struct budget *budget;

static void given_a_budget_of_hundred_bytes(void)
{
    budget = budget_new(100);
}

static void drop_the_budget(void)
{
    budget_free(budget);
}

static int64_t take(const char *caller, size_t bytes, int64_t at_us)
{
    return budget_take(budget, text_from(caller), bytes, at_us);
}

static void give(const char *caller, size_t bytes)
{
    budget_give(budget, text_from(caller), bytes);
}

static void a_caller_has_so_many_bytes_at_once(void)
{
    expect_int64(take("ada", 60, noon), 0);
    expect_int64(take("ada", 40, noon), 0);
    expect_int64(take("ada", 1, noon), 1);
    give("ada", 60);
    expect_int64(take("ada", 60, noon), 0);
}

static void callers_have_bytes_of_their_own(void)
{
    expect_int64(take("ada", 100, noon), 0);
    expect_int64(take("bob", 100, noon), 0);
    expect(take("ada", 1, noon) > 0);
}

static void what_is_over_the_bytes_of_a_caller_goes_alone(void)
{
    expect_int64(take("ada", 1000, noon), 0);
    expect(take("ada", 1, noon) > 0);
    give("ada", 1000);
    expect_int64(take("ada", 1, noon), 0);
    expect(take("ada", 1000, noon) > 0);
}

static void a_second_of_processor_time_is_free_and_the_rest_is_made_up_in_four_times_as_long(void)
{
    expect_int64(take("ada", 1, noon), 0);
    budget_spend(budget, text_lit("ada"), second, noon);
    expect_int64(take("ada", 1, noon), 0);
    budget_spend(budget, text_lit("ada"), 2 * second, noon);
    expect_int64(take("ada", 1, noon), 9);
    expect_int64(take("bob", 1, noon), 0);
    expect_int64(take("ada", 1, noon + 4 * second), 5);
    expect_int64(take("ada", 1, noon + 8 * second), 0);
}

static void a_caller_in_debt_is_not_forgotten_for_others(void)
{
    char caller[16];

    expect_int64(take("ada", 1, noon), 0);
    budget_spend(budget, text_lit("ada"), 10 * second, noon);
    give("ada", 1);
    for (int i = 0; i < 5000; i++) {
        snprintf(caller, sizeof(caller), "other-%d", i);
        expect_int64(take(caller, 1, noon), 0);
        give(caller, 1);
    }
    expect(take("ada", 1, noon) > 0);
}

static void when_all_accounts_are_in_use_others_wait(void)
{
    char caller[16];

    for (int i = 0; i < 1024; i++) {
        snprintf(caller, sizeof(caller), "other-%d", i);
        expect_int64(take(caller, 1, noon), 0);
    }
    expect_int64(take("ada", 1, noon), 1);
    give("other-7", 1);
    expect_int64(take("ada", 1, noon), 0);
}

static const struct test tests[] = {
    TEST(a_caller_has_so_many_bytes_at_once),
    TEST(callers_have_bytes_of_their_own),
    TEST(what_is_over_the_bytes_of_a_caller_goes_alone),
    TEST(a_second_of_processor_time_is_free_and_the_rest_is_made_up_in_four_times_as_long),
    TEST(a_caller_in_debt_is_not_forgotten_for_others),
    TEST(when_all_accounts_are_in_use_others_wait),
};

const struct suite test_budget_suite = SUITE_WITH(
    "api/budget", tests, .set_up = given_a_budget_of_hundred_bytes, .tear_down = drop_the_budget);
