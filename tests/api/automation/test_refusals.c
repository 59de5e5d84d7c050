/*
 * How many refusals are recorded, and who asks that first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "tests/support/expect.h"

#include <stdio.h>

static struct refusal_budget budget;

static void given_a_budget(void)
{
    budget = (struct refusal_budget){.uncounted = 0};
}

static bool take(const char *address, int64_t second)
{
    return refusal_budget_take(&budget, text_from(address), second);
}

static void an_address_has_ten_a_second(void)
{
    for (int i = 0; i < 10; i++)
        expect(take("192.0.2.1", 100));
    expect(!take("192.0.2.1", 100));
    expect(take("192.0.2.2", 100));
    expect(take("192.0.2.1", 101));
}

static void all_together_have_a_hundred_a_second(void)
{
    char address[32];
    int taken = 0;

    for (int i = 0; i < 250; i++) {
        snprintf(address, sizeof(address), "10.0.0.%d", i);
        taken += take(address, 100);
    }
    expect_int64(taken, 100);
    expect(take("192.0.2.1", 101));
}

static void what_is_beyond_is_counted_with_the_time_of_the_first(void)
{
    int64_t since;

    for (int i = 0; i < 10; i++)
        (void)take("192.0.2.1", 100);
    expect_int64(atomic_load(&budget.uncounted), 0);
    (void)take("192.0.2.1", 100);
    since = atomic_load(&budget.since_us);
    expect(since > 0);
    (void)take("192.0.2.1", 100);
    expect_int64(atomic_load(&budget.uncounted), 2);
    expect_int64(atomic_load(&budget.since_us), since);
}

static const struct test tests[] = {
    TEST(an_address_has_ten_a_second),
    TEST(all_together_have_a_hundred_a_second),
    TEST(what_is_beyond_is_counted_with_the_time_of_the_first),
};

const struct suite test_refusals_suite =
    SUITE_WITH("api/automation/refusals", tests, .set_up = given_a_budget);
