/*
 * One holds the lease at a time, whatever is paused, however long: by clocks of the test's own, and a real PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "replay/lease.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

#define LEDGER "audit.example.com"

enum { SECONDS = 10, SIZE = 100 };

static const char *database;
static int64_t clock_us;
static int64_t set_by_us; /* so far the time of day was set, against that clock */
static struct lease *leader;
static struct lease *follower;

static int64_t now_us(void)
{
    return clock_us;
}

static int64_t wall_us(void)
{
    return clock_us + set_by_us;
}

/* As one that has all, where it follows. */
static void know(struct lease *lease, const char *name, int64_t epoch, bool is_following)
{
    lease_know(
        lease,
        &(struct lease_ledger){
            .name = text_from(name), .epoch = epoch, .size = SIZE, .is_following = is_following});
}

static struct lease *given_lease(int64_t epoch, bool is_following)
{
    struct lease *lease = lease_new(&(struct lease_settings){
        .conninfo = database, .seconds = SECONDS, .now_us = now_us, .wall_us = wall_us});

    know(lease, LEDGER, epoch, is_following);
    return lease;
}

static void step(struct lease *lease)
{
    struct error error;

    expect_ok(lease_step(lease, &error), &error);
}

static void pass(int64_t seconds)
{
    clock_us += seconds * US_PER_S;
}

static void set_up(void)
{
    clock_us = INT64_C(1000) * US_PER_S;
    set_by_us = 0;
    database = make_database();
    leader = given_lease(0, false);
    follower = given_lease(0, true);
}

static void tear_down(void)
{
    lease_free(leader);
    lease_free(follower);
}

static void whoever_leads_first_has_it_and_renews_it(void)
{
    step(follower);
    expect(!lease_is_held(follower)); /* nobody has led yet */
    step(leader);
    expect(lease_is_held(leader));
    for (int i = 0; i < 20; i++) {
        pass(SECONDS / 2);
        expect(lease_is_held(leader));
        step(leader);
        step(follower);
    }
    expect(!lease_is_held(follower));
}

static void a_leader_that_does_not_renew_has_it_no_longer_before_anybody_else_takes_it(void)
{
    step(leader);
    step(follower);
    pass(SECONDS);
    expect(!lease_is_held(leader));
    step(follower);
    expect(!lease_is_held(follower));
    pass(SECONDS);
    step(follower);
    expect(lease_is_held(follower));
    step(leader); /* it was paused, and goes on */
    expect(!lease_is_held(leader));
    step(leader);
    expect(!lease_is_held(leader));
}

static void who_has_taken_it_holds_it_in_the_new_epoch_once_that_is_known(void)
{
    step(leader);
    step(follower);
    pass(2 * SECONDS);
    step(follower);
    expect(lease_is_held(follower));
    know(follower, LEDGER, 1, false);
    expect(!lease_is_held(follower));
    step(follower);
    expect(lease_is_held(follower));
}

/* However long nobody renews it. */
static void nobody_of_an_older_epoch_takes_it_ever(void)
{
    step(leader);
    step(follower);
    pass(2 * SECONDS);
    step(follower);
    know(follower, LEDGER, 1, false);
    step(follower);
    for (int i = 0; i < 5; i++) {
        pass(10 * SECONDS);
        step(leader);
        expect(!lease_is_held(leader));
    }
    step(follower);
    expect(lease_is_held(follower));
}

static void expect_claimed(void)
{
    struct error error;

    expect_ok(lease_claim(follower, &error), &error);
}

/* It is killed, or paused, between taking over and knowing that it did. */
static void nobody_of_the_older_epoch_takes_it_from_who_has_claimed_the_next(void)
{
    step(leader);
    step(follower);
    pass(2 * SECONDS);
    step(follower);
    expect_claimed();
    expect(lease_is_held(follower));
    for (int i = 0; i < 5; i++) {
        pass(SECONDS);
        step(leader);
        expect(!lease_is_held(leader));
    }
    step(follower); /* the claim stays, although nothing else says that the epoch is known */
    step(leader);
    pass(SECONDS);
    step(leader);
    expect(!lease_is_held(leader));
    know(follower, LEDGER, 1, false);
    step(follower);
    expect(lease_is_held(follower));
}

