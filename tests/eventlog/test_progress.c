/*
 * Lag as readers see it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/progress.h"
#include "tests/support/expect.h"

static struct progress progress;

static void make_progress(void)
{
    progress_init(&progress);
}

static void lagged_for(int64_t seconds)
{
    progress.current_us = monotonic_us() - seconds * US_PER_S;
}

static void who_has_shown_everything_lags_behind_nothing(void)
{
    lagged_for(60);
    progress.size = 7;
    expect_int64(progress_lag_us(&progress, 7), 0);
    expect_int64(progress_lag_us(&progress, 0), 0);
    expect(progress_lag_us(&progress, 8) >= 60 * US_PER_S);
}

static void lag_begins_when_the_ledger_grows_beyond_what_is_shown(void)
{
    lagged_for(60);
    progress.size = 7;
    progress_appended(&progress, 7);
    expect(progress_lag_us(&progress, 8) < 30 * US_PER_S);
    lagged_for(60);
    progress_appended(&progress, 8);
    expect(progress_lag_us(&progress, 9) >= 60 * US_PER_S);
}

static void lag_is_the_age_of_the_newest_record_shown_and_never_grows_by_an_older_one(void)
{
    lagged_for(60);
    progress_shown_until(&progress, timestamp_plus_us(timestamp_now(), -20 * US_PER_S));
    progress_shown_until(&progress, timestamp_plus_us(timestamp_now(), -40 * US_PER_S));
    expect(progress_lag_us(&progress, 1) >= 20 * US_PER_S);
    expect(progress_lag_us(&progress, 1) < 40 * US_PER_S);
}

static void a_record_of_a_clock_that_ran_ahead_counts_as_of_now(void)
{
    lagged_for(60);
    progress_shown_until(&progress, timestamp_plus_us(timestamp_now(), 90 * US_PER_S));
    expect(progress_lag_us(&progress, 1) >= 0);
    expect(progress_lag_us(&progress, 1) < 30 * US_PER_S);
}

static const struct test tests[] = {
    TEST(who_has_shown_everything_lags_behind_nothing),
    TEST(lag_begins_when_the_ledger_grows_beyond_what_is_shown),
    TEST(lag_is_the_age_of_the_newest_record_shown_and_never_grows_by_an_older_one),
    TEST(a_record_of_a_clock_that_ran_ahead_counts_as_of_now),
};

const struct suite test_progress_suite =
    SUITE_WITH("eventlog/progress", tests, .set_up = make_progress);
