/*
 * Signing: committed sizes only, kept before they are shown, and never two histories.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/checkpoints.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/signer.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "audit.example.com/test"

static struct arena *arena;
static struct test_ledger *ledger;
static struct signer *signer;
static uint64_t told; /* of the ledger, so many events to the signer */

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void close_signer(void)
{
    signer_close(signer);
    signer = NULL;
}

static void tear_down(void)
{
    close_signer();
    end_ledger(ledger);
    ledger = NULL;
    arena_free(arena);
}

/* The next record that the signer has not been told of. */
static struct record next_record(void)
{
    struct record record;
    struct error error;

    expect_ok(
        ledger_read_one(ledger->log, (struct position){told}, arena, &record, &error), &error);
    told++;
    return record;
}

/* As the writer does: what is committed is told. */
static void commit(void)
{
    given_committed(ledger);
    while (signer != NULL && told < ledger_size(ledger->log)) {
        struct record record = next_record();
        signer_committed(signer, &record, 1);
    }
}

static void given_opened(void)
{
    uint8_t verifier[32];
    uint8_t ids[KEYRING_OWN_IDS_SIZE];

    keyring_verifier_key(ledger->keyring, verifier);
    keyring_own_ids(ledger->keyring, ids);
    given_event(
        ledger, &ledger_opened_event, make_id(1), UUID_NONE,
        &(struct ledger_opened){
            .installation_id = make_id(1),
            .origin_name = text_lit(NAME),
            .verifier_key = {verifier, sizeof(verifier)},
            .key_ids = {ids, sizeof(ids)},
        });
}

static void given_events(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (ledger->made == 0)
            given_opened();
        else
            given_event(
                ledger, &refusals_summarised_event, make_id(1), UUID_NONE,
                &(struct refusals_summarised){ledger->now, ledger->now, i});
    }
    commit();
}

static void given_ledger_of(unsigned count)
{
    ledger = make_ledger();
    given_events(count);
}

static void open_signer(void)
{
    struct log_identity identity = {.name = {NULL, 0}};
    const struct signer_settings settings = {
        .home = ledger->home,
        .log = ledger->log,
        .keyring = ledger->keyring,
        .identity = &identity,
    };
    struct error error;

    for (told = 0; told < ledger_size(ledger->log);) {
        struct record record = next_record();
        log_identity_fold(arena, &record, &identity);
    }
    expect_ok(signer_open(&settings, &signer, &error), &error);
}

static void sign(void)
{
    struct error error;

    expect_ok(signer_sign(signer, &error), &error);
}

/* The newest, verified by the first of its keys. */
static struct checkpoint newest(void)
{
    struct checkpoint checkpoint = {.size = 0};
    struct signed_checkpoint shown;
    struct note_key key;
    struct text text;

    expect(signer_newest(signer, arena, &shown));
    expect(note_key_parse(arena, text_cut(&shown.keys, '\n'), &key));
    expect(note_verify(arena, shown.note, &key, &text));
    expect(checkpoint_parse(arena, text, &checkpoint));
    expect_int64((int64_t)checkpoint.size, (int64_t)shown.size);
    return checkpoint;
}

static void what_is_committed_is_signed_under_the_ledgers_name(void)
{
    struct checkpoint checkpoint;
    struct digest root;
    struct error error;

    given_ledger_of(3);
    open_signer();
    sign();
    checkpoint = newest();
    expect_text(checkpoint.origin, NAME);
    expect_int64((int64_t)checkpoint.size, 3);
    expect_ok(ledger_root(ledger->log, 3, &root, &error), &error);
    expect(memcmp(root.bytes, checkpoint.root.bytes, DIGEST_SIZE) == 0);
}

static void an_empty_ledger_has_nothing_to_sign(void)
{
    struct signed_checkpoint shown;

    ledger = make_ledger();
    open_signer();
    sign();
    expect(!signer_newest(signer, arena, &shown));
}

static void where_nobody_signs_there_is_nothing_to_show(void)
{
    struct signed_checkpoint shown;

    ledger = make_ledger();
    expect(!signer_newest(NULL, arena, &shown));
    expect(!signer_is_contradicted(NULL, NULL, NULL));
}

static void news_is_signed_and_no_news_is_not(void)
{
    struct signed_checkpoint first;
    struct signed_checkpoint second;

    given_ledger_of(1);
    open_signer();
    sign();
    expect(signer_newest(signer, arena, &first));
    sign();
    expect(signer_newest(signer, arena, &second));
    expect_int64(second.signed_at.us, first.signed_at.us);
    given_events(4);
    sign();
    expect_int64((int64_t)newest().size, 5);
}