static void the_next_epoch_is_not_claimed_by_who_has_lost_it_meanwhile(void)
{
    struct error error;

    step(leader);
    step(follower);
    pass(2 * SECONDS);
    step(follower);
    step(leader);
    pass(SECONDS);
    step(leader);
    expect(lease_is_held(leader));
    expect_status(lease_claim(follower, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "no_lease");
    expect(!lease_is_held(follower));
    step(leader);
    expect(lease_is_held(leader));
    pass(SECONDS);
    step(leader);
    expect(lease_is_held(leader)); /* in its own epoch, which it still is */
}

static struct lease *resumed(void)
{
    struct lease *lease = lease_new(&(struct lease_settings){
        .conninfo = database,
        .seconds = SECONDS,
        .holder = lease_holder(follower),
        .now_us = now_us,
        .wall_us = wall_us});

    know(lease, LEDGER, 0, true);
    return lease;
}

/* The process that took it was killed, before it claimed anything or after that. */
static void a_takeover_goes_on_unless_another_one_has_taken_the_lease_since(void)
{
    struct lease *again = resumed();
    struct lease *late = resumed();
    struct error error;

    step(leader);
    step(follower);
    pass(2 * SECONDS);
    step(follower);
    expect_ok(lease_claim(again, &error), &error);
    expect(lease_is_held(again));
    step(leader);
    pass(SECONDS);
    step(leader);
    expect(!lease_is_held(leader));
    know(leader, LEDGER, 1, false); /* as if that one had been promoted by hand */
    step(leader);
    expect(lease_is_held(leader));
    expect_status(lease_claim(late, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "no_lease");
    expect(!lease_is_held(late));
    lease_free(again);
    lease_free(late);
}

/* Promoted by hand, and not by the lease. */
static void who_is_not_to_lead_any_more_gives_it_back_to_who_leads(void)
{
    struct lease *successor = given_lease(1, false);

    step(leader);
    step(successor);
    expect(!lease_is_held(successor));
    know(leader, "", 0, false);
    expect(!lease_is_held(leader));
    step(leader);
    step(successor);
    expect(lease_is_held(successor));
    pass(SECONDS / 2);
    step(leader);
    step(successor);
    expect(lease_is_held(successor) && !lease_is_held(leader));
    lease_free(successor);
}

/* The clock of the database says what it likes. */
static void a_database_whose_clock_is_set_changes_nothing(void)
{
    struct db *db = NULL;
    struct error error;

    step(leader);
    step(follower);
    must(db_open(database, 5, 0, &db, &error) == STATUS_OK);
    must(
        db_script(db, "update fleetledger_lease set until = until - interval '1 year'", &error) ==
        STATUS_OK);
    db_close(db);
    step(follower);
    expect(!lease_is_held(follower));
    expect(lease_is_held(leader));
}

/* As after a pause from outside, in which the other clock stood still; set back, the time of day tells nothing. */
static void a_leap_of_the_time_of_day_ends_it_until_it_is_renewed(void)
{
    step(leader);
    set_by_us = (SECONDS - 1) * US_PER_S;
    expect(lease_is_held(leader));
    set_by_us = SECONDS * US_PER_S;
    expect(!lease_is_held(leader));
    expect(atomic_load(lease_wall_until(leader)) <= wall_us());
    step(leader);
    expect(lease_is_held(leader));
    set_by_us = -100 * US_PER_S;
    expect(lease_is_held(leader));
    pass(SECONDS);
    expect(!lease_is_held(leader));
}

static void a_leader_that_was_started_anew_waits_one_lease_and_comes_before_followers(void)
{
    struct lease *again;

    step(leader);
    step(follower);
    again = given_lease(0, false);
    step(again);
    expect(!lease_is_held(again));
    pass(SECONDS);
    step(follower);
    expect(!lease_is_held(follower));
    step(again);
    expect(lease_is_held(again));
    pass(SECONDS - 1);
    step(follower);
    expect(!lease_is_held(follower));
    lease_free(again);
}

static struct lease *given_candidate(uint64_t size, int64_t lag_us)
{
    struct lease *lease = given_lease(0, true);

    lease_know(
        lease, &(struct lease_ledger){
                   .name = text_lit(LEDGER), .size = size, .is_following = true, .lag_us = lag_us});
    return lease;
}

/* It was started when its leader was gone already: what it lacks, nobody would have any more. */
static void a_candidate_that_never_reached_its_leader_takes_it_only_with_as_large_a_ledger(void)
{
    struct lease *smaller = given_candidate(SIZE - 1, INT64_MAX);
    struct lease *as_large = given_candidate(SIZE, INT64_MAX);

    step(leader);
    for (int i = 0; i < 5; i++) {
        step(smaller);
        pass(SECONDS);
        expect(!lease_is_held(smaller));
    }
    step(as_large);
    pass(2 * SECONDS);
    step(as_large);
    expect(lease_is_held(as_large));
    lease_free(smaller);
    lease_free(as_large);
}

/* Between what it had and what the leader had by its last renewal there is less than a lease. */
static void a_candidate_that_had_all_lately_takes_it_and_one_that_was_cut_off_does_not(void)
{
    struct lease *cut_off = given_candidate(SIZE - 1, (SECONDS + 1) * US_PER_S);
    struct lease *late = given_candidate(SIZE - 1, SECONDS * US_PER_S);

    step(leader);
    step(cut_off);
    step(late);
    pass(2 * SECONDS);
    step(cut_off);
    expect(!lease_is_held(cut_off));
    step(late);
    expect(lease_is_held(late));
    lease_free(cut_off);
    lease_free(late);
}

/* Any pauses, any order: never two. */
static void never_two_hold_it(void)
{
    uint8_t steps[2000];
    int taken = 0;

    random_fill(steps, sizeof(steps));
    for (size_t i = 0; i < sizeof(steps); i++) {
        struct lease *one = (steps[i] & 1) != 0 ? leader : follower;
        bool was_held = lease_is_held(one);

        clock_us += (int64_t)(steps[i] >> 2) * US_PER_S / 8;
        step(one);
        taken += !was_held && lease_is_held(one);
        expect_at(!lease_is_held(leader) || !lease_is_held(follower), __FILE__, __LINE__, "two");
    }
    expect(taken > 2);
}

static const struct test tests[] = {
    TEST(whoever_leads_first_has_it_and_renews_it),
    TEST(a_leader_that_does_not_renew_has_it_no_longer_before_anybody_else_takes_it),
    TEST(who_has_taken_it_holds_it_in_the_new_epoch_once_that_is_known),
    TEST(nobody_of_an_older_epoch_takes_it_ever),
    TEST(nobody_of_the_older_epoch_takes_it_from_who_has_claimed_the_next),
    TEST(the_next_epoch_is_not_claimed_by_who_has_lost_it_meanwhile),
    TEST(a_takeover_goes_on_unless_another_one_has_taken_the_lease_since),
    TEST(who_is_not_to_lead_any_more_gives_it_back_to_who_leads),
    TEST(a_database_whose_clock_is_set_changes_nothing),
    TEST(a_leap_of_the_time_of_day_ends_it_until_it_is_renewed),
    TEST(a_leader_that_was_started_anew_waits_one_lease_and_comes_before_followers),
    TEST(a_candidate_that_never_reached_its_leader_takes_it_only_with_as_large_a_ledger),
    TEST(a_candidate_that_had_all_lately_takes_it_and_one_that_was_cut_off_does_not),
    TEST(never_two_hold_it),
};
const struct suite test_lease_suite =
    SUITE_WITH("replay/lease", tests, .set_up = set_up, .tear_down = tear_down);
