/*
 * Whom a former leader believes, and what it learns of what it has in common with the new one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"
#include "eventlog/leadership.h"
#include "eventlog/signer.h"
#include "eventlog/succession.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

#define NAME "audit.example.com"

enum { SINCE = 3, SIZE = 6 };

static struct arena *arena;
static struct test_ledger *ledger; /* of the new leader, and its first events of the former one */
static struct signer *signer;
static struct log_identity before; /* of the former leader */
static struct succession proof;
static struct error error;

static void given_summary(void)
{
    given_event(
        ledger, &refusals_summarised_event, make_id(1), UUID_NONE,
        &(struct refusals_summarised){ledger->now, ledger->now, 1});
}

static void given_promotion(void)
{
    static const uint8_t root[DIGEST_SIZE] = {7};
    const struct leader_promoted promoted = {
        .origin = text_lit(NAME "/e1"),
        .former_origin = text_lit(NAME),
        .size = SINCE,
        .root = {root, sizeof(root)},
        .note = text_lit("a note"),
        .former_leader = text_lit("https://one.example"),
        .confirmed_by = text_lit("Anna"),
        .reason = text_lit("its machine is lost"),
        .dropped = {"", 0},
    };

    given_event(ledger, &leader_promoted_event, make_id(1), UUID_NONE, &promoted);
}

static void given_events(void)
{
    static uint8_t verifier[32];
    static uint8_t ids[KEYRING_OWN_IDS_SIZE];

    keyring_verifier_key(ledger->keyring, verifier);
    keyring_own_ids(ledger->keyring, ids);
    given_event(
        ledger, &ledger_opened_event, make_id(1), UUID_NONE,
        &(struct ledger_opened){
            make_id(1), text_lit(NAME), {verifier, sizeof(verifier)}, {ids, sizeof(ids)}});
    given_summary();
    given_summary();
    given_promotion();
    given_summary();
    given_summary();
    given_committed(ledger);
}

static struct log_identity identity_at(uint64_t size)
{
    struct log_identity identity = {.name = {NULL, 0}};

    for (uint64_t at = 0; at < size; at++) {
        struct record record;

        expect_ok(
            ledger_read_one(ledger->log, (struct position){at}, arena, &record, &error), &error);
        log_identity_fold(arena, &record, &identity);
    }
    return identity;
}

static void set_up(void)
{
    struct signed_checkpoint newest;
    struct log_identity now;

    arena = arena_new(1 << 20);
    ledger = make_ledger();
    given_events();
    before = identity_at(SINCE);
    now = identity_at(SIZE);
    expect_ok(
        signer_open(
            &(struct signer_settings){
                .home = ledger->home,
                .log = ledger->log,
                .keyring = ledger->keyring,
                .identity = &now},
            &signer, &error),
        &error);
    expect_ok(signer_sign(signer, &error), &error);
    must(signer_newest(signer, arena, &newest));
    expect_ok(succession_make(ledger->log, &newest, SINCE, arena, &proof, &error), &error);
}

static void tear_down(void)
{
    signer_close(signer);
    end_ledger(ledger);
    arena_free(arena);
}

static struct succeeded proved_to(const struct log_identity *identity)
{
    struct succeeded proved = {.epoch = -1};

    expect_ok(succession_check(&proof, ledger->log, identity, arena, &proved, &error), &error);
    return proved;
}

static void a_promotion_begins_an_epoch_at_its_position(void)
{
    struct log_identity now = identity_at(SIZE);

    expect_text(before.origin, NAME);
    expect_text(now.origin, NAME "/e1");
    expect_int64(now.since, SINCE);
}

static void a_newer_epoch_is_proved_with_what_both_have(void)
{
    struct succeeded proved = proved_to(&before);

    expect_int64(proved.epoch, 1);
    expect_text(proved.origin, NAME "/e1");
    expect_int64((int64_t)proved.common, SINCE);
}

static void whoever_knows_that_epoch_already_learns_nothing(void)
{
    struct log_identity now = identity_at(SIZE);

    expect_int64(proved_to(&now).epoch, 0);
}

static void what_no_key_of_the_ledger_signed_proves_nothing(void)
{
    static const uint8_t other[VERIFIER_KEY_SIZE] = {9};
    struct log_key key = {.verifier_key = {other, sizeof(other)}};
    struct log_identity foreign = before;
    struct succeeded proved;

    foreign.keys = (struct list){&key, 1};
    expect_status(
        succession_check(&proof, ledger->log, &foreign, arena, &proved, &error), STATUS_INVALID,
        &error);
    foreign = before;
    foreign.name = foreign.origin = text_lit("another.example.com");
    expect_status(
        succession_check(&proof, ledger->log, &foreign, arena, &proved, &error), STATUS_INVALID,
        &error);
}

static void expect_unproved(const struct log_identity *identity)
{
    struct succeeded proved = {.epoch = 0};

    expect_status(
        succession_check(&proof, ledger->log, identity, arena, &proved, &error), STATUS_INVALID,
        &error);
    expect_text(text_from(error.code), "succession_unproved");
    expect_int64(proved.epoch, 0);
}

