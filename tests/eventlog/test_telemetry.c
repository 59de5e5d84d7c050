/*
 * Telemetry: samples come back newest first by node, workspace or all, over the ends of days;
 * old days go whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/store/telemetry_internal.h"
#include "eventlog/telemetry.h"
#include "tests/support/expect.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { ARENA_BYTES = 16 << 20, READS = 300 };

/* 2026-01-01T00:00:00Z */
#define NEW_YEAR_US ((int64_t)1767225600 * US_PER_S)
#define DAY_US      ((int64_t)86400 * US_PER_S)
#define HOUR_US     ((int64_t)3600 * US_PER_S)

static const struct timestamp always = {0};

static struct uuid id_of(uint8_t kind, uint8_t n)
{
    return (struct uuid){{kind, n}};
}

static struct timestamp hour(int64_t n)
{
    return (struct timestamp){NEW_YEAR_US + n * HOUR_US};
}

static struct telemetry *make_telemetry(const char *directory)
{
    struct telemetry *telemetry = NULL;
    struct error error;

    expect_ok(telemetry_open(directory, &telemetry, &error), &error);
    return telemetry;
}

/* The sample of an hour; its cpu_usage tells which. */
static void
given_sample(struct telemetry *telemetry, uint8_t workspace, uint8_t node, int64_t at_hour)
{
    struct metric_sample sample = {
        .id = {{(uint8_t)at_hour, node, 1}},
        .workspace_id = id_of(1, workspace),
        .node_id = id_of(2, node),
        .cpu_usage = (double)at_hour,
        .memory_usage = 0.5,
        .disk_usage = (double)NAN,
        .temperature = 41,
        .network_stats = {text_lit("{\"rx\":1}")},
        .recorded_at = hour(at_hour),
    };

    telemetry_add(telemetry, &sample);
}

static void given_commit(struct telemetry *telemetry)
{
    must(telemetry_commit(telemetry, NULL) == STATUS_OK);
}

/* The hours found, as "30 7 ". */
static const char *
found(struct arena *arena, struct telemetry *telemetry, struct telemetry_query query)
{
    const struct metric_sample *samples = NULL;
    size_t count = 0;
    struct error error;
    struct buf text;
    const char *result;

    expect_ok(telemetry_samples(telemetry, &query, arena, &samples, &count, &error), &error);
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%d ", (int)samples[i].cpu_usage);
    result = text_c(arena, buf_text(&text));
    buf_fini(&text);
    return result;
}

#define EXPECT_FOUND(wanted, ...)                                                                  \
    expect_text(text_from(found(arena, telemetry, (struct telemetry_query){__VA_ARGS__})), wanted)

/* Node 1 in workspace 1 and node 2 in workspace 2, over three days. */
static struct telemetry *make_three_days(const char *directory)
{
    struct telemetry *telemetry = make_telemetry(directory);

    given_sample(telemetry, 1, 1, 1);
    given_sample(telemetry, 2, 2, 2);
    given_sample(telemetry, 1, 1, 30);
    given_sample(telemetry, 1, 1, 50);
    given_sample(telemetry, 2, 2, 51);
    given_commit(telemetry);
    return telemetry;
}

static void samples_come_newest_first_by_node_workspace_or_all(void)
{
    const char *directory = make_directory();
    struct telemetry *telemetry = make_three_days(directory);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    for (int round = 0; round < 2; round++) {
        EXPECT_FOUND("50 30 1 ", UUID_NONE, id_of(2, 1), always, always, 9);
        EXPECT_FOUND("51 2 ", id_of(1, 2), UUID_NONE, always, always, 9);
        EXPECT_FOUND("51 50 30 2 1 ", UUID_NONE, UUID_NONE, always, always, 9);
        EXPECT_FOUND("51 50 ", UUID_NONE, UUID_NONE, always, always, 2);
        EXPECT_FOUND("", UUID_NONE, id_of(2, 3), always, always, 9);
        EXPECT_FOUND("", id_of(1, 3), UUID_NONE, always, always, 9);
        telemetry_close(telemetry);
        telemetry = make_telemetry(directory);
    }
    telemetry_close(telemetry);
}