static void given_kept_at(struct timestamp at)
{
    struct checkpoints *kept = NULL;
    struct kept_checkpoint last;
    struct error error;

    expect_ok(checkpoints_open(ledger->home, false, &kept, &error), &error);
    expect_ok(checkpoints_newest(kept, arena, &last, &error), &error);
    last.signed_at = at;
    expect_ok(checkpoints_keep(kept, &last, &error), &error);
    checkpoints_close(kept);
}

static void an_hour_without_news_is_signed_too(void)
{
    struct timestamp now;
    struct signed_checkpoint shown;

    given_ledger_of(1);
    open_signer();
    sign();
    now = ledger_now(ledger->log);
    close_signer();
    given_kept_at(timestamp_plus_us(now, -INT64_C(3601) * US_PER_S));
    open_signer();
    sign();
    expect(signer_newest(signer, arena, &shown));
    expect(shown.signed_at.us >= now.us);
}

static void the_newest_is_shown_again_after_a_start(void)
{
    given_ledger_of(2);
    open_signer();
    sign();
    close_signer();
    open_signer();
    expect_int64((int64_t)newest().size, 2);
}

/* Of this ledger, as one that comes back from a backup, or another one, finds them. */
static void given_checkpoints_of(const struct test_ledger *other)
{
    char from[512];
    char to[512];

    snprintf(from, sizeof(from), "%s/checkpoints.mdb", other->home);
    snprintf(to, sizeof(to), "%s/checkpoints.mdb", ledger->home);
    must(rename(from, to) == 0);
}

static void expect_silence_because(const char *why)
{
    struct signed_checkpoint shown;
    struct error error;

    open_signer();
    expect(ledger_is_stopped(ledger->log, &error));
    expect_at(text_contains(text_from(error.text), text_from(why)), __FILE__, __LINE__, error.text);
    sign();
    expect(!signer_newest(signer, arena, &shown));
}

/* The signed ledger, given to the caller; `ledger` is another one with its checkpoints and its keys. */
static struct test_ledger *given_another_beside_what_was_signed(unsigned count)
{
    struct test_ledger *whole;

    given_ledger_of(count);
    open_signer();
    sign();
    close_signer();
    whole = ledger;
    ledger = make_ledger();
    given_checkpoints_of(whole);
    keyring_close(ledger->keyring);
    ledger->keyring = whole->keyring;
    whole->keyring = NULL;
    return whole;
}

static void a_ledger_that_lost_what_was_signed_is_stopped_and_not_signed(void)
{
    struct test_ledger *whole = given_another_beside_what_was_signed(5);

    given_events(2);
    expect_silence_because("the ledger has only 2 events");
    end_ledger(whole);
}

static void a_ledger_with_another_history_is_stopped_and_not_signed(void)
{
    struct test_ledger *whole = given_another_beside_what_was_signed(2);

    ledger->now = timestamp_plus_us(ledger->now, 1);
    given_events(2);
    expect_silence_because("are not those whose root was signed");
    end_ledger(whole);
}

static void checkpoints_of_another_ledger_are_not_taken_for_ours(void)
{
    struct test_ledger *other;

    given_ledger_of(1);
    open_signer();
    sign();
    close_signer();
    other = ledger;
    given_ledger_of(4);
    given_checkpoints_of(other);
    expect_silence_because("was not signed for this ledger");
    end_ledger(other);
}

/* Another key of the keyring's, on record. */
static struct note_key given_rotation(int64_t overlap_s)
{
    uint8_t *verifier = arena_take(arena, VERIFIER_KEY_SIZE);
    const struct bytes key = {verifier, VERIFIER_KEY_SIZE};
    struct error error;

    expect_ok(keyring_make_signing_key(ledger->keyring, verifier, &error), &error);
    ledger->now = timestamp_now(); /* by which the signer goes */
    given_event(
        ledger, &signing_key_rotated_event, make_id(1), UUID_NONE,
        &(struct signing_key_rotated){key, timestamp_plus_us(ledger->now, overlap_s * US_PER_S)});
    commit();
    return note_key_of(text_lit(NAME), key);
}

static struct note_key first_key(void)
{
    uint8_t *verifier = arena_take(arena, VERIFIER_KEY_SIZE);

    keyring_verifier_key(ledger->keyring, verifier);
    return note_key_of(text_lit(NAME), (struct bytes){verifier, VERIFIER_KEY_SIZE});
}

static bool is_signed_by(const struct note_key *key)
{
    struct signed_checkpoint shown;
    struct text text;

    expect(signer_newest(signer, arena, &shown));
    return note_verify(arena, shown.note, key, &text);
}

