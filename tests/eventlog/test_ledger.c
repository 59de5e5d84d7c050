/*
 * The ledger: what is appended is read again, in order and unharmed, or its damage is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"
#include "eventlog/tree.h"
#include "tests/eventlog/make_ledger.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 16 << 20 };

static enum status open_again(const char *home, struct ledger **out, struct error *error)
{
    struct ledger_settings settings = {.home = home};

    *out = NULL;
    return ledger_open(&settings, out, error);
}

static void a_new_ledger_is_empty(void)
{
    struct ledger *log = make_log(make_directory());
    struct digest root;
    struct digest empty = tree_empty_root();
    struct error error;

    expect_int64(ledger_size(log), 0);
    expect(!timestamp_is_present(ledger_last_timestamp(log)));
    expect_ok(ledger_root(log, 0, &root, &error), &error);
    expect(memcmp(root.bytes, empty.bytes, DIGEST_SIZE) == 0);
    expect(!ledger_is_stopped(log, NULL));
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

static void expect_record(const struct record *record, uint64_t n)
{
    struct uuid event_id = make_event_id(n);

    expect_int64(record->position.value, n);
    expect_int64(record->entry.position, n);
    expect(uuid_equal(record->entry.event_id, event_id));
    expect_text(record->entry.type, "test.happened");
    expect(record->has_body);
    expect(record->type == NULL);
}

static void what_is_appended_is_read_in_order_also_after_opening_again(void)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[64];
    struct error error;
    size_t count = 0;

    expect_ok(append_next(log, 1, &error), &error);
    expect_ok(append_next(log, 30, &error), &error);
    for (int round = 0; round < 2; round++) {
        expect_int64(ledger_size(log), 31);
        expect_int64(ledger_last_timestamp(log).us, MAKE_NOON_US + 30);
        expect_ok(
            ledger_read(log, (struct position){0}, 64, SIZE_MAX, arena, records, &count, &error),
            &error);
        expect_int64(count, 31);
        for (size_t i = 0; i < count; i++)
            expect_record(&records[i], i);
        ledger_close(log);
        log = make_log(home);
    }
    ledger_close(log);
}

static void reading_starts_anywhere_and_stops_at_limit_budget_and_head(void)
{
    struct ledger *log = make_log(make_home(20));
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[64];
    struct error error;
    size_t count = 99;

    expect_ok(
        ledger_read(log, (struct position){7}, 5, SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, 5);
    expect_record(&records[0], 7);
    expect_ok(
        ledger_read(log, (struct position){7}, 64, 1, arena, records, &count, &error), &error);
    expect_int64(count, 1);
    expect_ok(
        ledger_read(log, (struct position){18}, 64, SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, 2);
    expect_ok(
        ledger_read(log, (struct position){20}, 64, SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, 0);
    ledger_close(log);
}

static void one_record_is_read_by_its_position(void)
{
    struct ledger *log = make_log(make_home(3));
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record record;
    struct digest leaf;
    struct error error;

    expect_ok(ledger_read_one(log, (struct position){2}, arena, &record, &error), &error);
    expect_record(&record, 2);
    expect_status(
        ledger_read_one(log, (struct position){3}, arena, &record, &error), STATUS_NOT_FOUND, NULL);
    expect_status(ledger_leaf(log, (struct position){3}, &leaf, &error), STATUS_NOT_FOUND, NULL);
    ledger_close(log);
}

/* The same leaves folded by hand: root(3) = node(node(l0, l1), l2). */
static void the_root_is_that_of_the_leaves(void)
{
    struct ledger *log = make_log(make_home(5));
    struct digest leaves[3];
    struct digest root;
    struct digest folded;
    struct error error;

    for (uint64_t i = 0; i < 3; i++)
        expect_ok(ledger_leaf(log, (struct position){i}, &leaves[i], &error), &error);
    expect_ok(ledger_root(log, 3, &root, &error), &error);
    folded = tree_node(tree_node(leaves[0], leaves[1]), leaves[2]);
    expect(memcmp(root.bytes, folded.bytes, DIGEST_SIZE) == 0);
    ledger_close(log);
}

