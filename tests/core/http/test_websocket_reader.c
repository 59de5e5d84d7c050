/*
 * What clients send on WebSockets, byte by byte: messages in one piece and in many, and every rule that
 * can be broken. The bytes are those of RFC 6455, section 5.7, where it has them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/http/websocket_reader.h"
#include "tests/support/expect.h"

#include <string.h>

enum { MOST_BYTES = 1000 };

static struct websocket_reader *reader;
static struct buf sent;
static size_t taken;
static size_t step; /* bytes that come at a time */

static size_t give(void *context, uint8_t *into, size_t size)
{
    size_t left = sent.size - taken;
    size_t given = left < step ? left : step;

    (void)context;
    given = given < size ? given : size;
    if (given > 0)
        memcpy(into, sent.data + taken, given);
    taken += given;
    return given;
}

static void make_reader(void)
{
    buf_init(&sent, 1 << 20);
    taken = 0;
    step = SIZE_MAX;
    reader = websocket_reader_new(MOST_BYTES, give, NULL);
}

static void free_reader(void)
{
    websocket_reader_free(reader);
    buf_fini(&sent);
}

static void masked(unsigned first, struct text payload)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

    buf_add_u8(&sent, (uint8_t)first);
    if (payload.size < 126) {
        buf_add_u8(&sent, (uint8_t)(0x80 | payload.size));
    } else {
        buf_add_u8(&sent, 0x80 | 126);
        buf_add_u16be(&sent, (uint16_t)payload.size);
    }
    buf_add(&sent, mask, sizeof(mask));
    for (size_t i = 0; i < payload.size; i++)
        buf_add_u8(&sent, (uint8_t)payload.data[i] ^ mask[i % 4]);
}

static void bytes(const void *data, size_t size)
{
    buf_add(&sent, data, size);
}

static void expect_message(enum websocket_opcode opcode, struct text payload)
{
    struct websocket_reading reading = websocket_reader_next(reader);

    expect_int64(reading.event, WEBSOCKET_MESSAGE);
    expect_int64(reading.opcode, opcode);
    expect(text_equal(reading.payload, payload));
}

static void expect_nothing(void)
{
    expect_int64(websocket_reader_next(reader).event, WEBSOCKET_NOTHING);
}

static void expect_violation(int code)
{
    struct websocket_reading reading = websocket_reader_next(reader);

    expect_int64(reading.event, WEBSOCKET_VIOLATED);
    expect_int64(reading.code, code);
    expect_nothing(); /* and never again */
}

static void expect_goodbye(int code)
{
    struct websocket_reading reading = websocket_reader_next(reader);

    expect_int64(reading.event, WEBSOCKET_CLOSED);
    expect_int64(reading.code, code);
    expect_nothing();
}

static void the_example_of_the_rfc_is_read(void)
{
    static const uint8_t hello[] = {0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,
                                    0x7f, 0x9f, 0x4d, 0x51, 0x58};

    bytes(hello, sizeof(hello));
    expect_message(WEBSOCKET_TEXT, text_lit("Hello"));
    expect_nothing();
}

static void several_messages_are_read_one_by_one(void)
{
    masked(0x81, text_lit("one"));
    masked(0x82, text_lit("two"));
    masked(0x81, text_lit(""));
    expect_message(WEBSOCKET_TEXT, text_lit("one"));
    expect_message(WEBSOCKET_BINARY, text_lit("two"));
    expect_message(WEBSOCKET_TEXT, text_lit(""));
    expect_nothing();
}

static void bytes_may_come_one_at_a_time(void)
{
    char long_text[300];

    memset(long_text, 'x', sizeof(long_text));
    masked(0x01, (struct text){long_text, sizeof(long_text)});
    masked(0x80, text_lit("!"));
    step = 1;
    for (size_t i = 0; i < sent.size; i++) {
        struct websocket_reading reading = websocket_reader_next(reader);

        if (reading.event == WEBSOCKET_MESSAGE) {
            expect_int64(reading.payload.size, sizeof(long_text) + 1);
            return;
        }
    }
    expect(!"a message came");
}

static void control_frames_come_between_the_pieces_of_a_message(void)
{
    struct websocket_reading reading;

    masked(0x01, text_lit("Hel"));
    masked(0x89, text_lit("are you there"));
    masked(0x8a, text_lit(""));
    masked(0x80, text_lit("lo"));
    reading = websocket_reader_next(reader);
    expect_int64(reading.event, WEBSOCKET_PINGED);
    expect_text(reading.payload, "are you there");
    expect_int64(websocket_reader_next(reader).event, WEBSOCKET_PONGED);
    expect_message(WEBSOCKET_TEXT, text_lit("Hello"));
}

static void a_message_may_be_as_long_as_said_and_no_longer(void)
{
    char long_text[MOST_BYTES + 1];

    memset(long_text, 'x', sizeof(long_text));
    masked(0x82, (struct text){long_text, MOST_BYTES});
    expect_message(WEBSOCKET_BINARY, (struct text){long_text, MOST_BYTES});
    masked(0x82, (struct text){long_text, MOST_BYTES + 1});
    expect_violation(1009);
}

