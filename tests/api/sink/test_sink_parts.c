/*
 * What a sink is made of: batches of a ledger, the place that it notes, files, and frames of syslog.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_index.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/story.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static struct arena *of_sink;
static struct error error;

static void set_up(void)
{
    arena = arena_new(256 << 20);
    of_sink = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
    arena_free(of_sink);
}

static const char *content_of(const char *directory, const char *name)
{
    char *content = arena_take(arena, 1 << 16);
    FILE *file = fopen(text_c(arena, text_format(arena, "%s/%s", directory, name)), "r");

    if (file == NULL)
        return "(none)";
    content[fread(content, 1, (1 << 16) - 1, file)] = '\0';
    fclose(file);
    return content;
}

static void given_file(const char *directory, const char *name, const char *content)
{
    FILE *file = fopen(text_c(arena, text_format(arena, "%s/%s", directory, name)), "w");

    expect(file != NULL);
    fputs(content, file);
    fclose(file);
}

/* Files. */

static enum status append(const char *directory, const char *name, const char *lines)
{
    return sink_file_append(
        directory, text_from(name), text_lit("head\n"), text_from(lines), arena, &error);
}

static void a_file_begins_with_its_head_and_grows(void)
{
    const char *directory = make_directory();

    expect_ok(append(directory, "a", "1\n"), &error);
    expect_ok(append(directory, "a", "2\n3\n"), &error);
    expect_text(text_from(content_of(directory, "a")), "head\n1\n2\n3\n");
}

static void a_line_that_a_kill_has_left_without_its_end_is_taken_away(void)
{
    const char *directory = make_directory();

    given_file(directory, "a", "head\n1\n2 and so");
    expect_ok(append(directory, "a", "2\n"), &error);
    expect_text(text_from(content_of(directory, "a")), "head\n1\n2\n");
    given_file(directory, "b", "he");
    expect_ok(append(directory, "b", "1\n"), &error);
    expect_text(text_from(content_of(directory, "b")), "head\n1\n");
}

static void what_is_no_file_is_not_written_to(void)
{
    const char *directory = make_directory();
    const char *link = text_c(arena, text_format(arena, "%s/link", directory));
    const char *folder = text_c(arena, text_format(arena, "%s/folder", directory));

    expect_int64(symlink("/tmp/elsewhere", link), 0);
    expect_int64(mkdir(folder, 0700), 0);
    expect_status(append(directory, "link", "1\n"), STATUS_UNAVAILABLE, &error);
    expect_status(append(directory, "folder", "1\n"), STATUS_UNAVAILABLE, &error);
    expect_status(append("/nowhere", "a", "1\n"), STATUS_UNAVAILABLE, &error);
}

/* Frames. */

static void a_frame_of_syslog_has_its_length_before_it(void)
{
    const struct sink_line line = {
        .text = text_lit("{\"position\":17}"),
        .type = text_lit("task.created"),
        .recorded_at = {1774180800000000},
        .outcome = OUTCOME_DONE,
    };
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    sink_syslog_frame(&line, text_lit("ledger-1"), arena, &out);
    expect_text(
        buf_text(&out), "85 <109>1 2026-03-22T12:00:00.000Z ledger-1 fleetledger - task.created - "
                        "{\"position\":17}");
}

static void a_refusal_is_a_warning_and_a_long_name_is_cut(void)
{
    const struct sink_line line = {
        .text = text_lit("x"),
        .type = text_lit("a.name_that_is_longer_than_thirty_two_signs"),
        .recorded_at = {1774180800000000},
        .outcome = OUTCOME_REFUSED,
    };
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    sink_syslog_frame(&line, text_lit("-"), arena, &out);
    expect_text(
        buf_text(&out),
        "84 <108>1 2026-03-22T12:00:00.000Z - fleetledger - a.name_that_is_longer_than_thirt - x");
}

/* Places and batches. */

static struct uuid event_at(struct ledger *log, uint64_t position)
{
    struct record record;

    expect_ok(ledger_read_one(log, (struct position){position}, arena, &record, &error), &error);
    return record.entry.event_id;
}

static void a_place_is_found_again_and_only_in_its_ledger(void)
{
    struct test_ledger *ledger = make_ledger();
    const char *home = make_directory();
    struct sink_place place = {.next = 3};
    struct sink_place read;

    given_opening(ledger);
    given_chapter(ledger, 0);
    given_committed(ledger);
    place.event = event_at(ledger->log, 2);
    expect(!sink_place_read(home, make_id(9), ledger->log, &read));
    expect_ok(sink_place_write(home, make_id(9), &place, &error), &error);
    expect(sink_place_read(home, make_id(9), ledger->log, &read));
    expect_int64(read.next, 3);
    place.event = make_id(1);
    expect_ok(sink_place_write(home, make_id(9), &place, &error), &error);
    expect(!sink_place_read(home, make_id(9), ledger->log, &read));
    place = (struct sink_place){ledger_size(ledger->log) + 1, make_id(1)};
    expect_ok(sink_place_write(home, make_id(9), &place, &error), &error);
    expect(!sink_place_read(home, make_id(9), ledger->log, &read));
    end_ledger(ledger);
}

static void a_place_that_is_damaged_is_none(void)
{
    static const char *const damaged[] = {"", "3", "3 \n", "x y\n", "-3 00000000\n", "\n"};
    struct test_ledger *ledger = make_ledger();
    const char *home = make_directory();
    struct sink_place place = {.next = 1};
    struct sink_place read;

    given_opening(ledger);
    given_committed(ledger);
    place.event = event_at(ledger->log, 0);
    expect_ok(sink_place_write(home, make_id(9), &place, &error), &error);
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        char id[UUID_TEXT_SIZE];
        uuid_print(make_id(9), id);
        given_file(text_c(arena, text_format(arena, "%s/sinks", home)), id, damaged[i]);
        expect(!sink_place_read(home, make_id(9), ledger->log, &read));
    }
    sink_place_forget(home, make_id(9));
    sink_place_forget(home, make_id(9));
    end_ledger(ledger);
}