static void batches_of_any_size_give_the_same_root(void)
{
    struct ledger *one = make_log(make_home(70));
    struct ledger *many = make_log(make_directory());
    struct digest a;
    struct digest b;
    struct error error;

    for (size_t size = 1; ledger_size(many) < 70; size++)
        expect_ok(
            append_next(
                many, size > 70 - ledger_size(many) ? 70 - ledger_size(many) : size, &error),
            &error);
    expect_ok(ledger_root(one, 70, &a, &error), &error);
    expect_ok(ledger_root(many, 70, &b, &error), &error);
    expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0);
    expect(ledger_stats(many).commits > 5);
    expect_int64(ledger_stats(many).events, 70);
    ledger_close(one);
    ledger_close(many);
}

static void appending_tells_position_and_digest(void)
{
    struct ledger *log = make_log(make_home(4));
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_draft(arena, 4);
    struct digest digest = sha256(draft.body);
    struct error error;

    expect_ok(ledger_append(log, &draft, 1, &error), &error);
    expect_int64(draft.entry.position, 4);
    expect(bytes_equal(draft.entry.body_digest, (struct bytes){digest.bytes, DIGEST_SIZE}));
    ledger_close(log);
}

static void a_body_beyond_the_limit_is_refused_and_nothing_is_stored(void)
{
    struct ledger *log = make_log(make_home(1));
    AUTO_ARENA arena = arena_new(32 << 20);
    struct ledger_draft drafts[] = {make_draft(arena, 1), make_draft(arena, 2)};
    struct error error;

    drafts[1].body = (struct bytes){arena_take(arena, BODY_MAX_BYTES + 1), BODY_MAX_BYTES + 1};
    expect_status(ledger_append(log, drafts, 2, &error), STATUS_TOO_LARGE, NULL);
    expect_text(text_from(error.code), "event_too_large");
    expect_int64(ledger_size(log), 1);
    expect_ok(append_next(log, 1, &error), &error);
    ledger_close(log);
}

static void the_largest_body_is_stored_and_read(void)
{
    struct ledger *log = make_log(make_directory());
    AUTO_ARENA arena = arena_new(64 << 20);
    struct bytes fields = {arena_take(arena, BODY_MAX_BYTES), BODY_MAX_BYTES - 64};
    struct ledger_draft draft = make_draft(arena, 0);
    struct record record;
    struct error error;

    fields.size += BODY_MAX_BYTES - make_body(arena, fields).size;
    draft.body = make_body(arena, fields);
    expect_int64(draft.body.size, BODY_MAX_BYTES);
    expect_ok(ledger_append(log, &draft, 1, &error), &error);
    expect_ok(ledger_read_one(log, (struct position){0}, arena, &record, &error), &error);
    expect(bytes_equal(record.body.fields, fields));
    ledger_close(log);
}

static void expect_body_missed(struct text type)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_draft(arena, 0);
    struct record record;
    struct error error;

    draft.entry.type = type;
    expect_ok(ledger_append(log, &draft, 1, &error), &error);
    ledger_close(log);
    given_removed(home, "bodies", 0);
    log = make_log(home);
    expect_status(
        ledger_read_one(log, (struct position){0}, arena, &record, &error), STATUS_CORRUPT, NULL);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, "position 0: the body is missing"));
    ledger_close(log);
}

static void a_body_that_was_not_dropped_on_record_is_missed(void)
{
    expect_body_missed(text_lit("task.created"));
    expect_body_missed(text_lit("task.logged")); /* may be dropped */
    expect_body_missed(text_lit("of.tomorrow"));
}

static void a_second_opener_of_the_home_is_refused(void)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    struct ledger *second;
    struct error error;
    char number[32];

    snprintf(number, sizeof(number), "%ld", (long)getpid());
    expect_status(open_again(home, &second, &error), STATUS_CONFLICT, NULL);
    expect_text(text_from(error.code), "home_in_use");
    expect(error_names(&error, number));
    expect(second == NULL);
    ledger_close(log);
    expect_ok(open_again(home, &second, &error), &error);
    ledger_close(second);
}

static void a_directory_that_is_not_there_is_unavailable(void)
{
    struct ledger *log;
    struct error error;

    expect_status(open_again("/nonexistent/home", &log, &error), STATUS_UNAVAILABLE, NULL);
    expect(log == NULL);
}

