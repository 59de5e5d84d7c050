/*
 * Buffers with a ceiling.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/heap.h"
#include "tests/support/expect.h"

#include <string.h>

static void what_is_added_stands_in_order(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1000);
    expect_text(buf_text(&buf), "");
    buf_add_c(&buf, "a");
    buf_add_char(&buf, 'b');
    buf_add_text(&buf, text_lit("cd"));
    buf_add_text(&buf, (struct text){NULL, 0});
    buf_add_int64(&buf, INT64_MIN);
    buf_printf(&buf, "%s-%03d", "x", 7);
    expect_text(buf_text(&buf), "abcd-9223372036854775808x-007");
    expect_int64(buf.data[buf.size], 0);
}

static void numbers_are_big_endian(void)
{
    static const uint8_t wanted[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    AUTO_BUF buf = {0};

    buf_init(&buf, 1000);
    buf_add_u8(&buf, 0x01);
    buf_add_u16be(&buf, 0x0203);
    buf_add_u32be(&buf, 0x04050607);
    buf_add_u64be(&buf, 0x08090A0B0C0D0E0F);
    expect(bytes_equal(buf_bytes(&buf), (struct bytes){wanted, sizeof(wanted)}));
}

static void what_is_added_with_its_size_is_taken_off_again_or_stays_whole(void)
{
    AUTO_BUF buf = {0};
    struct bytes rest;
    struct bytes part = {NULL, 0};

    buf_init(&buf, 1000);
    buf_add_sized(&buf, bytes_of_text(text_lit("abc")));
    buf_add_sized(&buf, (struct bytes){NULL, 0});
    rest = buf_bytes(&buf);
    expect(!bytes_take_sized(&rest, 2, &part) && rest.size == 11);
    expect(bytes_take_sized(&rest, 3, &part));
    expect_text(text_of_bytes(part), "abc");
    expect(bytes_take_sized(&rest, 3, &part) && part.size == 0 && rest.size == 0);
    expect(!bytes_take_sized(&rest, 3, &part));
    for (size_t size = 0; size < 7; size++) {
        rest = (struct bytes){buf_bytes(&buf).data, size};
        expect(!bytes_take_sized(&rest, SIZE_MAX, &part) && rest.size == size);
    }
}

static void four_bytes_can_be_patched(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1000);
    buf_add_c(&buf, "ab????ef");
    buf_patch_u32be(&buf, 2, 0x31323334);
    expect_text(buf_text(&buf), "ab1234ef");
}

static void a_write_past_the_ceiling_is_dropped_whole(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 8);
    buf_add_c(&buf, "12345678");
    expect(!buf_is_full(&buf));
    buf_add_char(&buf, '9');
    expect(buf_is_full(&buf));
    expect_text(buf_text(&buf), "12345678");
    buf_clear(&buf);
    expect(!buf_is_full(&buf));
    buf_printf(&buf, "%s", "123456789");
    expect(buf_is_full(&buf));
    buf_add_c(&buf, "1"); /* once full, always full: no hole in the middle */
    expect_text(buf_text(&buf), "");
    buf_patch_u32be(&buf, 0, 1);
}

static void it_grows_as_far_as_it_may(void)
{
    AUTO_BUF buf = {0};
    char chunk[1000];

    memset(chunk, 'x', sizeof(chunk));
    buf_init(&buf, 100000);
    for (int i = 0; i < 100; i++)
        buf_add(&buf, chunk, sizeof(chunk));
    expect_int64(buf.size, 100000);
    expect(!buf_is_full(&buf));
}

static void it_can_be_shortened(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 100);
    buf_truncate(&buf, 0);
    buf_add_c(&buf, "abc");
    buf_truncate(&buf, 1);
    expect_text(text_from(buf.data), "a");
}

static void detaching_gives_the_memory_away(void)
{
    struct buf buf;
    size_t size = 9;
    char *data;

    buf_init(&buf, 100);
    data = buf_detach(&buf, &size);
    expect_text(text_from(data), "");
    expect_int64(size, 0);
    heap_free(data);
    buf_add_c(&buf, "abc");
    data = buf_detach(&buf, NULL);
    expect_text(text_from(data), "abc");
    heap_free(data);
    expect_int64(buf.size, 0);
    expect_int64(buf.ceiling, 100);
    buf_fini(&buf);
}

static const struct test tests[] = {
    TEST(what_is_added_stands_in_order),
    TEST(numbers_are_big_endian),
    TEST(four_bytes_can_be_patched),
    TEST(a_write_past_the_ceiling_is_dropped_whole),
    TEST(it_grows_as_far_as_it_may),
    TEST(it_can_be_shortened),
    TEST(detaching_gives_the_memory_away),
    TEST(what_is_added_with_its_size_is_taken_off_again_or_stays_whole),
};

const struct suite test_buf_suite = SUITE("core/base/buf", tests);
