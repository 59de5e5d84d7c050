/*
 * Bodies of requests. The first byte chooses the way in: a body (read leniently too), a query
 * string, or a document to be made compact. What was accepted must come out as JSON that is read again to the same struct.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/json_check.h"
#include "core/shape/shape_check.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_params.h"
#include "tests/support/sample_shapes.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written_again(const struct everything *value, struct arena *arena)
{
    AUTO_BUF buf = {0};
    struct everything back;
    struct error error = {0};

    shape_clear(&everything_shape, &back);
    buf_init(&buf, 1 << 24);
    shape_json_write(&everything_shape, value, &buf);
    must(!buf_is_full(&buf));
    /* Moments lose their microseconds, and kind words may grow: only what was read is compared. */
    must(shape_json_read(&everything_shape, buf_text(&buf), arena, &back, &error) == STATUS_OK);
    back.made_at = value->made_at;
    must(shape_equal(&everything_shape, value, &back));
}

static void read_body(struct text body, struct arena *arena)
{
    struct everything value;
    struct error error = {0};
    enum status status;

    shape_clear(&everything_shape, &value);
    status = shape_json_read(&everything_shape, body, arena, &value, &error);
    if (status == STATUS_OK)
        check_written_again(&value, arena);
    else
        must(status == STATUS_INVALID || status == STATUS_TOO_LARGE);
}

/* Whatever is an object is taken, and what was taken of it is as it should be. */
static void read_report(struct text body, struct arena *arena)
{
    struct shape lenient = everything_shape;
    struct everything value;
    struct error error = {0};
    enum status status;

    lenient.is_lenient = true;
    shape_clear(&everything_shape, &value);
    status = shape_json_read(&lenient, body, arena, &value, &error);
    must(shape_unclean(&everything_shape, &value) == NULL);
    if (status == STATUS_OK)
        check_written_again(&value, arena);
    else
        must(
            status == STATUS_TOO_LARGE ||
            (status == STATUS_INVALID && text_is(text_from(error.code), "malformed_json")));
}

static void read_query(struct text query, struct arena *arena)
{
    const struct param *params;
    size_t count;
    struct everything value;
    struct error error = {0};

    shape_clear(&everything_shape, &value);
    if (params_parse(arena, query, &params, &count) &&
        shape_params_read(&everything_shape, params, count, arena, &value, &error) == STATUS_OK)
        check_written_again(&value, arena);
}

static void make_compact(struct text document, struct arena *arena)
{
    struct text once;
    struct text twice;
    struct error error = {0};

    if (json_compact(document, arena, &once, &error) != STATUS_OK)
        return;
    must(json_is_valid(document));
    must(json_compact(once, arena, &twice, &error) == STATUS_OK);
    must(text_equal(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 24);
    struct text rest;

    if (size == 0)
        return 0;
    rest = text_of_bytes((struct bytes){data + 1, size - 1});
    if (data[0] % 3 == 0) {
        read_body(rest, arena);
        read_report(rest, arena);
    } else if (data[0] % 3 == 1)
        read_query(rest, arena);
    else
        make_compact(rest, arena);
    return 0;
}