static struct text keys_shown(void)
{
    struct signed_checkpoint shown;

    expect(signer_newest(signer, arena, &shown));
    return shown.keys;
}

static void while_they_overlap_both_keys_sign_and_the_newest_is_named_first(void)
{
    struct note_key first;
    struct note_key second;
    struct text keys;

    given_ledger_of(1);
    open_signer();
    sign();
    first = first_key();
    second = given_rotation(3600);
    sign();
    expect(is_signed_by(&first));
    expect(is_signed_by(&second));
    keys = keys_shown();
    expect(text_equal(text_cut(&keys, '\n'), note_key_text(arena, &second)));
    expect(text_equal(text_cut(&keys, '\n'), note_key_text(arena, &first)));
    expect(keys.size == 0);
}

static void once_the_overlap_has_ended_the_former_key_signs_no_more(void)
{
    struct note_key first;
    struct note_key second;

    given_ledger_of(1);
    open_signer();
    sign();
    first = first_key();
    second = given_rotation(0);
    sign();
    expect(!is_signed_by(&first));
    expect(is_signed_by(&second));
}

static void the_end_of_an_overlap_is_signed_without_news(void)
{
    struct note_key first;

    given_ledger_of(1);
    open_signer();
    first = first_key();
    (void)given_rotation(1);
    sign();
    expect(is_signed_by(&first));
    for (int64_t until_us = monotonic_us() + 30 * US_PER_S;
         is_signed_by(&first) && monotonic_us() < until_us;)
        sign();
    expect(!is_signed_by(&first));
}

static void what_former_keys_signed_holds_after_a_start(void)
{
    given_ledger_of(1);
    open_signer();
    sign();
    close_signer();
    (void)given_rotation(0);
    (void)given_rotation(0);
    open_signer();
    expect_int64((int64_t)newest().size, 1);
    sign();
    expect_int64((int64_t)newest().size, 3);
}

static void without_the_seed_of_the_newest_key_nothing_is_signed(void)
{
    static const uint8_t nobodys[32] = {9};
    struct signed_checkpoint shown;
    struct error error;

    given_ledger_of(1);
    open_signer();
    given_event(
        ledger, &signing_key_rotated_event, make_id(1), UUID_NONE,
        &(struct signing_key_rotated){
            {nobodys, sizeof(nobodys)}, timestamp_plus_us(timestamp_now(), US_PER_S)});
    commit();
    expect_status(signer_sign(signer, &error), STATUS_UNAVAILABLE, &error);
    expect(text_contains(text_from(error.text), text_lit("restore the newest keys.mdb")));
    expect(!signer_newest(signer, arena, &shown));
}

/* A ledger that is not stopped, though it is contradicted, as the command finds it. */
static void given_declared(const char *origin)
{
    given_event(
        ledger, &origin_declared_event, make_id(1), UUID_NONE,
        &(struct origin_declared){
            .origin = text_from(origin),
            .former_origin = text_lit(NAME),
            .size = 5,
            .root = {(const uint8_t[32]){0}, 32},
            .note = text_lit("what was signed"),
            .reason = text_lit("an older backup was put back"),
        });
    commit();
}

static void under_a_declared_origin_it_is_signed_again(void)
{
    struct test_ledger *whole = given_another_beside_what_was_signed(5);
    struct checkpoint checkpoint;

    given_events(2);
    given_declared(NAME "/e1");
    open_signer();
    expect(!signer_is_contradicted(signer, NULL, NULL));
    sign();
    checkpoint = newest();
    expect_text(checkpoint.origin, NAME "/e1");
    expect_int64((int64_t)checkpoint.size, 3);
    close_signer();
    open_signer();
    expect_int64((int64_t)newest().size, 3);
    end_ledger(whole);
}

static void a_ledger_from_before_it_was_declared_is_stopped_again(void)
{
    struct test_ledger *whole;

    given_ledger_of(2);
    given_declared(NAME "/e1");
    open_signer();
    sign();
    close_signer();
    whole = ledger;
    ledger = make_ledger();
    given_checkpoints_of(whole);
    given_events(4);
    expect_silence_because("under the origin " NAME "/e1, which this ledger does not declare");
    end_ledger(whole);
}

/* Of the first epoch but that of position 0; its size 0: none is kept. */
static struct checkpoint first_kept(void)
{
    struct checkpoint checkpoint = {.size = 0};
    struct first_checkpoint first = {.since = 0};
    struct error error;
    int64_t epoch = 1;
    enum status status = signer_next_first(signer, &epoch, arena, &first, &error);

