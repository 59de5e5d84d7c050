/*
 * Stored bytes. What is accepted must pack again, and what that gives must be stable: one value,
 * one form.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "tests/support/sample_shapes.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unpack(const struct shape *shape, struct bytes packed, struct arena *arena)
{
    struct everything value;
    struct everything back;
    struct error error = {0};
    AUTO_BUF once = {0};
    AUTO_BUF twice = {0};
    enum status status = shape_unpack(shape, packed, arena, &value, &error);

    if (status != STATUS_OK) {
        must(status == STATUS_CORRUPT || status == STATUS_TOO_LARGE);
        return;
    }
    buf_init(&once, 1 << 24);
    buf_init(&twice, 1 << 24);
    shape_pack(shape, &value, &once);
    must(once.size <= packed.size);
    must(
        (shape_unpack_canonical(shape, packed, arena, &back, &error) == STATUS_OK) ==
        bytes_equal(buf_bytes(&once), packed));
    must(shape_unpack(shape, buf_bytes(&once), arena, &back, &error) == STATUS_OK);
    must(shape_equal(shape, &value, &back));
    shape_pack(shape, &back, &twice);
    must(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 24);
    struct shape frozen = everything_shape;
    struct bytes rest;

    if (size == 0)
        return 0;
    frozen.form = FORM_ARRAY;
    rest = (struct bytes){data + 1, size - 1};
    unpack(data[0] % 2 == 0 ? &everything_shape : &frozen, rest, arena);
    return 0;
}
