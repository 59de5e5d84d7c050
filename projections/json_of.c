/*
 * JSON for rows, by the shape that every other JSON is written by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/json_of.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

/* An event's body holds 4 MiB at most, and escaping makes six bytes of one at worst. */
enum { JSON_BYTES = 32 << 20 };

struct json json_of(struct arena *arena, const struct shape *shape, const void *value)
{
    AUTO_BUF out = {0};

    buf_init(&out, JSON_BYTES);
    shape_json_write(shape, value, &out);
    must(!buf_is_full(&out));
    return (struct json){text_copy(arena, buf_text(&out))};
}
