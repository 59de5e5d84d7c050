/*
 * Events of a recording as lines of JSON; bytes as text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/terminal/asciicast.h"

#include "core/shape/shape_json.h"

#include <string.h>

static const struct text replacement = TEXT_OF("\xEF\xBF\xBD");

void asciicast_begin(struct asciicast *cast, struct buf *out, const struct cast_head *head)
{
    *cast = (struct asciicast){.out = out, .begun_at = head->begun_at};
    buf_printf(
        out, "{\"version\":2,\"width\":%lld,\"height\":%lld,\"timestamp\":%lld,\"title\":",
        (long long)head->cols, (long long)head->rows, (long long)(head->begun_at.us / US_PER_S));
    json_write_text(out, head->title);
    buf_add_c(out, ",\"env\":{\"TERM\":\"xterm-256color\"}}\n");
}

/* Time never goes back within a recording: the ledger's does not. */
static void begin_line(struct asciicast *cast, struct timestamp at, char code)
{
    int64_t us = at.us - cast->begun_at.us;

    buf_printf(
        cast->out, "[%lld.%06lld,\"%c\",", (long long)(us / US_PER_S), (long long)(us % US_PER_S),
        code);
}

static void end_line(struct asciicast *cast)
{
    buf_add_c(cast->out, "]\n");
}

/* Bytes that a character beginning with this one has; 0: none begins so. */
static size_t length_of(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first < 0xE0)
        return 2;
    if (first >= 0xE0 && first < 0xF0)
        return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/* A character at the beginning of `rest`, of which as many bytes are there as it needs. */
static bool is_character(struct text rest, size_t length)
{
    struct text character = {rest.data, length};

    return length == 1 || text_is_clean_utf8(character);
}

/* Could `rest`, which is too short, be the beginning of a character? */
static bool may_go_on(struct text rest, size_t length)
{
    for (size_t i = 1; i < rest.size; i++) {
        if ((rest.data[i] & 0xC0) != 0x80)
            return false;
    }
    return rest.size < length;
}

/* Writes all characters; what may be the beginning of one is left in the tail. */
static void write_characters(struct buf *out, struct text rest, struct cast_tail *tail)
{
    while (rest.size > 0) {
        size_t length = length_of((uint8_t)rest.data[0]);
        if (length > rest.size && may_go_on(rest, length)) {
            tail->count = rest.size;
            memcpy(tail->bytes, rest.data, rest.size);
            return;
        }
        if (length > 0 && length <= rest.size && is_character(rest, length)) {
            buf_add(out, rest.data, length);
        } else {
            buf_add(out, replacement.data, replacement.size);
            length = 1;
        }
        rest = text_slice(rest, length, rest.size);
    }
}

static void write_data(
    struct asciicast *cast,
    struct timestamp at,
    char code,
    struct cast_tail *tail,
    struct bytes data)
{
    AUTO_BUF joined = {0};
    AUTO_BUF clean = {0};

    buf_init(&joined, data.size + CAST_TAIL);
    buf_init(&clean, 3 * (data.size + CAST_TAIL));
    buf_add(&joined, tail->bytes, tail->count);
    buf_add(&joined, data.data, data.size);
    tail->count = 0;
    write_characters(&clean, buf_text(&joined), tail);
    if (clean.size == 0)
        return;
    begin_line(cast, at, code);
    json_write_text(cast->out, buf_text(&clean));
    end_line(cast);
}

void asciicast_output(struct asciicast *cast, struct timestamp at, struct bytes data)
{
    write_data(cast, at, 'o', &cast->output, data);
}

void asciicast_input(struct asciicast *cast, struct timestamp at, struct bytes data)
{
    write_data(cast, at, 'i', &cast->input, data);
}

void asciicast_resize(struct asciicast *cast, struct timestamp at, int64_t cols, int64_t rows)
{
    begin_line(cast, at, 'r');
    buf_printf(cast->out, "\"%lldx%lld\"", (long long)cols, (long long)rows);
    end_line(cast);
}

void asciicast_mark(struct asciicast *cast, struct timestamp at, struct text words)
{
    begin_line(cast, at, 'm');
    json_write_text(cast->out, words);
    end_line(cast);
}
