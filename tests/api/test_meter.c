/*
 * Counters of answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/meter.h"
#include "tests/support/expect.h"

static struct meter *meter;

static void given_a_meter(void)
{
    meter = meter_new(2, 0);
}

static void drop_the_meter(void)
{
    meter_free(meter);
}

static void answers_are_counted_by_class(void)
{
    meter_answer(meter, 0, 200, 10);
    meter_answer(meter, 0, 204, 10);
    meter_answer(meter, 0, 404, 10);
    meter_answer(meter, 1, 503, 10);
    expect_int64(atomic_load(&meter->routes[0].answers[2]), 2);
    expect_int64(atomic_load(&meter->routes[0].answers[4]), 1);
    expect_int64(atomic_load(&meter->routes[0].answers[5]), 0);
    expect_int64(atomic_load(&meter->routes[1].answers[5]), 1);
    expect_int64(atomic_load(&meter->routes[0].total_us), 30);
}

static void what_is_no_status_counts_as_our_error(void)
{
    meter_answer(meter, 0, 0, 10);
    meter_answer(meter, 0, 999, 10);
    expect_int64(atomic_load(&meter->routes[0].answers[5]), 2);
}

static void durations_fall_into_the_bucket_that_holds_them(void)
{
    meter_answer(meter, 0, 200, 0);
    meter_answer(meter, 0, 200, meter_bounds_us[0]);
    meter_answer(meter, 0, 200, meter_bounds_us[0] + 1);
    meter_answer(meter, 0, 200, meter_bounds_us[METER_BUCKETS - 1] + 1);
    expect_int64(atomic_load(&meter->routes[0].buckets[0]), 2);
    expect_int64(atomic_load(&meter->routes[0].buckets[1]), 1);
    expect_int64(atomic_load(&meter->routes[0].buckets[METER_BUCKETS]), 1);
}

static void a_clock_that_went_back_adds_nothing(void)
{
    meter_answer(meter, 0, 200, -5);
    expect_int64(atomic_load(&meter->routes[0].total_us), 0);
    expect_int64(atomic_load(&meter->routes[0].buckets[0]), 1);
}

static void unknown_routes_have_a_row_of_their_own(void)
{
    meter_answer(meter, 2, 404, 10);
    expect_int64(atomic_load(&meter->routes[2].answers[4]), 1);
}

static void bounds_rise(void)
{
    for (size_t i = 1; i < METER_BUCKETS; i++)
        expect(meter_bounds_us[i] > meter_bounds_us[i - 1]);
}

static const struct test tests[] = {
    TEST(answers_are_counted_by_class),
    TEST(what_is_no_status_counts_as_our_error),
    TEST(durations_fall_into_the_bucket_that_holds_them),
    TEST(a_clock_that_went_back_adds_nothing),
    TEST(unknown_routes_have_a_row_of_their_own),
    TEST(bounds_rise),
};

const struct suite test_meter_suite =
    SUITE_WITH("api/meter", tests, .set_up = given_a_meter, .tear_down = drop_the_meter);
