/*
 * Cursors that callers hand back. The first byte chooses the list, the second whether the rest is
 * the token itself or what stands behind its head. A cursor is read or refused by its name, and
 * one that was read names every value of the list's order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/cursor.h"
#include "api/route.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CURSOR_VERSION = 1, MOST_LISTS = 256 };

static size_t find_lists(const struct resource *lists[MOST_LISTS])
{
    size_t count = 0;

    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route->lists != NULL && count < MOST_LISTS)
                lists[count++] = route->lists;
        }
    }
    must(count > 0);
    return count;
}

static struct text behind_head(struct arena *arena, const struct resource *list, struct bytes rest)
{
    AUTO_BUF token = {0};

    buf_init(&token, 1 << 16);
    buf_add_u8(&token, CURSOR_VERSION);
    buf_add_c(&token, list->name);
    buf_add_char(&token, '\n');
    buf_add(&token, rest.data, rest.size);
    return base64url_encode(arena, buf_bytes(&token));
}

static void read_cursor(struct arena *arena, const struct resource *list, struct text after)
{
    const struct shape *shape = resource_input_shape(list, true, arena);
    struct resource_input *input = arena_take(arena, shape->size);
    struct error error = {0};
    enum status status;

    shape_clear(shape, input);
    input->after = after;
    status = cursor_read(list, shape, input, arena, &error);
    if (status != STATUS_OK) {
        must(status == STATUS_INVALID && strcmp(error.field, "after") == 0);
        return;
    }
    if (list->has_row_cursor || !text_is_present(after) || after.size == 0)
        return;
    must(!field_is_absent(resource_cursor_field(shape, resource_order_count(list) - 1), input));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct resource *lists[MOST_LISTS];
    size_t count = find_lists(lists);
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct resource *list;
    struct bytes rest;

    if (size < 2 || size > 1 << 12)
        return 0;
    list = lists[data[0] % count];
    rest = (struct bytes){data + 2, size - 2};
    if (data[1] % 2 == 0)
        read_cursor(arena, list, text_of_bytes(rest));
    else
        read_cursor(arena, list, behind_head(arena, list, rest));
    return 0;
}
