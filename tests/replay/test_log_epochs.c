/*
 * Which epochs a log tells of in its entries, and what a name in checkpoints is made of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger_proof.h"
#include "eventlog/record.h"
#include "replay/log_epochs.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

static void name_is(const char *whole, const char *name, int64_t epoch)
{
    int64_t found = -1;

    expect_text(log_epochs_name(text_from(whole), &found), name);
    expect_int64(found, epoch);
}

static void a_name_may_end_with_its_epoch(void)
{
    name_is("audit.example.com", "audit.example.com", 0);
    name_is("audit.example.com/e3", "audit.example.com", 3);
    name_is("audit.example.com/fleet/e12", "audit.example.com/fleet", 12);
    name_is("audit.example.com/fleet", "audit.example.com/fleet", 0);
    name_is("audit.example.com/e0", "audit.example.com/e0", 0);
    name_is("audit.example.com/e", "audit.example.com/e", 0);
}

static void what_is_no_entry_is_passed_over(void)
{
    static const uint8_t junk[] = {0, 3, 1, 2, 3, 0, 200, 1};
    struct log_epochs epochs = {.size = 0};

    log_epochs_note(&epochs, 0, (struct bytes){junk, sizeof(junk)});
    log_epochs_note(&epochs, 0, (struct bytes){junk, 1});
    log_epochs_note(&epochs, 0, (struct bytes){junk, 0});
    expect_int64((int64_t)epochs.size, 0);
    expect_int64(epochs.promotions, 0);
}

static const uint8_t root[DIGEST_SIZE] = {7};

static void given_promotion(struct test_ledger *ledger)
{
    const struct leader_promoted promoted = {
        .origin = text_lit("a.example/e1"),
        .former_origin = text_lit("a.example"),
        .size = 1,
        .root = {root, sizeof(root)},
        .note = text_lit("a note"),
        .former_leader = text_lit("https://one.example"),
        .confirmed_by = text_lit("Anna"),
        .reason = text_lit("lost"),
        .dropped = {"", 0},
    };

    given_event(ledger, &leader_promoted_event, make_id(1), UUID_NONE, &promoted);
}

static void given_declared(struct test_ledger *ledger)
{
    const struct origin_declared declared = {
        text_lit("a.example/e1"), text_lit("a.example"), 1,
        {root, sizeof(root)},     text_lit("a note"),    text_lit("restored")};

    given_event(ledger, &origin_declared_event, make_id(1), UUID_NONE, &declared);
}

/* All entries so far; as a bundle they may come again, with more. */
static void note_all(struct test_ledger *ledger, struct log_epochs *epochs)
{
    struct tile tile = {.is_of_entries = true};
    struct error error;
    AUTO_BUF bundle = {0};

    given_committed(ledger);
    tile.width = (unsigned)ledger_size(ledger->log);
    buf_init(&bundle, 1 << 20);
    expect_ok(ledger_tile(ledger->log, &tile, &bundle, &error), &error);
    log_epochs_note(epochs, 0, buf_bytes(&bundle));
    expect_int64((int64_t)epochs->size, (int64_t)ledger_size(ledger->log));
}

static void promotions_count_in_a_row_and_each_once(void)
{
    struct test_ledger *ledger = make_ledger();
    struct log_epochs epochs = {.size = 0};

    given_promotion(ledger);
    note_all(ledger, &epochs);
    note_all(ledger, &epochs);
    expect_int64(epochs.promotions, 1);
    given_promotion(ledger);
    note_all(ledger, &epochs);
    expect_int64(epochs.promotions, 2);
    given_declared(ledger);
    given_promotion(ledger);
    note_all(ledger, &epochs);
    expect_int64(epochs.promotions, 1);
    given_declared(ledger);
    note_all(ledger, &epochs);
    expect_int64(epochs.promotions, 0);
    end_ledger(ledger);
}

static const struct test tests[] = {
    TEST(a_name_may_end_with_its_epoch),
    TEST(what_is_no_entry_is_passed_over),
    TEST(promotions_count_in_a_row_and_each_once),
};
const struct suite test_log_epochs_suite = SUITE("replay/log_epochs", tests);