static struct sink make_sink(const struct sinks_settings *parts, const char *format)
{
    struct enum_value wanted = enum_from(export_format_names, text_from(format));

    return (struct sink){
        .parts = parts, .format = export_format_of(wanted), .history = {.arena = of_sink}};
}

/* Reads all there is; gives the number of batches. */
static size_t read_all(struct sink *sink, size_t *lines, size_t *largest)
{
    struct sink_batch batch;
    size_t batches = 0;

    do {
        arena_reset(arena);
        expect_ok(sink_batch_read(sink, SINK_BATCH_EVENTS, arena, &batch, &error), &error);
        *lines += batch.count;
        *largest = batch.count > *largest ? batch.count : *largest;
        if (batch.end.next == sink->place.next)
            return batches;
        sink->place = batch.end;
        batches++;
    } while (batches < 1000);
    return batches;
}

static void a_batch_is_bounded(void)
{
    struct test_ledger *ledger = make_ledger();
    const struct sinks_settings parts = {.log = ledger->log};
    struct sink sink = make_sink(&parts, "jsonl");
    size_t lines = 0;
    size_t largest = 0;
    size_t batches;

    given_opening(ledger);
    for (unsigned i = 0; i < 8; i++)
        given_chapter(ledger, i);
    given_committed(ledger);
    batches = read_all(&sink, &lines, &largest);
    expect(ledger_size(ledger->log) > SINK_BATCH_EVENTS);
    expect(largest <= SINK_BATCH_EVENTS);
    expect(batches >= ledger_size(ledger->log) / SINK_BATCH_EVENTS);
    /* but for three reports of each chapter's sinks, and one more failure */
    expect_int64(lines, ledger_size(ledger->log) - 8 * 4);
    end_ledger(ledger);
}

static void only_what_passes_is_sent_and_no_report_of_sinks(void)
{
    struct test_ledger *ledger = make_ledger();
    const struct sinks_settings parts = {.log = ledger->log};
    struct sink sink = make_sink(&parts, "csv");
    size_t lines = 0;
    size_t largest = 0;

    given_opening(ledger);
    given_chapter(ledger, 0);
    given_committed(ledger);
    sink.filter.type = text_lit("sink.*");
    read_all(&sink, &lines, &largest);
    expect_int64(lines, 4); /* two created, one changed, one removed */
    end_ledger(ledger);
}

/* The position at which the story's ledger gets another origin; the next event gives it a third one. */
static uint64_t find_declared(const struct test_ledger *ledger)
{
    for (uint64_t at = 0; at < ledger_size(ledger->log); at++) {
        struct record record = {0};
        expect_ok(
            ledger_read_one(ledger->log, (struct position){at}, arena, &record, &error), &error);
        if (record.type == &origin_declared_event)
            return at;
    }
    expect(false);
    return 0;
}

static struct text origin_at(uint64_t position, uint64_t declared)
{
    if (position < declared)
        return text_lit("\"ledger\":\"ledger.example\"");
    if (position == declared)
        return text_lit("\"ledger\":\"ledger.example/e1\"");
    return text_lit("\"ledger\":\"ledger.example/e2\"");
}

/* Each line of a batch, from `next` on, names the origin that its event was recorded under. */
static void expect_origins(struct sink *sink, uint64_t next, uint64_t declared)
{
    struct sink_batch batch;

    sink->place.next = next;
    expect_ok(sink_batch_read(sink, SINK_BATCH_EVENTS, arena, &batch, &error), &error);
    expect(batch.count > 0);
    for (size_t i = 0; i < batch.count; i++)
        expect(text_contains(
            batch.lines[i].text, origin_at((uint64_t)batch.lines[i].position, declared)));
}

static void events_name_the_origin_that_the_ledger_had_then_however_often_they_are_read(void)
{
    struct test_ledger *ledger = make_ledger();
    struct ledger_index *index = NULL;
    struct sinks_settings parts = {.log = ledger->log};
    struct sink sink;
    uint64_t declared;

    given_opening(ledger);
    given_chapter(ledger, 0);
    given_committed(ledger);
    expect_ok(ledger_index_open(ledger->home, ledger->log, false, &index, &error), &error);
    parts.index = index;
    declared = find_declared(ledger);
    sink = make_sink(&parts, "timesketch");
    expect_origins(&sink, declared - 1, declared);
    expect_origins(&sink, declared - 1, declared);
    sink = make_sink(&parts, "timesketch");
    expect_origins(&sink, declared + 1, declared);
    ledger_index_close(index);
    end_ledger(ledger);
}

static const struct test tests[] = {
    TEST(a_file_begins_with_its_head_and_grows),
    TEST(a_line_that_a_kill_has_left_without_its_end_is_taken_away),
    TEST(what_is_no_file_is_not_written_to),
    TEST(a_frame_of_syslog_has_its_length_before_it),
    TEST(a_refusal_is_a_warning_and_a_long_name_is_cut),
    TEST(a_place_is_found_again_and_only_in_its_ledger),
    TEST(a_place_that_is_damaged_is_none),
    TEST(a_batch_is_bounded),
    TEST(only_what_passes_is_sent_and_no_report_of_sinks),
    TEST(events_name_the_origin_that_the_ledger_had_then_however_often_they_are_read),
};

const struct suite test_sink_parts_suite =
    SUITE_WITH("api/sink", tests, .set_up = set_up, .tear_down = tear_down);
