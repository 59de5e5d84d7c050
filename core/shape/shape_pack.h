/*
 * The stored form of a shape: msgpack, canonical (shortest integers, fields by rising tag, absent
 * fields left out), so that equal values give equal bytes. Only this folder knows msgpack-c.
 * docs/format.md describes every byte.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_PACK_H
#define CORE_SHAPE_SHAPE_PACK_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

/* Appends the packed value. A personal field packs box and digest; one that has text but no box
 * is a bug (must). Passing the buffer's ceiling marks it full. */
void shape_pack(const struct shape *shape, const void *value, struct buf *out);

/* Decodes exactly `packed` (bytes left over are an error) into the struct at `out`, which is
 * cleared first. Texts and bytes point into the arena, never into `packed`. Tags that the table
 * does not know are skipped; a kind that does not fit, damage, or a depth beyond 16 is
 * STATUS_CORRUPT; more than the arena holds is STATUS_TOO_LARGE. Reads no more than `packed.size`
 * bytes and allocates in proportion to it. */
MUST_USE enum status shape_unpack(
    const struct shape *shape,
    struct bytes packed,
    struct arena *arena,
    void *out,
    struct error *error);

/* The same, but bytes that shape_pack() would not write for that value are STATUS_CORRUPT, too. */
MUST_USE enum status shape_unpack_canonical(
    const struct shape *shape,
    struct bytes packed,
    struct arena *arena,
    void *out,
    struct error *error);

#endif