static void a_span_includes_both_ends(void)
{
    struct telemetry *telemetry = make_three_days(make_directory());
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    EXPECT_FOUND("50 30 ", UUID_NONE, UUID_NONE, hour(30), hour(50), 9);
    EXPECT_FOUND("30 ", UUID_NONE, UUID_NONE, hour(3), hour(49), 9);
    EXPECT_FOUND("30 1 ", UUID_NONE, id_of(2, 1), always, hour(30), 9);
    EXPECT_FOUND("51 ", UUID_NONE, UUID_NONE, hour(51), always, 9);
    EXPECT_FOUND("", UUID_NONE, UUID_NONE, hour(52), always, 9);
    EXPECT_FOUND("", UUID_NONE, UUID_NONE, hour(3), hour(29), 9);
    telemetry_close(telemetry);
}

static void a_sample_comes_back_as_it_was(void)
{
    struct telemetry *telemetry = make_three_days(make_directory());
    struct telemetry_query query = {UUID_NONE, id_of(2, 1), hour(30), hour(30), 9};
    const struct metric_sample *samples = NULL;
    size_t count = 0;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;

    expect_ok(telemetry_samples(telemetry, &query, arena, &samples, &count, &error), &error);
    expect_int64(count, 1);
    expect(uuid_equal(samples[0].workspace_id, id_of(1, 1)));
    expect(samples[0].temperature > 40.9 && samples[0].temperature < 41.1);
    expect(isnan(samples[0].disk_usage) != 0);
    expect_text(samples[0].network_stats.text, "{\"rx\":1}");
    expect_int64(samples[0].recorded_at.us, hour(30).us);
    telemetry_close(telemetry);
}

static void what_is_not_committed_is_not_read(void)
{
    struct telemetry *telemetry = make_telemetry(make_directory());
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_sample(telemetry, 1, 1, 1);
    telemetry_seen(telemetry, id_of(2, 1), hour(1));
    EXPECT_FOUND("", UUID_NONE, UUID_NONE, always, always, 9);
    expect(!timestamp_is_present(telemetry_last_seen(telemetry, id_of(2, 1))));
    given_commit(telemetry);
    EXPECT_FOUND("1 ", UUID_NONE, UUID_NONE, always, always, 9);
    given_sample(telemetry, 1, 1, 2);
    EXPECT_FOUND("1 ", UUID_NONE, UUID_NONE, always, always, 9);
    given_commit(telemetry);
    given_commit(telemetry);
    EXPECT_FOUND("2 1 ", UUID_NONE, UUID_NONE, always, always, 9);
    telemetry_close(telemetry);
}

static void old_days_are_dropped_whole(void)
{
    const char *directory = make_directory();
    struct telemetry *telemetry = make_three_days(directory);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;

    given_sample(telemetry, 1, 1, 52);
    expect_ok(telemetry_drop_before(telemetry, hour(40), &error), &error);
    EXPECT_FOUND("52 51 50 30 ", UUID_NONE, UUID_NONE, always, always, 9);
    expect_ok(telemetry_drop_before(telemetry, hour(50), &error), &error);
    expect_ok(telemetry_drop_before(telemetry, hour(50), &error), &error);
    EXPECT_FOUND("52 51 50 ", UUID_NONE, UUID_NONE, always, always, 9);
    given_sample(telemetry, 1, 1, 3);
    given_commit(telemetry);
    telemetry_close(telemetry);
    telemetry = make_telemetry(directory);
    EXPECT_FOUND("52 51 50 3 ", UUID_NONE, UUID_NONE, always, always, 9);
    telemetry_close(telemetry);
}

static void more_days_than_there_is_room_for_are_left_out(void)
{
    struct telemetry *telemetry = make_telemetry(make_directory());
    struct telemetry_query all = {.limit = 1000};
    const struct metric_sample *samples;
    size_t count = 0;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;

    for (int day = 0; day < 410; day++)
        given_sample(telemetry, 1, 1, (int64_t)day * 24);
    given_commit(telemetry);
    expect_ok(telemetry_samples(telemetry, &all, arena, &samples, &count, &error), &error);
    expect_int64(count, 400);
    telemetry_close(telemetry);
}