    if (status == STATUS_NOT_FOUND)
        return checkpoint;
    expect_ok(status, &error);
    expect_int64(first.epoch, 1);
    expect_int64(first.since, 2);
    expect_int64(epoch, 2);
    must(checkpoint_parse(arena, first.note, &checkpoint));
    return checkpoint;
}

static void given_epoch(void)
{
    given_ledger_of(2);
    open_signer();
    sign();
    expect_int64((int64_t)first_kept().size, 0);
    given_declared(NAME "/e1");
}

/* By keys of the time when it began, whatever was rotated since, and after another start. */
static void the_first_checkpoint_of_an_epoch_is_kept_beside_the_newest(void)
{
    given_epoch();
    sign();
    (void)given_rotation(0);
    sign();
    close_signer();
    open_signer();
    given_events(1);
    sign();
    expect_int64((int64_t)newest().size, 5);
    expect_int64((int64_t)first_kept().size, 3);
    expect_text(first_kept().origin, NAME "/e1");
}

static void adopt_first(const struct signed_checkpoint *shown)
{
    const struct first_checkpoint first = {.epoch = 1, .since = 2, .note = shown->note};
    struct error error;

    expect_ok(signer_adopt_first(signer, &first, &error), &error);
}

static void given_no_checkpoints(void)
{
    char path[512];

    close_signer();
    snprintf(path, sizeof(path), "%s/checkpoints.mdb", ledger->home);
    must(unlink(path) == 0);
    open_signer();
}

/* As a follower that has seen a later one gets it from its leader; the order does not matter. */
static void of_two_of_an_epoch_the_smaller_one_stays(void)
{
    struct signed_checkpoint small;
    struct signed_checkpoint large;

    given_epoch();
    sign();
    must(signer_newest(signer, arena, &small));
    given_events(1);
    sign();
    must(signer_newest(signer, arena, &large));
    given_no_checkpoints();
    adopt_first(&large);
    expect_int64((int64_t)first_kept().size, 4);
    adopt_first(&small);
    expect_int64((int64_t)first_kept().size, 3);
    adopt_first(&large);
    expect_int64((int64_t)first_kept().size, 3);
}

/* Beyond its end, or of another history. */
static void a_first_checkpoint_that_this_ledger_does_not_continue_is_none(void)
{
    struct signed_checkpoint large;
    struct test_ledger *whole;

    given_epoch();
    given_events(1);
    sign();
    must(signer_newest(signer, arena, &large));
    close_signer();
    whole = ledger;
    ledger = make_ledger();
    given_events(2);
    given_declared(NAME "/e1");
    open_signer();
    adopt_first(&large);
    expect_int64((int64_t)first_kept().size, 0);
    ledger->now = timestamp_plus_us(ledger->now, 1);
    given_events(2);
    adopt_first(&large);
    expect_int64((int64_t)first_kept().size, 0);
    close_signer();
    given_checkpoints_of(whole);
    open_signer();
    expect_int64((int64_t)first_kept().size, 0);
    end_ledger(whole);
}

static const struct test tests[] = {
    TEST(what_is_committed_is_signed_under_the_ledgers_name),
    TEST(an_empty_ledger_has_nothing_to_sign),
    TEST(where_nobody_signs_there_is_nothing_to_show),
    TEST(news_is_signed_and_no_news_is_not),
    TEST(an_hour_without_news_is_signed_too),
    TEST(the_newest_is_shown_again_after_a_start),
    TEST(a_ledger_that_lost_what_was_signed_is_stopped_and_not_signed),
    TEST(a_ledger_with_another_history_is_stopped_and_not_signed),
    TEST(checkpoints_of_another_ledger_are_not_taken_for_ours),
    TEST(while_they_overlap_both_keys_sign_and_the_newest_is_named_first),
    TEST(once_the_overlap_has_ended_the_former_key_signs_no_more),
    TEST(the_end_of_an_overlap_is_signed_without_news),
    TEST(what_former_keys_signed_holds_after_a_start),
    TEST(without_the_seed_of_the_newest_key_nothing_is_signed),
    TEST(under_a_declared_origin_it_is_signed_again),
    TEST(a_ledger_from_before_it_was_declared_is_stopped_again),
    TEST(the_first_checkpoint_of_an_epoch_is_kept_beside_the_newest),
    TEST(of_two_of_an_epoch_the_smaller_one_stays),
    TEST(a_first_checkpoint_that_this_ledger_does_not_continue_is_none),
};

const struct suite test_signer_suite =
    SUITE_WITH("eventlog/signer", tests, .set_up = set_up, .tear_down = tear_down);
