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

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    signer_close(signer);
    signer = NULL;
    end_ledger(ledger);
    ledger = NULL;
    arena_free(arena);
}

static void given_events(unsigned count)
{
    uint8_t verifier[32];
    uint8_t ids[KEYRING_OWN_IDS_SIZE];

    keyring_verifier_key(ledger->keyring, verifier);
    keyring_own_ids(ledger->keyring, ids);
    for (unsigned i = 0; i < count; i++)
        given_event(
            ledger, &ledger_opened_event, make_id(1), UUID_NONE,
            &(struct ledger_opened){
                .installation_id = make_id(1),
                .origin_name = text_lit(NAME),
                .verifier_key = {verifier, sizeof(verifier)},
                .key_ids = {ids, sizeof(ids)},
            });
    given_committed(ledger);
}

static void given_ledger_of(unsigned count)
{
    ledger = make_ledger();
    given_events(count);
}

static void open_signer_of(struct test_ledger *of)
{
    const struct signer_settings settings = {
        .home = of->home, .log = of->log, .keyring = of->keyring};
    struct error error;

    expect_ok(signer_open(&settings, &signer, &error), &error);
}

static void sign(void)
{
    struct error error;

    expect_ok(signer_sign(signer, &error), &error);
}

/* The newest, verified. */
static struct checkpoint newest(void)
{
    struct checkpoint checkpoint = {.size = 0};
    struct signed_checkpoint shown;
    struct note_key key;
    struct text text;

    expect(signer_newest(signer, arena, &shown));
    expect(note_key_parse(arena, shown.key, &key));
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
    open_signer_of(ledger);
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
    open_signer_of(ledger);
    sign();
    expect(!signer_newest(signer, arena, &shown));
}

static void news_is_signed_and_no_news_is_not(void)
{
    struct signed_checkpoint first;
    struct signed_checkpoint second;

    given_ledger_of(1);
    open_signer_of(ledger);
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

    expect_ok(checkpoints_open(ledger->home, &kept, &error), &error);
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
    open_signer_of(ledger);
    sign();
    now = ledger_now(ledger->log);
    signer_close(signer);
    given_kept_at(timestamp_plus_us(now, -INT64_C(3601) * US_PER_S));
    open_signer_of(ledger);
    sign();
    expect(signer_newest(signer, arena, &shown));
    expect(shown.signed_at.us >= now.us);
}

static void the_newest_is_shown_again_after_a_start(void)
{
    given_ledger_of(2);
    open_signer_of(ledger);
    sign();
    signer_close(signer);
    open_signer_of(ledger);
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

    open_signer_of(ledger);
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
    open_signer_of(ledger);
    sign();
    signer_close(signer);
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
    open_signer_of(ledger);
    sign();
    signer_close(signer);
    other = ledger;
    given_ledger_of(4);
    given_checkpoints_of(other);
    expect_silence_because("was not signed for this ledger");
    end_ledger(other);
}

static const struct test tests[] = {
    TEST(what_is_committed_is_signed_under_the_ledgers_name),
    TEST(an_empty_ledger_has_nothing_to_sign),
    TEST(news_is_signed_and_no_news_is_not),
    TEST(an_hour_without_news_is_signed_too),
    TEST(the_newest_is_shown_again_after_a_start),
    TEST(a_ledger_that_lost_what_was_signed_is_stopped_and_not_signed),
    TEST(a_ledger_with_another_history_is_stopped_and_not_signed),
    TEST(checkpoints_of_another_ledger_are_not_taken_for_ours),
};

const struct suite test_signer_suite =
    SUITE_WITH("eventlog/signer", tests, .set_up = set_up, .tear_down = tear_down);
