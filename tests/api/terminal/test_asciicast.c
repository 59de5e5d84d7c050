/*
 * Recordings as lines of JSON: what shells write is bytes, and what is written here is text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/asciicast.h"
#include "tests/support/expect.h"

#define DATA(literal) bytes_of_text(text_lit(literal))

static const struct timestamp begun_at = {INT64_C(1700000000) * US_PER_S};

static struct timestamp after(int64_t us)
{
    return timestamp_plus_us(begun_at, us);
}

static struct asciicast begin(struct buf *out)
{
    const struct cast_head head = {80, 24, begun_at, text_lit("A \"shell\"")};
    struct asciicast cast;

    buf_init(out, 1 << 16);
    asciicast_begin(&cast, out, &head);
    return cast;
}

/* What was written after the first line. */
static const char *events(const struct buf *out)
{
    return buf_text(out).data + text_find(buf_text(out), '\n', 0) + 1;
}

static void it_begins_with_what_it_is(void)
{
    AUTO_BUF out = {0};

    (void)begin(&out);
    expect_text(
        buf_text(&out), "{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":1700000000,"
                        "\"title\":\"A \\\"shell\\\"\",\"env\":{\"TERM\":\"xterm-256color\"}}\n");
}

static void every_event_is_a_line(void)
{
    AUTO_BUF out = {0};
    struct asciicast cast = begin(&out);

    asciicast_resize(&cast, after(5), 100, 40);
    asciicast_output(&cast, after(250000), DATA("$ "));
    asciicast_input(&cast, after(1000001), DATA("ls\r"));
    asciicast_mark(&cast, after(61 * INT64_C(1000000)), text_lit("Terminal session opened"));
    expect_text(
        text_from(events(&out)), "[0.000005,\"r\",\"100x40\"]\n"
                                 "[0.250000,\"o\",\"$ \"]\n"
                                 "[1.000001,\"i\",\"ls\\r\"]\n"
                                 "[61.000000,\"m\",\"Terminal session opened\"]\n");
}

static void a_character_that_is_split_between_chunks_is_put_together(void)
{
    AUTO_BUF out = {0};
    struct asciicast cast = begin(&out);

    asciicast_output(&cast, after(1), DATA("a\xE2\x82"));
    asciicast_input(&cast, after(2), DATA("b"));
    asciicast_output(&cast, after(3), DATA("\xAC!"));
    asciicast_output(&cast, after(4), DATA("\xF0\x9F"));
    asciicast_output(&cast, after(5), DATA("\x98\x80"));
    expect_text(
        text_from(events(&out)), "[0.000001,\"o\",\"a\"]\n"
                                 "[0.000002,\"i\",\"b\"]\n"
                                 "[0.000003,\"o\",\"\xE2\x82\xAC!\"]\n"
                                 "[0.000005,\"o\",\"\xF0\x9F\x98\x80\"]\n");
}

static void bytes_that_are_no_text_are_replaced(void)
{
    AUTO_BUF out = {0};
    struct asciicast cast = begin(&out);

    asciicast_output(&cast, after(1), DATA("a\xFF\xC0\x80z"));
    asciicast_output(&cast, after(2), DATA("\xE2\x28\xA1"));
    asciicast_output(&cast, after(3), DATA("\xED\xA0\x80")); /* half a surrogate pair */
    expect_text(
        text_from(events(&out)), "[0.000001,\"o\",\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"]\n"
                                 "[0.000002,\"o\",\"\xEF\xBF\xBD(\xEF\xBF\xBD\"]\n"
                                 "[0.000003,\"o\",\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"]\n");
}

static void what_terminals_obey_is_written_as_text(void)
{
    AUTO_BUF out = {0};
    struct asciicast cast = begin(&out);

    asciicast_output(&cast, after(1), (struct bytes){(const uint8_t *)"\x1b]0;x\x07\0", 7});
    expect_text(text_from(events(&out)), "[0.000001,\"o\",\"\\u001b]0;x\\u0007\\u0000\"]\n");
    asciicast_output(&cast, after(2), DATA(""));
    expect_text(text_from(events(&out)), "[0.000001,\"o\",\"\\u001b]0;x\\u0007\\u0000\"]\n");
}

static const struct test tests[] = {
    TEST(it_begins_with_what_it_is),
    TEST(every_event_is_a_line),
    TEST(a_character_that_is_split_between_chunks_is_put_together),
    TEST(bytes_that_are_no_text_are_replaced),
    TEST(what_terminals_obey_is_written_as_text),
};

const struct suite test_asciicast_suite = SUITE("api/terminal/asciicast", tests);