/* It may be in wrong hands: that is what keys are rotated for. */
static void a_key_that_was_rotated_away_proves_nothing(void)
{
    static const uint8_t fresh[VERIFIER_KEY_SIZE] = {9};
    const struct log_key *signed_by = before.keys.items;
    struct log_key keys[] = {{.verifier_key = {fresh, sizeof(fresh)}}, signed_by[0]};
    struct log_identity rotated = before;

    rotated.keys = (struct list){keys, COUNT_OF(keys)};
    keys[1].until = (struct timestamp){ledger_now(ledger->log).us + INT64_C(3600) * US_PER_S};
    expect_int64(proved_to(&rotated).epoch, 1);
    keys[1].until = ledger_last_timestamp(ledger->log);
    expect_unproved(&rotated);
}

static void another_history_under_the_same_key_proves_nothing(void)
{
    proof.size = SINCE - 1;
    expect_unproved(&before);
    proof.size = 0;
    expect_unproved(&before);
    proof.size = SIZE + 1;
    expect_unproved(&before);
    proof.size = SINCE;
    proof.hashes.count--;
    expect_unproved(&before);
}

/* It was put back from a backup, or lost its end: it must not lead either. */
static void a_ledger_that_ends_before_the_epoch_began_is_superseded_with_nothing_to_compare(void)
{
    struct test_ledger *shorter = make_ledger();
    struct succeeded proved = {.epoch = 0};

    expect_ok(succession_check(&proof, shorter->log, &before, arena, &proved, &error), &error);
    expect_int64(proved.epoch, 1);
    expect_int64((int64_t)proved.common, 0);
    proof.size = SIZE;
    expect_status(
        succession_check(&proof, shorter->log, &before, arena, &proved, &error), STATUS_INVALID,
        &error);
    end_ledger(shorter);
}

static void a_superseded_home_says_so_for_good_and_names_what_it_alone_has(void)
{
    struct leadership leadership = {.home = NULL};
    struct succeeded proved = proved_to(&before);
    struct error why = {0};

    expect_ok(leadership_begin(&leadership, ledger->home, &before, &error), &error);
    expect(!leadership_is_superseded(&leadership, NULL));
    expect_ok(leadership_supersede(&leadership, &proof, &proved, SIZE, &error), &error);
    expect(leadership_is_superseded(&leadership, NULL));
    leadership_end(&leadership);
    leadership = (struct leadership){.home = NULL};
    expect_ok(leadership_begin(&leadership, ledger->home, &before, &error), &error);
    expect(leadership_is_superseded(&leadership, &why));
    expect_text(text_from(why.code), "superseded");
    expect(text_contains(text_from(why.text), text_lit("3 events, at positions 3 to 5")));
    leadership_end(&leadership);
}

/* As when it is put right after a pause from outside, in which the other clock stood still. */
static void a_leap_of_the_time_of_day_ends_the_right_to_acknowledge(void)
{
    const int64_t hour_us = INT64_C(3600) * US_PER_S;
    atomic_int_fast64_t until_us = boottime_us() + hour_us;
    atomic_int_fast64_t wall_until_us = timestamp_now().us + hour_us;
    const struct leadership leadership = {
        .lease_until_us = &until_us, .lease_wall_until_us = &wall_until_us};

    expect_ok(leadership_hold(&leadership, &error), &error);
    atomic_store(&wall_until_us, timestamp_now().us);
    expect_status(leadership_hold(&leadership, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "no_lease");
    atomic_store(&wall_until_us, timestamp_now().us + hour_us);
    atomic_store(&until_us, boottime_us());
    expect_status(leadership_hold(&leadership, &error), STATUS_UNAVAILABLE, &error);
}

static void a_mark_becomes_another_one_and_says_the_same(void)
{
    struct text says;

    expect_ok(
        home_mark_set(ledger->home, HOME_FOLLOWS, text_lit("https://one.example\n"), &error),
        &error);
    expect_ok(home_mark_change(ledger->home, HOME_FOLLOWS, HOME_PROMOTING, &error), &error);
    expect(!home_mark_is_set(ledger->home, HOME_FOLLOWS));
    expect_ok(home_mark_read(ledger->home, HOME_PROMOTING, arena, &says, &error), &error);
    expect_text(says, "https://one.example\n");
    expect_status(
        home_mark_change(ledger->home, HOME_FOLLOWS, HOME_SUCCEEDS, &error), STATUS_UNAVAILABLE,
        &error);
}

static const struct test tests[] = {
    TEST(a_promotion_begins_an_epoch_at_its_position),
    TEST(a_newer_epoch_is_proved_with_what_both_have),
    TEST(whoever_knows_that_epoch_already_learns_nothing),
    TEST(what_no_key_of_the_ledger_signed_proves_nothing),
    TEST(a_key_that_was_rotated_away_proves_nothing),
    TEST(another_history_under_the_same_key_proves_nothing),
    TEST(a_ledger_that_ends_before_the_epoch_began_is_superseded_with_nothing_to_compare),
    TEST(a_superseded_home_says_so_for_good_and_names_what_it_alone_has),
    TEST(a_leap_of_the_time_of_day_ends_the_right_to_acknowledge),
    TEST(a_mark_becomes_another_one_and_says_the_same),
};
const struct suite test_succession_suite =
    SUITE_WITH("eventlog/succession", tests, .set_up = set_up, .tear_down = tear_down);
