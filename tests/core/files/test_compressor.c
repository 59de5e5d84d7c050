/*
 * Frames that hold what was added, however it came, and that say when they do not any more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/files/compressor.h"
#include "tests/support/expect.h"

enum { CONTENT_BYTES = 3 << 20, PIECE_BYTES = 70001 };

static struct buf content;
static struct buf frame;
static struct error error;

static struct bytes part(const struct buf *whole, size_t from, size_t size)
{
    return (struct bytes){(const uint8_t *)whole->data + from, size};
}

static void set_up(void)
{
    struct compressor *compressor = compressor_new(3);

    buf_init(&content, CONTENT_BYTES);
    buf_init(&frame, CONTENT_BYTES);
    for (size_t i = 0; i < CONTENT_BYTES; i++)
        buf_add_char(&content, (char)(i * i >> 7));
    for (size_t at = 0; at < CONTENT_BYTES; at += PIECE_BYTES)
        compressor_add(
            compressor,
            part(&content, at, CONTENT_BYTES - at < PIECE_BYTES ? CONTENT_BYTES - at : PIECE_BYTES),
            &frame);
    compressor_end(compressor, &frame);
    compressor_free(compressor);
    must(!buf_is_full(&frame));
}

static void tear_down(void)
{
    buf_fini(&content);
    buf_fini(&frame);
}

static enum status expand(struct bytes bytes, size_t ceiling)
{
    AUTO_BUF out = {0};
    enum status status;

    buf_init(&out, ceiling);
    status = compressor_expand(bytes, &out, &error);
    if (status == STATUS_OK)
        expect(bytes_equal(buf_bytes(&out), buf_bytes(&content)));
    else
        expect_int64((int64_t)out.size, 0);
    return status;
}

static void a_frame_holds_what_was_added(void)
{
    expect(frame.size < content.size);
    expect_ok(expand(buf_bytes(&frame), CONTENT_BYTES), &error);
}

static void one_compressor_makes_frame_after_frame(void)
{
    struct compressor *compressor = compressor_new(1);

    for (int i = 0; i < 3; i++) {
        buf_clear(&frame);
        compressor_add(compressor, buf_bytes(&content), &frame);
        compressor_end(compressor, &frame);
        expect_ok(expand(buf_bytes(&frame), CONTENT_BYTES), &error);
    }
    compressor_free(compressor);
}

static void what_is_larger_than_it_may_be_is_not_expanded(void)
{
    expect_status(expand(buf_bytes(&frame), CONTENT_BYTES - 1), STATUS_CORRUPT, &error);
}

static void a_frame_that_is_cut_short_or_goes_on_is_none(void)
{
    expect_status(expand((struct bytes){NULL, 0}, CONTENT_BYTES), STATUS_CORRUPT, &error);
    expect_status(expand(part(&frame, 0, frame.size - 1), CONTENT_BYTES), STATUS_CORRUPT, &error);
    buf_add_char(&frame, 'x');
    expect_status(expand(buf_bytes(&frame), CONTENT_BYTES), STATUS_CORRUPT, &error);
}

/* Of what is in it: its head holds some that say nothing of that. */
static void a_changed_byte_is_found(void)
{
    for (size_t at = 8; at < frame.size; at += frame.size / 40) {
        frame.data[at] ^= 0x10;
        expect_status(expand(buf_bytes(&frame), CONTENT_BYTES), STATUS_CORRUPT, &error);
        frame.data[at] ^= 0x10;
    }
}

static const struct test tests[] = {
    TEST(a_frame_holds_what_was_added),
    TEST(one_compressor_makes_frame_after_frame),
    TEST(what_is_larger_than_it_may_be_is_not_expanded),
    TEST(a_frame_that_is_cut_short_or_goes_on_is_none),
    TEST(a_changed_byte_is_found),
};
const struct suite test_compressor_suite =
    SUITE_WITH("core/files/compressor", tests, .set_up = set_up, .tear_down = tear_down);