static void a_read_only_opener_reads_and_verifies_without_a_lock(void)
{
    struct ledger_settings settings = {.home = make_home(9), .is_read_only = true};
    struct ledger *log = NULL;
    struct error error;

    expect_ok(ledger_open(&settings, &log, &error), &error);
    expect_int64(ledger_size(log), 9);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
    settings.home = make_directory();
    expect_status(ledger_open(&settings, &log, &error), STATUS_UNAVAILABLE, NULL);
}

/* By another process: one environment is opened once in each. */
static void given_appended_elsewhere(const char *home, size_t count)
{
    pid_t writer = fork();
    int how = 0;

    if (writer == 0) {
        struct ledger *log = make_log(home);

        _exit(append_next(log, count, NULL) == STATUS_OK ? 0 : 1);
    }
    must(waitpid(writer, &how, 0) == writer && how == 0);
}

static void a_read_only_opener_sees_more_when_it_looks_again(void)
{
    struct ledger_settings settings = {.home = make_home(9), .is_read_only = true};
    struct ledger *log = NULL;
    struct error error;

    expect_ok(ledger_open(&settings, &log, &error), &error);
    given_appended_elsewhere(settings.home, 5);
    expect_int64(ledger_size(log), 9);
    expect_ok(ledger_refresh(log, &error), &error);
    expect_int64(ledger_size(log), 14);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

static void expect_read_stops_at(const char *home, uint64_t damaged)
{
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[64];
    struct error error;
    char named[32];
    size_t count = 0;

    snprintf(named, sizeof(named), "position %llu", (unsigned long long)damaged);
    expect_status(
        ledger_read(log, (struct position){0}, 64, SIZE_MAX, arena, records, &count, &error),
        STATUS_CORRUPT, NULL);
    expect(error_names(&error, named));
    expect_int64(count, damaged);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, named));
    expect_ok(
        ledger_read(
            log, (struct position){damaged + 1}, 64, SIZE_MAX, arena, records, &count, &error),
        &error);
    ledger_close(log);
}

static void a_flipped_bit_in_an_entry_is_never_served(void)
{
    const char *home = make_home(12);

    given_flipped_bit(home, "entries", 7);
    expect_read_stops_at(home, 7);
}

static void a_flipped_bit_in_a_body_is_never_served(void)
{
    const char *home = make_home(12);

    given_flipped_bit(home, "bodies", 3);
    expect_read_stops_at(home, 3);
}

static void a_flipped_bit_in_a_leaf_hash_is_found(void)
{
    const char *home = make_home(12);

    given_flipped_bit(home, "hashes", tree_stored_index(0, 5));
    expect_read_stops_at(home, 5);
}

static void expect_open_is_refused(const char *home, const char *part)
{
    struct ledger *log;
    struct error error;

    expect_status(open_again(home, &log, &error), STATUS_CORRUPT, NULL);
    expect(error_names(&error, part));
    expect(log == NULL);
}

static void damage_at_the_end_is_found_when_opening(void)
{
    const char *home = make_home(12);

    given_flipped_bit(home, "entries", 11);
    expect_open_is_refused(home, "position 11");
    home = make_home(12);
    given_flipped_bit(home, "hashes", tree_stored_index(0, 11));
    expect_open_is_refused(home, "position 11");
    home = make_home(12);
    given_flipped_bit(home, "hashes", tree_stored_index(3, 0));
    expect_open_is_refused(home, "root");
    home = make_home(12);
    given_removed(home, "entries", 4);
    expect_open_is_refused(home, "12 entries");
    home = make_home(12);
    given_removed(home, "hashes", 4);
    expect_open_is_refused(home, "hashes");
}

static void an_entry_in_another_place_is_found(void)
{
    const char *home = make_home(12);
    struct harmed h = harm_begin(home, "ledger.mdb", (struct store_table_spec){"entries", 0});
    struct store_number from = store_number(2);
    struct store_number to = store_number(6);
    uint8_t copy[1024];
    struct bytes value;

    expect(store_get(h.txn, h.table, store_number_key(&from), &value, NULL) == STATUS_OK);
    memcpy(copy, value.data, value.size);
    value.data = copy;
    expect(store_put(h.txn, h.table, store_number_key(&to), value, NULL) == STATUS_OK);
    harm_end(&h);
    expect_read_stops_at(home, 6);
}

