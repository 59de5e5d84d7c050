/*
 * JSON to and from shapes, with all violations of a body at once. Parsing is jansson's, writing is
 * ours. Messages and coercion follow the wire contract: unknown properties first, then fields in
 * the order of the table, inside a field bounds before type.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_JSON_H
#define CORE_SHAPE_SHAPE_JSON_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

/* Appends the value as a JSON object. Absent fields are null, or left out with OMIT_ABSENT;
 * SECRET fields are always left out; a PERSONAL field writes its text (null when only boxed). */
void shape_json_write(const struct shape *shape, const void *value, struct buf *out);

/* Appends an array of `count` structs of the shape, `items` being their array. */
void shape_json_write_list(
    const struct shape *shape, const void *items, size_t count, struct buf *out);

/* Appends the value of one field, null where it is absent, whatever its flags say. */
void shape_json_write_field(const struct field *field, const void *value, struct buf *out);

/* Appends a JSON string with everything escaped that RFC 8259 wants escaped. */
void json_write_text(struct buf *out, struct text t);

/*
 * Decodes a body into the struct at `out` (FROM_PATH and SERVER_SET fields are left as they are,
 * all others are cleared first), coercing and checking by the table:
 *   - an empty body, or an array, counts as an object without members; a top-level scalar, null or
 *     malformed JSON is STATUS_INVALID with code "malformed_json";
 *   - text takes numbers and booleans as their text; numbers take numeric text; a flag takes true,
 *     false, "true", "false", 1, 0, "1", "0" and nothing else;
 *   - null counts as absent (see MAY_BE_NULL);
 *   - the nil UUID and the timestamp 0, which a struct cannot tell from absent, are refused;
 *   - a PATH_ECHO member is checked, compared with what the path said (STATUS_INVALID with code
 *     "path_mismatch" where it says something else) and dropped;
 *   - text must be clean UTF-8 without U+0000; nesting beyond 64 is malformed.
 * A lenient shape takes what it can, but for EXACT fields, and lists what it altered:
 *   - the body is an object, if need be after a repair (json_repair.h); "malformed_json" for anything
 *     else, an empty body and an array included: what is to be done then the caller knows;
 *   - text beyond `max` is cut, an object or array where text is wanted becomes its JSON, a number
 *     becomes the nearest that is allowed, of a list the first `max` items are taken;
 *   - a value, an item or an unknown member that cannot be taken so is dropped, and an object with it
 *     that lacks what is REQUIRED in it.
 * On violations: STATUS_INVALID, code "validation_failed", error->violations in the arena (in the
 * contract's order and wording), error->text those joined with "; ", error->field the first
 * offending one.
 */
MUST_USE enum status shape_json_read(
    const struct shape *shape,
    struct text body,
    struct arena *arena,
    void *out,
    struct error *error);

/* The same for a lenient shape whose body was malformed: `instead` is read, and listed is that the body
 * was dropped. */
MUST_USE enum status shape_json_read_instead(
    const struct shape *shape,
    struct text instead,
    struct arena *arena,
    void *out,
    struct error *error);

/* The same for a member of an already written document: reads any JSON value of bounded depth and
 * gives it back compact; used for JSON fields and by tests. */
MUST_USE enum status
json_compact(struct text document, struct arena *arena, struct text *out, struct error *error);

#endif
