/*
 * Frames, by the examples of RFC 6455, section 5.7, and by what it forbids.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/frame.h"
#include "tests/support/expect.h"

#include <string.h>

enum { MOST = 1 << 16 };

static struct frame frame;

static enum frame_verdict read_bytes(const char *bytes, size_t size)
{
    return frame_read((struct text){bytes, size}, MOST, &frame);
}

static void a_whole_message_is_read(void)
{
    expect_int64(read_bytes("\x81\x05Hello", 7), FRAME_WHOLE);
    expect(frame.is_final && frame.opcode == FRAME_TEXT);
    expect_text(frame.payload, "Hello");
    expect_int64(frame.size, 7);
}

static void parts_are_told_apart(void)
{
    expect_int64(read_bytes("\x01\x03Hel\x80\x02lo", 9), FRAME_WHOLE);
    expect(!frame.is_final && frame.opcode == FRAME_TEXT);
    expect_int64(read_bytes("\x80\x02lo", 4), FRAME_WHOLE);
    expect(frame.is_final && frame.opcode == FRAME_CONTINUED);
}

static void what_has_not_come_yet_is_waited_for(void)
{
    static const char whole[] = "\x81\x7E\x01\x00";

    for (size_t i = 0; i < 4; i++)
        expect_int64(read_bytes(whole, i), FRAME_PARTIAL);
    expect_int64(read_bytes("\x81\x05Hell", 6), FRAME_PARTIAL);
    expect_int64(read_bytes("\x81\x7F\0\0\0\0\0\0", 8), FRAME_PARTIAL);
}

static void sizes_have_three_forms(void)
{
    char bytes[70000] = "\x81\x7E\x01\x00";

    expect_int64(read_bytes(bytes, 4 + 256), FRAME_WHOLE);
    expect_int64(frame.payload.size, 256);
    memcpy(bytes, "\x81\x7F\0\0\0\0\0\0\xFF\xFF", 10);
    expect_int64(read_bytes(bytes, 10 + 65535), FRAME_WHOLE);
    expect_int64(frame.payload.size, 65535);
}

static void what_the_protocol_forbids_is_malformed(void)
{
    expect_int64(read_bytes("\xC1\x01x", 3), FRAME_MALFORMED); /* a reserved bit */
    expect_int64(read_bytes("\x83\x01x", 3), FRAME_MALFORMED); /* an unknown opcode */
    expect_int64(read_bytes("\x8B\x00", 2), FRAME_MALFORMED);  /* another one */
    expect_int64(
        read_bytes(
            "\x81\x81"
            "abcdx",
            7),
        FRAME_MALFORMED);                                             /* masked */
    expect_int64(read_bytes("\x09\x01x", 3), FRAME_MALFORMED);        /* a ping in parts */
    expect_int64(read_bytes("\x89\x7E\x01\x00", 4), FRAME_MALFORMED); /* a large ping */
    expect_int64(read_bytes("\x81\x7F\x80\0\0\0\0\0\0\0", 10), FRAME_MALFORMED); /* too large */
}

static void what_is_written_is_masked(void)
{
    static const uint8_t mask[4] = {0x37, 0xFA, 0x21, 0x3D};
    AUTO_BUF out = {0};

    buf_init(&out, MOST);
    frame_write(&out, FRAME_TEXT, text_lit("Hello"), mask);
    expect_int64(out.size, 11);
    expect(memcmp(out.data, "\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58", 11) == 0);
}

static void larger_ones_are_written_with_their_size(void)
{
    static const uint8_t mask[4] = {0};
    static const char payload[65536];
    AUTO_BUF out = {0};

    buf_init(&out, 2 * MOST);
    frame_write(&out, FRAME_TEXT, (struct text){payload, 126}, mask);
    expect(memcmp(out.data, "\x81\xFE\0\x7E", 4) == 0);
    buf_clear(&out);
    frame_write(&out, FRAME_TEXT, (struct text){payload, 65536}, mask);
    expect(memcmp(out.data, "\x81\xFF\0\0\0\0\0\x01\0\0", 10) == 0);
    expect_int64(out.size, 14 + 65536);
}

static const struct test tests[] = {
    TEST(a_whole_message_is_read),
    TEST(parts_are_told_apart),
    TEST(what_has_not_come_yet_is_waited_for),
    TEST(sizes_have_three_forms),
    TEST(what_the_protocol_forbids_is_malformed),
    TEST(what_is_written_is_masked),
    TEST(larger_ones_are_written_with_their_size),
};
const struct suite test_frame_suite = SUITE("core/web/frame", tests);
