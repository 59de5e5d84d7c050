/*
 * Looks at evidence on a real writer: each once in ten minutes, with counts; kept while there can be no
 * writes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/kept_orders.h"
#include "api/evidence/looks.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger_read.h"
#include "tests/support/fixture.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

static struct fixture *house;
static struct looks *looks;

static void set_up(void)
{
    house = fixture_open(&(struct fixture_settings){.directory = NULL});
    must(given_order(house, &open_ledger_command, opening())->status == STATUS_OK);
    looks = looks_new(house->directory, house->keyring, house->writer);
    start_writer(house);
}

static void close_house(void)
{
    if (house->thread != NULL)
        finish_writer(house);
    looks_free(looks);
    fixture_close(house);
}

static void on_done(struct submission *submission)
{
    atomic_store((atomic_bool *)submission->owner, true);
}

/* Until the writer has done all that waited. */
static void settle(void)
{
    const struct timespec ms = {.tv_nsec = 1000000};
    const struct query_due_timers question = {.limit = 1};
    AUTO_ARENA arena = arena_new(1 << 16);
    atomic_bool is_done = false;
    struct submission submission;

    submission_init(&submission, &query_due_timers_command);
    submission.input = &question;
    submission.arena = arena;
    submission.done = on_done;
    submission.owner = &is_done;
    must(writer_submit(house->writer, &submission));
    for (int i = 0; i < PATIENCE_MS && !atomic_load(&is_done); i++)
        nanosleep(&ms, NULL);
    must(atomic_load(&is_done));
}

/* The n-th filter of a session, in ten minutes. */
static struct look look_at(uint8_t session, uint32_t n, int64_t window)
{
    const struct bytes pieces[] = {
        {&session, 1},
        {(const uint8_t *)&n, sizeof(n)},
        {(const uint8_t *)&window, sizeof(window)}};

    return (struct look){
        .actor = {ACTOR_USER, {{1}}, {{2, session}}},
        .name = sha256_of(pieces, COUNT_OF(pieces)),
        .at = {window * LOOKS_WINDOW_US + 1},
        .window = window,
        .until = {(window + 1) * LOOKS_WINDOW_US},
    };
}

static bool is_known(struct look look)
{
    return looks_note(looks, &look);
}

static void given_noted(struct look look)
{
    (void)is_known(look);
    looks_noted(looks, &look);
}

/* What the ledger has of a type. */
static size_t count_of(const struct event_type *type, struct record *out_last)
{
    size_t count = 0;

    for (uint64_t at = 0; at < ledger_size(house->log); at++) {
        struct record record = record_at(house, at);
        if (record.type != type)
            continue;
        *out_last = record;
        count++;
    }
    return count;
}

static void tend(int64_t window)
{
    looks_tend(looks, (struct timestamp){window * LOOKS_WINDOW_US});
    settle();
}

static void a_look_is_known_once_it_is_on_record(void)
{
    struct look look = look_at(1, 1, 5);

    expect(!is_known(look));
    expect(!is_known(look)); /* it is under way: whoever repeats it waits for the same commit */
    looks_noted(looks, &look);
    expect(is_known(look));
    expect(!is_known(look_at(1, 2, 5)));
    expect(!is_known(look_at(2, 1, 5)));
    expect(!is_known(look_at(1, 1, 6)));
}

static void repeats_are_counted_when_their_ten_minutes_are_over(void)
{
    struct record record;
    const struct looks_counted *counted;
    const struct counted_look *look;

    given_noted(look_at(1, 1, 5));
    given_noted(look_at(1, 2, 5));
    expect(is_known(look_at(1, 1, 5)));
    expect(is_known(look_at(1, 1, 5)));
    tend(5);
    expect_int64((int64_t)count_of(&looks_counted_event, &record), 0);
    tend(6);
    expect_int64((int64_t)count_of(&looks_counted_event, &record), 1);
    counted = record.event;
    look = counted->looks.items;
    expect_int64((int64_t)counted->looks.count, 1);
    expect(uuid_equal(look->command_id, uuid_v8(look_at(1, 1, 5).name.bytes)));
    expect_int64(look->count, 3);
    expect_int64(counted->further, 0);
    expect_int64(counted->since.us, 5 * LOOKS_WINDOW_US + 1);
    expect_int64(counted->until.us, 6 * LOOKS_WINDOW_US);
    expect(uuid_equal(record.entry.actor_id, look_at(1, 1, 5).actor.id));
    expect(uuid_equal(record.entry.actor_session, look_at(1, 1, 5).actor.session));
    tend(7);
    expect_int64((int64_t)count_of(&looks_counted_event, &record), 1);
}

static void of_a_session_with_too_many_filters_the_rest_is_counted_together(void)
{
    struct record record;

    for (uint32_t n = 0; n < LOOKS_OF_SESSION; n++)
        given_noted(look_at(1, n, 5));
    expect(is_known(look_at(1, LOOKS_OF_SESSION, 5)));
    expect(is_known(look_at(1, LOOKS_OF_SESSION + 1, 5)));
    expect(!is_known(look_at(2, 0, 5)));
    tend(6);
    expect_int64((int64_t)count_of(&looks_counted_event, &record), 1);
    expect_int64(((const struct looks_counted *)record.event)->further, 2);
}

