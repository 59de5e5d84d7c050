/*
 * Borrowed text: comparing, cutting, copying into arenas.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/text.h"

#include "core/base/arena.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char lower_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_from(const char *terminated)
{
    return (struct text){terminated, terminated == NULL ? 0 : strlen(terminated)};
}

bool text_equal(struct text a, struct text b)
{
    if (a.data == NULL || b.data == NULL)
        return a.data == b.data;
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

bool text_is(struct text a, const char *terminated)
{
    return text_equal(a, text_from(terminated));
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
    if (a.data == NULL || b.data == NULL)
        return a.data == b.data;
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (lower_ascii(a.data[i]) != lower_ascii(b.data[i]))
            return false;
    }
    return true;
}

bool text_starts_with(struct text t, struct text prefix)
{
    return t.size >= prefix.size && text_equal(text_slice(t, 0, prefix.size), prefix);
}

bool text_ends_with(struct text t, struct text suffix)
{
    return t.size >= suffix.size &&
           text_equal(text_slice(t, t.size - suffix.size, suffix.size), suffix);
}

bool text_contains(struct text t, struct text part)
{
    if (part.size == 0)
        return true;
    return t.data != NULL && memmem(t.data, t.size, part.data, part.size) != NULL;
}

int text_compare(struct text a, struct text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    if (order == 0)
        order = (a.size > b.size) - (a.size < b.size);
    return (order > 0) - (order < 0);
}

struct text text_trim(struct text t)
{
    while (t.size > 0 && is_blank(t.data[0])) {
        t.data++;
        t.size--;
    }
    while (t.size > 0 && is_blank(t.data[t.size - 1]))
        t.size--;
    return t;
}

struct text text_slice(struct text t, size_t from, size_t size)
{
    if (t.data == NULL)
        return t;
    if (from > t.size)
        from = t.size;
    if (size > t.size - from)
        size = t.size - from;
    return (struct text){t.data + from, size};
}

size_t text_find(struct text t, char c, size_t from)
{
    const char *found = from < t.size ? memchr(t.data + from, c, t.size - from) : NULL;

    return found == NULL ? t.size : (size_t)(found - t.data);
}

struct text text_cut(struct text *rest, char separator)
{
    size_t at = text_find(*rest, separator, 0);
    struct text head = text_slice(*rest, 0, at);

    *rest = at < rest->size ? text_slice(*rest, at + 1, rest->size) : (struct text){NULL, 0};
    return head;
}

struct text text_copy(struct arena *arena, struct text t)
{
    char *copy;

    if (t.data == NULL)
        return t;
    copy = arena_take(arena, t.size + 1);
    if (t.size > 0)
        memcpy(copy, t.data, t.size);
    copy[t.size] = '\0';
    return (struct text){copy, t.size};
}

struct bytes bytes_copy(struct arena *arena, struct bytes b)
{
    return bytes_of_text(text_copy(arena, text_of_bytes(b)));
}

struct text text_lower(struct arena *arena, struct text t)
{
    char *copy;

    if (t.data == NULL)
        return t;
    copy = arena_take(arena, t.size + 1);
    for (size_t i = 0; i < t.size; i++)
        copy[i] = lower_ascii(t.data[i]);
    copy[t.size] = '\0';
    return (struct text){copy, t.size};
}

const char *text_c(struct arena *arena, struct text t)
{
    return t.data == NULL ? "" : text_copy(arena, t).data;
}

struct text text_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *out;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        return text_lit("");
    out = arena_take(arena, (size_t)size + 1);
    va_start(args, format);
    vsnprintf(out, (size_t)size + 1, format, args);
    va_end(args);
    return (struct text){out, (size_t)size};
}

bool text_to_int64(struct text t, int64_t *out)
{
    bool is_negative = t.size > 0 && t.data[0] == '-';
    size_t at = is_negative ? 1 : 0;
    int64_t value = 0;

    if (at == t.size)
        return false;
    for (; at < t.size; at++) {
        int digit = t.data[at] - '0';
        if (digit < 0 || digit > 9)
            return false;
        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            __builtin_sub_overflow(value, (int64_t)digit, &value))
            return false;
    }
    if (!is_negative && value == INT64_MIN)
        return false;
    *out = is_negative ? value : -value;
    return true;
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return text_equal(text_of_bytes(a), text_of_bytes(b));
}

bool bytes_take_sized(struct bytes *rest, size_t most, struct bytes *out)
{
    uint32_t size;

    if (rest->size < sizeof(size))
        return false;
    memcpy(&size, rest->data, sizeof(size));
    size = be32toh(size);
    if (size > most || size > rest->size - sizeof(size))
        return false;
    *out = (struct bytes){rest->data + sizeof(size), size};
    *rest = (struct bytes){out->data + size, rest->size - sizeof(size) - size};
    return true;
}