static void pieces_that_together_are_too_long_are_refused(void)
{
    char long_text[MOST_BYTES];

    memset(long_text, 'x', sizeof(long_text));
    masked(0x02, (struct text){long_text, MOST_BYTES});
    masked(0x00, text_lit(""));
    masked(0x00, text_lit("y"));
    expect_violation(1009);
}

static void a_length_beyond_all_memory_is_refused_by_its_first_byte(void)
{
    static const uint8_t huge[] = {0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 1,    2,    3,    4,    5};

    bytes(huge, sizeof(huge));
    expect_violation(1009);
}

/* Each of these frames breaks one rule. */
static const struct {
    const char *rule;
    uint8_t bytes[16];
    size_t size;
} broken[] = {
    {"a frame without a mask", {0x81, 0x01, 'x'}, 3},
    {"reserved bit 1", {0xc1, 0x80, 1, 2, 3, 4}, 6},
    {"reserved bit 2", {0xa1, 0x80, 1, 2, 3, 4}, 6},
    {"reserved bit 3", {0x91, 0x80, 1, 2, 3, 4}, 6},
    {"opcode 3", {0x83, 0x80, 1, 2, 3, 4}, 6},
    {"opcode 7", {0x87, 0x80, 1, 2, 3, 4}, 6},
    {"opcode 11", {0x8b, 0x80, 1, 2, 3, 4}, 6},
    {"opcode 15", {0x8f, 0x80, 1, 2, 3, 4}, 6},
    {"a continuation of nothing", {0x80, 0x80, 1, 2, 3, 4}, 6},
    {"a second beginning", {0x01, 0x80, 1, 2, 3, 4, 0x81, 0x80, 1, 2, 3, 4}, 12},
    {"a ping in pieces", {0x09, 0x80, 1, 2, 3, 4}, 6},
    {"a ping of 126 bytes", {0x89, 0xfe, 0, 126, 1, 2, 3, 4}, 8},
    {"a length that needs no two bytes", {0x82, 0xfe, 0, 125, 1, 2, 3, 4}, 8},
    {"a length that needs no eight bytes",
     {0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4},
     14},
    {"a negative length", {0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4}, 14},
    {"half a close code", {0x88, 0x81, 0, 0, 0, 0, 3}, 7},
};

static void whoever_breaks_a_rule_is_told_so(void)
{
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        printf("%s\n", broken[i].rule);
        bytes(broken[i].bytes, broken[i].size);
        expect_violation(1002);
        free_reader();
        make_reader();
    }
}

static void close_codes_are_those_that_may_be_sent(void)
{
    static const struct {
        int code;
        bool is_allowed;
    } codes[] = {
        {0, false},    {999, false}, {1000, true},  {1003, true},   {1004, false}, {1005, false},
        {1006, false}, {1007, true}, {1014, true},  {1015, false},  {1016, false}, {2999, false},
        {3000, true},  {4999, true}, {5000, false}, {65535, false},
    };

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        char body[2] = {(char)(codes[i].code >> 8), (char)(codes[i].code & 0xff)};

        masked(0x88, (struct text){body, sizeof(body)});
        if (codes[i].is_allowed)
            expect_goodbye(codes[i].code);
        else
            expect_violation(1002);
        free_reader();
        make_reader();
    }
}

static void a_goodbye_may_be_without_a_word_and_nothing_is_heard_after_it(void)
{
    masked(0x88, text_lit(""));
    masked(0x81, text_lit("one more thing"));
    expect_goodbye(1005);
}

static void texts_and_reasons_must_be_utf_8(void)
{
    masked(0x81, text_lit("\xce\xba\xe1\xbd\xb9"));
    expect_message(WEBSOCKET_TEXT, text_lit("\xce\xba\xe1\xbd\xb9"));
    masked(0x81, text_lit("\xed\xa0\x80"));
    expect_violation(1007);
    free_reader();
    make_reader();
    masked(0x88, text_lit("\x03\xe8\xff"));
    expect_violation(1007);
}

static void a_character_may_be_split_between_pieces(void)
{
    masked(0x01, text_lit("\xce"));
    masked(0x80, text_lit("\xba"));
    expect_message(WEBSOCKET_TEXT, text_lit("\xce\xba"));
}

static const struct test tests[] = {
    TEST(the_example_of_the_rfc_is_read),
    TEST(several_messages_are_read_one_by_one),
    TEST(bytes_may_come_one_at_a_time),
    TEST(control_frames_come_between_the_pieces_of_a_message),
    TEST(a_message_may_be_as_long_as_said_and_no_longer),
    TEST(pieces_that_together_are_too_long_are_refused),
    TEST(a_length_beyond_all_memory_is_refused_by_its_first_byte),
    TEST(whoever_breaks_a_rule_is_told_so),
    TEST(close_codes_are_those_that_may_be_sent),
    TEST(a_goodbye_may_be_without_a_word_and_nothing_is_heard_after_it),
    TEST(texts_and_reasons_must_be_utf_8),
    TEST(a_character_may_be_split_between_pieces),
};

const struct suite test_websocket_reader_suite = SUITE_WITH(
    "core/http/websocket_reader", tests, .set_up = make_reader, .tear_down = free_reader);