static void more_sessions_than_there_is_room_for_are_recorded_each_time(void)
{
    for (uint32_t n = 0; n < LOOKS_SESSIONS; n++) {
        struct look look = look_at((uint8_t)n, n, 5);
        look.actor.session.bytes[2] = (uint8_t)(n >> 8);
        given_noted(look);
        expect(is_known(look));
    }
    given_noted(look_at(1, 1, 5));
    given_noted((struct look){.actor = {ACTOR_USER, {{1}}, {{9}}}, .until = {INT64_MAX}});
    expect(!is_known((struct look){.actor = {ACTOR_USER, {{1}}, {{9}}}, .until = {INT64_MAX}}));
}

static void given_kept(struct look look)
{
    const struct record_look order = {
        .route = text_lit("/timeline"), .filter = {text_lit("{\"type\":\"task.*\"}")}};
    struct error error;

    expect_ok(looks_keep(looks, &look, &order, &error), &error);
}

static void what_was_kept_is_recorded_once_and_says_when_it_was(void)
{
    struct record record;
    const struct look_recorded *recorded;

    given_kept(look_at(1, 1, 5));
    given_kept(look_at(1, 1, 5));
    looks_free(looks);
    looks = looks_new(house->directory, house->keyring, house->writer);
    given_kept(look_at(1, 2, 5));
    tend(5);
    expect_int64((int64_t)count_of(&look_recorded_event, &record), 2);
    recorded = record.event;
    expect_int64(recorded->kept_at.us, 5 * LOOKS_WINDOW_US + 1);
    expect_text(recorded->filter.text, "{\"type\":\"task.*\"}");
    expect(uuid_equal(record.entry.actor_session, look_at(1, 2, 5).actor.session));
    tend(5);
    given_kept(look_at(1, 3, 5));
    tend(5);
    tend(5);
    expect_int64((int64_t)count_of(&look_recorded_event, &record), 3);
}

static void counts_at_the_end_of_the_server_wait_for_its_next_start(void)
{
    const char *directory = house->directory;
    struct record record;

    given_noted(look_at(1, 1, 5));
    expect(is_known(look_at(1, 1, 5)));
    finish_writer(house);
    looks_end(looks, (struct timestamp){5 * LOOKS_WINDOW_US + 9});
    close_house();
    house = fixture_open(&(struct fixture_settings){.directory = directory});
    looks = looks_new(house->directory, house->keyring, house->writer);
    start_writer(house);
    tend(5);
    expect_int64((int64_t)count_of(&looks_counted_event, &record), 1);
    expect_int64(((const struct looks_counted *)record.event)->until.us, 5 * LOOKS_WINDOW_US + 9);
}

static void where_nothing_can_be_kept_a_look_is_refused(void)
{
    const struct record_look order = {.route = text_lit("/timeline"), .filter = {text_lit("{}")}};
    struct look look = look_at(1, 1, 5);
    struct error error = {.status = STATUS_OK};
    size_t kept = 0;

    while (looks_keep(looks, &look, &order, &error) == STATUS_OK)
        kept++;
    expect(kept > 2000);
    expect_int64(error.status, STATUS_UNAVAILABLE);
    expect_text(text_from(error.code), "look_not_recorded");
}

static void an_order_that_was_cut_short_is_none(void)
{
    const char *path = text_format(house->arena, "%s/orders", house->directory).data;
    struct kept_orders *orders = NULL;
    struct bytes read;
    struct error error;
    size_t at = 0;
    size_t whole;
    int file;

    must(kept_orders_open(path, 4096, &orders, &error) == STATUS_OK);
    must(kept_orders_add(orders, bytes_of_text(text_lit("one")), &error) == STATUS_OK);
    whole = kept_orders_size(orders);
    must(kept_orders_add(orders, bytes_of_text(text_lit("two")), &error) == STATUS_OK);
    kept_orders_close(orders);
    file = open(path, O_WRONLY | O_CLOEXEC);
    must(file >= 0 && pwrite(file, "\0", 1, (off_t)(2 * whole - 1)) == 1);
    close(file);
    must(kept_orders_open(path, 4096, &orders, &error) == STATUS_OK);
    expect_int64((int64_t)kept_orders_size(orders), (int64_t)whole);
    expect(kept_orders_read(orders, &at, house->arena, &read));
    expect(bytes_equal(read, bytes_of_text(text_lit("one"))));
    expect(!kept_orders_read(orders, &at, house->arena, &read));
    expect_ok(kept_orders_clear(orders, &error), &error);
    at = 0;
    expect(!kept_orders_read(orders, &at, house->arena, &read));
    kept_orders_close(orders);
}

static void the_file_has_its_room_and_is_nobody_elses(void)
{
    const char *path = text_format(house->arena, "%s/looks.kept", house->directory).data;
    struct stat st;

    must(stat(path, &st) == 0);
    expect_int64(st.st_size, LOOKS_KEPT_BYTES);
    expect(st.st_blocks * 512 >= LOOKS_KEPT_BYTES);
    expect_int64(st.st_mode & 07777, 0600);
}

static const struct test tests[] = {
    TEST(a_look_is_known_once_it_is_on_record),
    TEST(repeats_are_counted_when_their_ten_minutes_are_over),
    TEST(of_a_session_with_too_many_filters_the_rest_is_counted_together),
    TEST(more_sessions_than_there_is_room_for_are_recorded_each_time),
    TEST(what_was_kept_is_recorded_once_and_says_when_it_was),
    TEST(counts_at_the_end_of_the_server_wait_for_its_next_start),
    TEST(where_nothing_can_be_kept_a_look_is_refused),
    TEST(an_order_that_was_cut_short_is_none),
    TEST(the_file_has_its_room_and_is_nobody_elses),
};

const struct suite test_looks_suite =
    SUITE_WITH("api/evidence/looks", tests, .set_up = set_up, .tear_down = close_house);