static void last_seen_moves_and_is_forgotten(void)
{
    struct telemetry *telemetry = make_telemetry(make_directory());

    telemetry_seen(telemetry, id_of(2, 1), hour(1));
    telemetry_seen(telemetry, id_of(2, 2), hour(1));
    telemetry_seen(telemetry, id_of(2, 3), hour(1));
    telemetry_seen(telemetry, id_of(2, 1), hour(7));
    telemetry_forget_node(telemetry, id_of(2, 2));
    telemetry_forget_node(telemetry, id_of(2, 99));
    given_commit(telemetry);
    expect_int64(telemetry_last_seen(telemetry, id_of(2, 1)).us, hour(7).us);
    expect(!timestamp_is_present(telemetry_last_seen(telemetry, id_of(2, 2))));
    expect_int64(telemetry_last_seen(telemetry, id_of(2, 3)).us, hour(1).us);
    telemetry_close(telemetry);
}

struct reading {
    struct telemetry *telemetry;
    atomic_bool has_failed;
};

/* Every answer is newest first and of committed days only, whatever the writer does. */
static void *read_on(void *context)
{
    struct reading *reading = context;
    struct telemetry_query query = {.node = id_of(2, 1), .limit = 50};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    for (int i = 0; i < READS; i++) {
        const struct metric_sample *samples = NULL;
        size_t count = 0;

        arena_reset(arena);
        if (telemetry_samples(reading->telemetry, &query, arena, &samples, &count, NULL) !=
            STATUS_OK)
            atomic_store(&reading->has_failed, true);
        for (size_t s = 1; s < count; s++) {
            if (samples[s].recorded_at.us >= samples[s - 1].recorded_at.us)
                atomic_store(&reading->has_failed, true);
        }
    }
    return NULL;
}

static void days_come_and_go_while_others_read(void)
{
    struct telemetry *telemetry = make_telemetry(make_directory());
    struct reading reading = {.telemetry = telemetry};
    pthread_t reader;

    must(pthread_create(&reader, NULL, read_on, &reading) == 0); /* allowed: no core/run here */
    for (int64_t day = 0; day < 60; day++) {
        given_sample(telemetry, 1, 1, day * 24);
        given_sample(telemetry, 1, 1, day * 24 + 1);
        given_commit(telemetry);
        must(telemetry_drop_before(telemetry, hour((day - 3) * 24), NULL) == STATUS_OK);
    }
    must(pthread_join(reader, NULL) == 0);
    expect(!atomic_load(&reading.has_failed));
    telemetry_close(telemetry);
}

static enum store_fault fail_once(void *context, bool is_commit)
{
    bool *is_armed = context;
    bool fails = *is_armed && is_commit;

    *is_armed = *is_armed && !fails;
    return fails ? STORE_FAULT_BEFORE : STORE_FAULT_NONE;
}

static void days_that_could_not_be_dropped_are_dropped_the_next_time(void)
{
    bool is_armed = false;
    struct store_fault_injection injection = {fail_once, &is_armed};
    const char *directory = make_directory();
    struct telemetry *telemetry = NULL;
    struct error error;

    expect_ok(telemetry_open_with(directory, &injection, &telemetry, &error), &error);
    given_sample(telemetry, 1, 1, 1);
    given_sample(telemetry, 1, 1, 60);
    expect_ok(telemetry_commit(telemetry, &error), &error);
    is_armed = true;
    expect_status(telemetry_drop_before(telemetry, hour(48), &error), STATUS_INTERNAL, &error);
    expect_int64(telemetry->day_count, 2);
    given_sample(telemetry, 1, 1, 2);
    expect_ok(telemetry_commit(telemetry, &error), &error);
    expect_ok(telemetry_drop_before(telemetry, hour(48), &error), &error);
    expect_int64(telemetry->day_count, 1);
    telemetry_close(telemetry);
    telemetry = make_telemetry(directory);
    expect_int64(telemetry->day_count, 1);
    telemetry_close(telemetry);
}

static const struct test tests[] = {
    TEST(days_that_could_not_be_dropped_are_dropped_the_next_time),
    TEST(samples_come_newest_first_by_node_workspace_or_all),
    TEST(a_span_includes_both_ends),
    TEST(a_sample_comes_back_as_it_was),
    TEST(what_is_not_committed_is_not_read),
    TEST(old_days_are_dropped_whole),
    TEST(more_days_than_there_is_room_for_are_left_out),
    TEST(last_seen_moves_and_is_forgotten),
    TEST(days_come_and_go_while_others_read),
};
const struct suite test_telemetry_suite = SUITE("eventlog/telemetry", tests);
