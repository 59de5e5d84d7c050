/*
 * Growable buffers with a ceiling.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 256 };

void buf_init(struct buf *buf, size_t ceiling_bytes)
{
    *buf = (struct buf){.ceiling = ceiling_bytes};
}

void buf_fini(struct buf *buf)
{
    heap_free(buf->data);
    *buf = (struct buf){.ceiling = buf->ceiling};
}

static bool make_room(struct buf *buf, size_t more)
{
    size_t needed;

    if (buf->is_full || more > buf->ceiling || buf->size > buf->ceiling - more) {
        buf->is_full = true;
        return false;
    }
    needed = buf->size + more + 1;
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity < SMALLEST_CAPACITY ? SMALLEST_CAPACITY : buf->capacity;
        while (capacity < needed)
            capacity *= 2;
        buf->data = heap_resize(buf->data, capacity);
        buf->capacity = capacity;
    }
    return true;
}

void buf_add_growing(struct buf *buf, const void *data, size_t size)
{
    if (!make_room(buf, size))
        return;
    if (size > 0)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void buf_add_text(struct buf *buf, struct text t)
{
    buf_add(buf, t.data, t.size);
}

void buf_add_c(struct buf *buf, const char *terminated)
{
    buf_add(buf, terminated, strlen(terminated));
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_add_int64(struct buf *buf, int64_t value)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_add(buf, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    must(size >= 0);
    if (!make_room(buf, (size_t)size))
        return;
    va_start(args, format);
    vsnprintf(buf->data + buf->size, (size_t)size + 1, format, args);
    va_end(args);
    buf->size += (size_t)size;
}

void buf_add_u8(struct buf *buf, uint8_t value)
{
    buf_add(buf, &value, 1);
}

void buf_add_u16be(struct buf *buf, uint16_t value)
{
    uint8_t raw[2] = {(uint8_t)(value >> 8), (uint8_t)value};

    buf_add(buf, raw, sizeof(raw));
}

void buf_add_u32be(struct buf *buf, uint32_t value)
{
    uint8_t raw[4] = {
        (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

    buf_add(buf, raw, sizeof(raw));
}

void buf_add_u64be(struct buf *buf, uint64_t value)
{
    buf_add_u32be(buf, (uint32_t)(value >> 32));
    buf_add_u32be(buf, (uint32_t)value);
}

void buf_add_sized(struct buf *buf, struct bytes part)
{
    must(part.size <= UINT32_MAX);
    buf_add_u32be(buf, (uint32_t)part.size);
    buf_add(buf, part.data, part.size);
}

void buf_patch_u32be(struct buf *buf, size_t at, uint32_t value)
{
    if (buf->is_full)
        return;
    must(at <= buf->size && buf->size - at >= 4);
    for (size_t i = 0; i < 4; i++)
        buf->data[at + i] = (char)(uint8_t)(value >> (24 - 8 * i));
}

void buf_truncate(struct buf *buf, size_t size)
{
    must(size <= buf->size);
    buf->size = size;
    if (buf->data != NULL)
        buf->data[size] = '\0';
}

void buf_clear(struct buf *buf)
{
    buf_truncate(buf, 0);
    buf->is_full = false;
}

bool buf_is_full(const struct buf *buf)
{
    return buf->is_full;
}

struct text buf_text(const struct buf *buf)
{
    return (struct text){buf->data == NULL ? "" : buf->data, buf->size};
}

struct bytes buf_bytes(const struct buf *buf)
{
    return bytes_of_text(buf_text(buf));
}

char *buf_detach(struct buf *buf, size_t *out_size)
{
    char *data = buf->data == NULL ? heap_new(1) : buf->data;

    if (out_size != NULL)
        *out_size = buf->size;
    *buf = (struct buf){.ceiling = buf->ceiling};
    return data;
}
