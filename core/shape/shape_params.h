/*
 * Parameters of paths, query strings and form bodies into shapes: pairs of names and texts,
 * checked by the same rules and with the same messages as JSON bodies.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_PARAMS_H
#define CORE_SHAPE_SHAPE_PARAMS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct param {
    struct text name;  /* JSON name, percent-decoded */
    struct text value; /* percent-decoded */
};

/* Splits "a=1&b=2", decoding %XX and '+'. False on a bad escape or more than 64 pairs. */
MUST_USE bool
params_parse(struct arena *arena, struct text query, const struct param **out, size_t *out_count);

/* Decodes query parameters into all fields that are neither FROM_PATH nor SERVER_SET, which are
 * cleared first. A repeated name fills a list, and is a violation for anything else. Faults as
 * shape_json_read(); names or values that are not clean UTF-8 are STATUS_INVALID with code
 * "malformed_parameters". */
MUST_USE enum status shape_params_read(
    const struct shape *shape,
    const struct param *params,
    size_t count,
    struct arena *arena,
    void *out,
    struct error *error);

/* Decodes path parameters into the FROM_PATH fields; names that the shape does not know are left
 * to others. A malformed UUID is STATUS_INVALID naming the parameter. */
MUST_USE enum status shape_path_read(
    const struct shape *shape,
    const struct param *params,
    size_t count,
    struct arena *arena,
    void *out,
    struct error *error);

#endif
