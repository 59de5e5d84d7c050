/*
 * A growable buffer with a declared ceiling: no buffer fed from outside can grow without limit,
 * because there is no way to make one. Always terminated.
 *
 * A write past the ceiling is dropped whole and remembered; buf_is_full() asks once at the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

#include "core/base/attributes.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    char *data; /* NULL until the first write */
    size_t size;
    size_t capacity;
    size_t ceiling;
    bool is_full;
};

/* The caller owns the struct; buf_fini() releases the memory. */
void buf_init(struct buf *buf, size_t ceiling_bytes);
void buf_fini(struct buf *buf);
/* A buffer that ends with its scope; give it an initialiser: AUTO_BUF out = {0}; */
#define AUTO_BUF CLEANUP(buf_fini) struct buf

/* Adding where the room must be made first, or where there is none. */
void buf_add_growing(struct buf *buf, const void *data, size_t size);

static inline void buf_add(struct buf *buf, const void *data, size_t size)
{
    if (size == 0 || buf->is_full || size >= buf->capacity - buf->size ||
        size > buf->ceiling - buf->size) {
        buf_add_growing(buf, data, size);
        return;
    }
    memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}
void buf_add_text(struct buf *buf, struct text t);
void buf_add_c(struct buf *buf, const char *terminated);
void buf_add_char(struct buf *buf, char c);
void buf_add_int64(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Big-endian integers, as stored formats and PostgreSQL's binary form want them. */
void buf_add_u8(struct buf *buf, uint8_t value);
void buf_add_u16be(struct buf *buf, uint16_t value);
void buf_add_u32be(struct buf *buf, uint32_t value);
void buf_add_u64be(struct buf *buf, uint64_t value);

/* Its size as u32be, then the bytes; bytes_take_sized() takes them off again. */
void buf_add_sized(struct buf *buf, struct bytes part);

/* Overwrites four bytes at `at`, which must lie inside. */
void buf_patch_u32be(struct buf *buf, size_t at, uint32_t value);

/* Shortens to `size`, which must not exceed the current one. */
void buf_truncate(struct buf *buf, size_t size);
void buf_clear(struct buf *buf); /* and forgets the full mark */

bool buf_is_full(const struct buf *buf);

/* Borrowed views, valid until the next write. */
struct text buf_text(const struct buf *buf);
struct bytes buf_bytes(const struct buf *buf);

/* The memory is given to the caller (heap_free); the buffer is empty again. Never NULL. */
char *buf_detach(struct buf *buf, size_t *out_size);

#endif
