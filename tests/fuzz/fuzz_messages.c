/*
 * Payloads of messages of sockets, by the shapes of their rows. The first byte chooses the row: whatever is
 * said is taken by it, clean, or refused as invalid or too large.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_check.h"
#include "core/shape/shape_json.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_SHAPES = 256, ARENA_BYTES = 16 << 20 };

static size_t find_shapes(struct arena *arena, const struct shape *shapes[MOST_SHAPES])
{
    size_t count = 0;

    for (const struct route_area *area = message_catalog; area->name != NULL; area++) {
        for (const struct route *row = area->routes; row->method != NULL; row++) {
            const struct shape *shape = route_input(row, arena);
            if (shape != NULL && count < MOST_SHAPES)
                shapes[count++] = shape;
        }
    }
    must(count > 0);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct shape *shapes[MOST_SHAPES];
    size_t count = find_shapes(arena, shapes);
    const struct shape *shape;
    struct error error = {0};
    enum status status;
    void *value;

    if (size == 0)
        return 0;
    shape = shapes[data[0] % count];
    value = arena_take(arena, shape->size);
    shape_clear(shape, value);
    status = shape_json_read(
        shape, text_of_bytes((struct bytes){data + 1, size - 1}), arena, value, &error);
    must(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_TOO_LARGE);
    if (status == STATUS_OK)
        must(shape_unclean(shape, value) == NULL);
    return 0;
}
