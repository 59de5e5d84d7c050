/*
 * Text as UTF-8 (RFC 3629): counting and cutting by characters, and what to do with bytes that are
 * none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/text.h"

#include <string.h>

/* Length in bytes of the well-formed sequence at `at`, or 0 (RFC 3629, section 4). */
static size_t utf8_step(struct text t, size_t at)
{
    const unsigned char *p = (const unsigned char *)t.data + at;
    size_t left = t.size - at;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t size;

    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        size = 2;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF)
        size = 3;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        size = 4;
    else
        return 0;
    if (size > left)
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    if (p[0] == 0xED)
        high = 0x9F;
    if (p[0] == 0xF0)
        low = 0x90;
    if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    }
    return size;
}

size_t text_length(struct text t)
{
    size_t count = 0;

    for (size_t at = 0; at < t.size; count++) {
        size_t step = utf8_step(t, at);
        at += step == 0 ? 1 : step;
    }
    return count;
}

struct text text_first_characters(struct text t, size_t characters)
{
    size_t at = 0;

    if (t.size <= characters)
        return t;
    for (size_t count = 0; at < t.size && count < characters; count++) {
        size_t step = utf8_step(t, at);
        at += step == 0 ? 1 : step;
    }
    return text_slice(t, 0, at);
}

struct text text_first_units(struct text t, size_t units)
{
    size_t count = 0;

    for (size_t i = 0; i < t.size; i++) {
        uint8_t byte = (uint8_t)t.data[i];
        if ((byte & 0xC0) == 0x80)
            continue;
        count += byte >= 0xF0 ? 2 : 1;
        if (count > units)
            return text_slice(t, 0, i);
    }
    return t;
}

/* Most text is: eight bytes at a time. A byte that is 0 borrows, and one beyond 127 has the high bit. */
static bool is_ascii_word(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t word;

    memcpy(&word, data, sizeof(word));
    return ((word | (word - ones)) & highs) == 0;
}

static bool is_utf8(struct text t, bool may_have_nul)
{
    for (size_t at = 0; at < t.size;) {
        size_t step;

        if (t.size - at >= sizeof(uint64_t) && is_ascii_word(t.data + at)) {
            at += sizeof(uint64_t);
            continue;
        }
        step = utf8_step(t, at);
        if (step == 0 || (t.data[at] == '\0' && !may_have_nul))
            return false;
        at += step;
    }
    return true;
}

bool text_is_utf8(struct text t)
{
    return is_utf8(t, true);
}

bool text_is_clean_utf8(struct text t)
{
    return is_utf8(t, false);
}

/* Does a character begin here that nobody sees, and that changes what is seen? */
static bool is_control(const char *at, size_t left)
{
    const uint8_t *byte = (const uint8_t *)at;

    if (byte[0] < 0x20 || byte[0] == 0x7f)
        return true;
    if (left >= 2 && byte[0] == 0xc2)
        return byte[1] < 0xa0; /* U+0080 to U+009F */
    if (left >= 2 && byte[0] == 0xd8)
        return byte[1] == 0x9c; /* U+061C */
    if (left < 3 || byte[0] != 0xe2)
        return false;
    if (byte[1] == 0x80) /* U+200E, U+200F; U+2028 to U+202E */
        return byte[2] == 0x8e || byte[2] == 0x8f || (byte[2] >= 0xa8 && byte[2] <= 0xae);
    return byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9; /* U+2066 to U+2069 */
}

bool text_is_printable(struct text t, bool has_lines)
{
    for (size_t i = 0; i < t.size; i++) {
        bool is_layout = t.data[i] == '\n' || t.data[i] == '\r' || t.data[i] == '\t';
        if (is_control(t.data + i, t.size - i) && !(has_lines && is_layout))
            return false;
    }
    return true;
}

struct text text_first_bytes(struct text t, size_t bytes)
{
    size_t end = bytes;

    if (t.size <= bytes)
        return t;
    while (end > 0 && ((uint8_t)t.data[end] & 0xC0) == 0x80)
        end--;
    return text_slice(t, 0, end);
}

static const char replacement[] = "\xEF\xBF\xBD";

struct text text_cleaned(struct arena *arena, struct text t)
{
    enum { REPLACEMENT_SIZE = sizeof(replacement) - 1 };
    char *copy;
    size_t size = 0;

    if (text_is_clean_utf8(t))
        return t;
    copy = arena_take(arena, t.size * REPLACEMENT_SIZE + 1);
    for (size_t at = 0; at < t.size;) {
        size_t step = t.data[at] == '\0' ? 0 : utf8_step(t, at);
        const char *from = step == 0 ? replacement : t.data + at;
        size_t taken = step == 0 ? REPLACEMENT_SIZE : step;

        memcpy(copy + size, from, taken);
        size += taken;
        at += step == 0 ? 1 : step;
    }
    copy[size] = '\0';
    return (struct text){copy, size};
}

void text_make_printable(char *text)
{
    struct text t = text_from(text);

    for (size_t at = 0; at < t.size;) {
        size_t step = utf8_step(t, at);
        unsigned char c = (unsigned char)text[at];

        if (step == 0 || (c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
            text[at] = '?';
        at += step == 0 ? 1 : step;
    }
}
