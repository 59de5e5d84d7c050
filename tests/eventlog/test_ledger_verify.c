/*
 * Verifying a ledger: whatever is not as it was recorded is found, and named by its position.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "eventlog/ledger.h"
#include "eventlog/tree.h"
#include "tests/eventlog/make_ledger.h"

static void a_flipped_bit_in_an_inner_hash_is_found_by_verify(void)
{
    const char *home = make_home(12);
    struct ledger *log;
    struct error error;

    given_flipped_bit(home, "hashes", tree_stored_index(1, 1));
    log = make_log(home);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, "position 3"));
    ledger_close(log);
}

static void a_free_list_that_names_a_page_in_use_is_found_by_verify(void)
{
    const char *home = make_home(12);
    struct ledger *log;
    struct error error;

    log = make_log(home);
    for (int i = 0; i < 4; i++)
        must(append_next(log, 3, &error) == STATUS_OK);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
    given_free_page_in_use(home);
    log = make_log(home);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, "in use and free"));
    ledger_close(log);
}

/* A ledger whose last event is as `spoil` leaves it; everything else of it is right. */
static void expect_spoilt_entry_is_found(void (*spoil)(struct entry *entry), const char *what)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const char *home = make_home(7);
    struct ledger *log = make_log(home);
    struct ledger_draft draft = make_draft(arena, 7);
    struct error error;

    spoil(&draft.entry);
    must(ledger_append(log, &draft, 1, &error) == STATUS_OK);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, "position 7"));
    expect(error_names(&error, what));
    ledger_close(log);
}

static void skip_a_revision(struct entry *entry)
{
    entry->revision++;
}

static void repeat_a_revision(struct entry *entry)
{
    entry->revision--;
}

static void take_an_id_of_another_time(struct entry *entry)
{
    entry->event_id = make_event_id(6);
}

static void take_an_id_of_another_version(struct entry *entry)
{
    entry->event_id.bytes[6] = (uint8_t)(0x40 | (entry->event_id.bytes[6] & 0x0f));
}

static void take_a_command_of_another_version(struct entry *entry)
{
    entry->command_id.bytes[6] = 0x40;
}

static void revisions_and_forms_of_ids_are_verified(void)
{
    expect_spoilt_entry_is_found(skip_a_revision, "revision");
    expect_spoilt_entry_is_found(repeat_a_revision, "revision");
    expect_spoilt_entry_is_found(take_an_id_of_another_time, "event id");
    expect_spoilt_entry_is_found(take_an_id_of_another_version, "event id");
    expect_spoilt_entry_is_found(take_a_command_of_another_version, "command id");
}

/* More than two parts, which threads of their own verify. */
static const char *make_large_home(void)
{
    enum { EVENTS = 2 * 16384 + 1000, BATCH = 4000 };
    const char *home = make_home(0);
    struct ledger *log = make_log(home);

    for (uint64_t left = EVENTS; left > 0; left = EVENTS - ledger_size(log))
        must(append_next(log, left < BATCH ? left : BATCH, NULL) == STATUS_OK);
    ledger_close(log);
    return home;
}

static void expect_verify_names(const char *home, const char *position)
{
    struct ledger *log = make_log(home);
    struct error error;

    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, position));
    ledger_close(log);
}

static void damage_is_found_in_whatever_part_it_lies(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const char *home = make_large_home();
    struct ledger *log = make_log(home);
    struct ledger_draft draft = make_draft(arena, ledger_size(log));
    struct error error;

    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    draft.entry.revision++; /* of a stream that begins in the first part */
    must(ledger_append(log, &draft, 1, &error) == STATUS_OK);
    ledger_close(log);
    expect_verify_names(home, "position 33768: the revision");
    given_flipped_bit(home, "hashes", tree_stored_index(14, 1)); /* over the second part */
    expect_verify_names(home, "position 32767");
    given_flipped_bit(home, "bodies", 20000);
    expect_verify_names(home, "position 20000");
    given_flipped_bit(home, "entries", 16383);
    expect_verify_names(home, "position 16383");
}

static void count_progress(uint64_t done, uint64_t size, void *context)
{
    uint64_t *last = context;

    expect(done >= *last && done <= size);
    *last = done;
}

static void verify_tells_how_far_it_is(void)
{
    struct ledger *log = make_log(make_home(2500));
    uint64_t done = 0;
    struct error error;

    expect_ok(ledger_verify(log, count_progress, &done, &error), &error);
    expect_int64(done, 2500);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(a_flipped_bit_in_an_inner_hash_is_found_by_verify),
    TEST(a_free_list_that_names_a_page_in_use_is_found_by_verify),
    TEST(revisions_and_forms_of_ids_are_verified),
    TEST(damage_is_found_in_whatever_part_it_lies),
    TEST(verify_tells_how_far_it_is),
};

const struct suite test_ledger_verify_suite = SUITE("eventlog/ledger_verify", tests);