static void a_volume_short_of_its_reserve_refuses_writes_but_not_reads(void)
{
    const char *home = make_home(2);
    struct ledger_settings settings = {.home = home, .reserve_bytes = SIZE_MAX};
    struct ledger *log = NULL;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record record;
    struct error error;

    expect_ok(ledger_open(&settings, &log, &error), &error);
    for (int i = 0; i < 3; i++)
        expect_status(ledger_reserve(log, &error), STATUS_FULL, NULL);
    expect_text(text_from(error.code), "storage_full");
    expect_ok(ledger_read_one(log, (struct position){1}, arena, &record, &error), &error);
    expect(!ledger_is_stopped(log, NULL));
    ledger_close(log);
}

/* The volume's other users come and go meanwhile, but hardly with half of all that is free. */
static void a_volume_has_as_much_free_as_its_reserve_says(void)
{
    const char *home = make_home(2);
    struct statvfs volume;
    struct ledger_settings settings = {.home = home};
    struct ledger *log = NULL;
    uint64_t available;
    struct error error;

    expect(statvfs(home, &volume) == 0);
    available = (uint64_t)volume.f_bavail * volume.f_frsize;
    settings.reserve_bytes = available + available / 2;
    expect_ok(ledger_open(&settings, &log, &error), &error);
    expect_status(ledger_reserve(log, &error), STATUS_FULL, NULL);
    ledger_close(log);
    settings.reserve_bytes = available / 2;
    expect_ok(ledger_open(&settings, &log, &error), &error);
    expect_ok(ledger_reserve(log, &error), &error);
    ledger_close(log);
}

static void reserving_makes_the_file_longer_and_the_ledger_goes_on(void)
{
    const char *home = make_home(1);
    struct ledger *log = make_log(home);
    struct stat before;
    struct stat after;
    struct error error;
    char path[512];

    snprintf(path, sizeof(path), "%s/ledger.mdb", home);
    expect(stat(path, &before) == 0);
    expect_ok(ledger_reserve(log, &error), &error);
    expect(stat(path, &after) == 0);
    expect(after.st_size >= before.st_size + (64 << 20) - (1 << 20));
    expect_ok(append_next(log, 600, &error), &error);
    expect_ok(ledger_reserve(log, &error), &error);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
    log = make_log(home);
    expect_int64(ledger_size(log), 601);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(a_new_ledger_is_empty),
    TEST(what_is_appended_is_read_in_order_also_after_opening_again),
    TEST(reading_starts_anywhere_and_stops_at_limit_budget_and_head),
    TEST(one_record_is_read_by_its_position),
    TEST(the_root_is_that_of_the_leaves),
    TEST(batches_of_any_size_give_the_same_root),
    TEST(appending_tells_position_and_digest),
    TEST(a_body_beyond_the_limit_is_refused_and_nothing_is_stored),
    TEST(the_largest_body_is_stored_and_read),
    TEST(a_body_that_was_not_dropped_on_record_is_missed),
    TEST(a_second_opener_of_the_home_is_refused),
    TEST(a_directory_that_is_not_there_is_unavailable),
    TEST(a_read_only_opener_reads_and_verifies_without_a_lock),
    TEST(a_read_only_opener_sees_more_when_it_looks_again),
    TEST(a_flipped_bit_in_an_entry_is_never_served),
    TEST(a_flipped_bit_in_a_body_is_never_served),
    TEST(a_flipped_bit_in_a_leaf_hash_is_found),
    TEST(damage_at_the_end_is_found_when_opening),
    TEST(an_entry_in_another_place_is_found),
    TEST(a_volume_short_of_its_reserve_refuses_writes_but_not_reads),
    TEST(a_volume_has_as_much_free_as_its_reserve_says),
    TEST(reserving_makes_the_file_longer_and_the_ledger_goes_on),
};
const struct suite test_ledger_suite = SUITE("eventlog/ledger", tests);
