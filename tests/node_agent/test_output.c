/*
 * Output: lines, bounds, bytes that are no text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/output.h"
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/shape/json_peek.h"
#include "tests/support/expect.h"

#include <string.h>

static struct output output;
static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(64 << 20);
    output_init(&output, true);
}

static void tear_down(void)
{
    output_fini(&output);
    arena_free(arena);
}

static void feed_bytes(enum output_stream stream, const char *bytes, size_t size)
{
    must(output_feed(&output, stream, (struct text){bytes, size}).size == 0);
}

static void feed(enum output_stream stream, const char *bytes)
{
    feed_bytes(stream, bytes, strlen(bytes));
}

/* The member of line number n of the batch; taken once. */
static struct text batch;
static unsigned batch_count;

static void when_taken(void)
{
    struct text body = {NULL, 0};

    batch_count = 0;
    batch = output_take_lines(&output, &body, &batch_count) ? text_copy(arena, body)
                                                            : (struct text){NULL, 0};
}

static struct text line(size_t number, const char *member)
{
    struct text lines = json_peek_member(arena, batch, "lines");
    struct text item = {NULL, 0};
    size_t cursor = 0;

    for (size_t i = 0; i <= number; i++) {
        if (!json_peek_item(lines, &cursor, &item))
            return (struct text){NULL, 0};
    }
    return json_peek_text(arena, json_peek_member(arena, item, member));
}

static void lines_are_told_with_their_stream(void)
{
    feed(OUTPUT_STDOUT, "one\ntwo\n");
    feed(OUTPUT_STDERR, "three\n");
    when_taken();
    expect_int64(batch_count, 3);
    expect_text(line(0, "line"), "one");
    expect_text(line(1, "line"), "two");
    expect_text(line(1, "stream"), "stdout");
    expect_text(line(2, "line"), "three");
    expect_text(line(2, "stream"), "stderr");
    expect_text(output_text(&output), "one\ntwo\n[stderr] three\n");
}

static void a_line_may_come_in_parts_and_without_an_end(void)
{
    feed(OUTPUT_STDOUT, "on");
    feed(OUTPUT_STDERR, "x\n");
    feed(OUTPUT_STDOUT, "e\r\n\nlast");
    output_finish(&output);
    when_taken();
    expect_text(line(1, "line"), "one");
    expect_text(line(2, "line"), "");
    expect_text(line(3, "line"), "last");
}

static void nothing_written_is_nothing_told(void)
{
    output_finish(&output);
    when_taken();
    expect_int64(batch_count, 0);
    expect_int64(output_text(&output).size, 0);
    expect_text(output_whole(&output), "");
}

static void bytes_that_are_no_text_are_replaced(void)
{
    feed_bytes(OUTPUT_STDOUT, "a\xff\0b\n", 5);
    when_taken();
    expect_text(
        line(0, "line"), "a\xEF\xBF\xBD\xEF\xBF\xBD"
                         "b");
}

static void a_long_line_is_cut_and_says_so(void)
{
    char *lines = arena_take(arena, 100001);

    memset(lines, 'x', 100000);
    lines[99999] = '\n';
    feed_bytes(OUTPUT_STDOUT, lines, 100000);
    feed(OUTPUT_STDOUT, "next\n");
    when_taken();
    expect_int64(batch_count, 2);
    expect_int64(text_length(line(0, "line")), OUTPUT_LONGEST_LINE);
    expect(text_ends_with(line(0, "line"), text_lit("...[truncated]")));
    expect_text(line(1, "line"), "next");
}

static void a_line_of_just_the_longest_length_is_whole(void)
{
    char *lines = arena_take(arena, OUTPUT_LONGEST_LINE + 1);

    memset(lines, 'x', OUTPUT_LONGEST_LINE);
    lines[OUTPUT_LONGEST_LINE] = '\n';
    feed_bytes(OUTPUT_STDOUT, lines, OUTPUT_LONGEST_LINE + 1);
    when_taken();
    expect(!text_ends_with(line(0, "line"), text_lit("]")));
    expect_int64(line(0, "line").size, OUTPUT_LONGEST_LINE);
}

static void no_batch_has_more_lines_than_the_server_takes(void)
{
    char *lines = arena_take(arena, 4096);
    struct text left = {lines, 4096};
    unsigned total = 0;

    memset(lines, '\n', 4096);
    while (left.size > 0) {
        left = output_feed(&output, OUTPUT_STDOUT, left);
        when_taken();
        expect(batch_count <= OUTPUT_BATCH_LINES);
        total += batch_count;
    }
    expect_int64(total, 4096);
}

static void of_much_output_the_beginning_is_kept_for_the_end(void)
{
    for (int i = 0; i < 100000; i++) {
        feed(OUTPUT_STDOUT, "0123456789\n");
        if (i % 100 == 99)
            when_taken();
    }
    expect(output_text(&output).size <= OUTPUT_MOST_BYTES);
    expect(output_text(&output).size > OUTPUT_MOST_BYTES - 16);
    expect(text_starts_with(output_text(&output), text_lit("0123456789\n0123456789\n")));
    expect_int64(output_whole(&output).size, 1100000);
}

static void more_than_a_program_can_read_is_not_half_read(void)
{
    char *block = arena_take(arena, 1 << 20);

    memset(block, 'x', 1 << 20);
    for (int i = 0; i < 5; i++)
        feed_bytes(OUTPUT_STDOUT, block, 1 << 20);
    expect(!text_is_present(output_whole(&output)));
}

static void a_note_is_no_output(void)
{
    output_note(&output, text_lit("7 lines were not kept"));
    when_taken();
    expect_text(line(0, "stream"), "system");
    expect_int64(output_text(&output).size, 0);
}

static const struct test tests[] = {
    TEST(lines_are_told_with_their_stream),
    TEST(a_line_may_come_in_parts_and_without_an_end),
    TEST(nothing_written_is_nothing_told),
    TEST(bytes_that_are_no_text_are_replaced),
    TEST(a_long_line_is_cut_and_says_so),
    TEST(a_line_of_just_the_longest_length_is_whole),
    TEST(no_batch_has_more_lines_than_the_server_takes),
    TEST(of_much_output_the_beginning_is_kept_for_the_end),
    TEST(more_than_a_program_can_read_is_not_half_read),
    TEST(a_note_is_no_output),
};
const struct suite test_output_suite =
    SUITE_WITH("api/node_agent/output", tests, .set_up = set_up, .tear_down = tear_down);
