/*
 * Values without values inside, by kind: what each takes from JSON, and what else it lets pass
 * (texts take numbers and booleans, numbers take numeric texts, booleans "true", "false", 1 and 0).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/json_tree.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_read.h"

#include <math.h>

/* The text of a JSON string; absent for anything else. */
static struct text text_of_string(const json_t *from)
{
    return (struct text){json_string_value(from), json_string_length(from)};
}

/* Absent where the value has no text of its own. */
static struct text coerce_text(struct arena *arena, const json_t *from)
{
    char digits[NUMBER_TEXT_SIZE];

    if (json_is_string(from))
        return text_of_string(from);
    if (json_is_integer(from))
        return text_format(arena, "%lld", (long long)json_integer_value(from));
    if (json_is_boolean(from))
        return json_is_true(from) ? text_lit("true") : text_lit("false");
    if (!json_is_real(from))
        return (struct text){NULL, 0};
    shape_print_double(json_real_value(from), digits);
    return text_copy(arena, text_from(digits));
}

/* Where that is lenient, objects and arrays are kept as their JSON. */
static bool
read_text(struct reading *reading, const struct field_path *where, json_t *from, struct text *out)
{
    struct text value = coerce_text(reading->arena, from);

    if (!text_is_present(value) && reading_is_lenient(reading, where->field))
        value = json_tree_text(from, reading->arena);
    if (!text_is_present(value))
        return reading_reject_kind(reading, where);
    if (!shape_check_text(reading, where, &value))
        return false;
    *out = value;
    return true;
}

/* The nil UUID is how a struct says "absent": in a path it finds nothing, but in a body or a query
 * it would silently mean "not given". */
static bool read_uuid(
    struct reading *reading, const struct field_path *where, const json_t *from, struct uuid *out)
{
    struct text value = text_of_string(from);
    struct uuid id;

    if ((where->field->flags & TRIM) != 0)
        value = text_trim(value);
    if (!json_is_string(from) || !uuid_parse(value, &id))
        return reading_reject_kind(reading, where);
    if (!uuid_is_present(id) && reading->source != SOURCE_PATH)
        return reading_reject_kind(reading, where);
    *out = id;
    return true;
}

static bool read_bytes(
    struct reading *reading, const struct field_path *where, const json_t *from, struct bytes *out)
{
    const struct field *field = where->field;
    struct bytes value;

    if (!json_is_string(from) || !base64_decode(reading->arena, text_of_string(from), &value))
        return reading_reject_kind(reading, where);
    if (field->max > 0 && value.size > (size_t)field->max) {
        reading_reject(
            reading, where, "must be shorter than or equal to %lld bytes", (long long)field->max);
        return false;
    }
    if (field->min > 0 && value.size < (size_t)field->min) {
        reading_reject(
            reading, where, "must be longer than or equal to %lld bytes", (long long)field->min);
        return false;
    }
    *out = value;
    return true;
}

static bool read_timestamp(
    struct reading *reading,
    const struct field_path *where,
    const json_t *from,
    struct timestamp *out)
{
    bool is_to_its_end = (where->field->flags & TO_ITS_END) != 0;
    struct timestamp value;
    struct text text;

    if (!json_is_string(from))
        return reading_reject_kind(reading, where);
    text = text_trim(text_of_string(from));
    if (!(is_to_its_end ? timestamp_parse_last(text, &value) : timestamp_parse(text, &value)) ||
        !timestamp_is_present(value))
        return reading_reject_kind(reading, where);
    *out = value;
    return true;
}

static bool read_bool(
    struct reading *reading,
    const struct field_path *where,
    const json_t *from,
    struct opt_bool *out)
{
    struct text value = coerce_text(reading->arena, from);

    if (text_is(value, "true") || text_is(value, "1"))
        *out = OPT_TRUE;
    else if (text_is(value, "false") || text_is(value, "0"))
        *out = OPT_FALSE;
    else
        return reading_reject_kind(reading, where);
    return true;
}

static bool read_enum(
    struct reading *reading,
    const struct field_path *where,
    const json_t *from,
    struct enum_value *out)
{
    const struct field *field = where->field;
    struct text value = coerce_text(reading->arena, from);
    struct enum_value found;

    if ((field->flags & TRIM) != 0)
        value = text_trim(value);
    if ((field->flags & LOWER) != 0)
        value = text_lower(reading->arena, value);
    found = enum_from(field->names, value);
    if (found.is == 0)
        return reading_reject_kind(reading, where);
    *out = found;
    return true;
}

static bool
read_json(struct reading *reading, const struct field_path *where, json_t *from, struct json *out)
{
    const struct field *field = where->field;
    struct text value;

    if (!json_is_object(from) && (field->flags & JSON_ANY) == 0)
        return reading_reject_kind(reading, where);
    value = json_tree_text(from, reading->arena);
    if (field->max > 0 && value.size > (size_t)field->max) {
        reading_reject(
            reading, where, "must be shorter than or equal to %lld bytes", (long long)field->max);
        return false;
    }
    out->text = value;
    return true;
}

/* Whole numbers up to here survive the way through a double. */
static const double LARGEST_INTEGER = 9223372036854774784.0;

struct number {
    double as_double;
    int64_t as_int64;
    bool is_integer;
};

static struct number number_of_double(double value)
{
    bool is_integer = value == trunc(value) && fabs(value) <= LARGEST_INTEGER;

    return (struct number){value, is_integer ? (int64_t)value : 0, is_integer};
}

static struct number number_of_int64(int64_t value)
{
    return (struct number){(double)value, value, value != INT64_ABSENT};
}

/* Empty text is zero, as clients of the wire contract have it. */
static bool coerce_number(const json_t *from, struct number *out)
{
    struct text value;
    int64_t integer = 0;
    double parsed;

    if (json_is_integer(from)) {
        *out = number_of_int64(json_integer_value(from));
        return true;
    }
    if (json_is_real(from)) {
        *out = number_of_double(json_real_value(from));
        return true;
    }
    if (!json_is_string(from))
        return false;
    value = text_trim(text_of_string(from));
    if (value.size == 0 || text_to_int64(value, &integer)) {
        *out = number_of_int64(integer);
        return true;
    }
    if (!shape_parse_double(value, &parsed))
        return false;
    *out = number_of_double(parsed);
    return true;
}

static int64_t clamped_int64(const struct field *field, const struct number *number)
{
    struct number cut = number->is_integer ? *number : number_of_double(trunc(number->as_double));
    int64_t most = field->max == 0 ? INT64_MAX : field->max;

    if (!cut.is_integer)
        return cut.as_double < 0 ? field->min : most;
    if (cut.as_int64 < field->min)
        return field->min;
    return cut.as_int64 > most ? most : cut.as_int64;
}

/* To the nearest number that the row allows, where it says so or the shape is lenient. */
static bool is_clamped(const struct reading *reading, const struct field *field)
{
    return (field->flags & CLAMP) != 0 || reading_is_lenient(reading, field);
}

/* A row that says CLAMP wants it so: nothing is altered then. */
static void
note_clamped(struct reading *reading, const struct field_path *where, double from, double to)
{
    if (from != to && (where->field->flags & CLAMP) == 0)
        reading_alter(reading, field_path_text(reading, where), ALTERED_CUT);
}

static bool read_int64(
    struct reading *reading, const struct field_path *where, const json_t *from, int64_t *out)
{
    struct number number;
    bool is_good;

    if (!coerce_number(from, &number))
        return reading_reject_kind(reading, where);
    if (is_clamped(reading, where->field)) {
        *out = clamped_int64(where->field, &number);
        note_clamped(reading, where, number.as_double, (double)*out);
        return true;
    }
    is_good = shape_check_number(reading, where, number.as_double);
    if (!number.is_integer) {
        reading_reject(reading, where, "must be an integer number");
        return false;
    }
    if (is_good)
        *out = number.as_int64;
    return is_good;
}

static double clamped_double(const struct field *field, double value)
{
    if (field->min != INT64_MIN && value < (double)field->min)
        return (double)field->min;
    if (field->max != 0 && value > (double)field->max)
        return (double)field->max;
    return value;
}

static bool read_double(
    struct reading *reading, const struct field_path *where, const json_t *from, double *out)
{
    struct number number;

    if (!coerce_number(from, &number))
        return reading_reject_kind(reading, where);
    *out = number.as_double;
    if (!is_clamped(reading, where->field))
        return shape_check_number(reading, where, number.as_double);
    *out = clamped_double(where->field, number.as_double);
    note_clamped(reading, where, number.as_double, *out);
    return true;
}

bool shape_read_scalar(
    struct reading *reading, const struct field_path *where, json_t *from, void *at)
{
    switch (where->field->kind) {
    case KIND_UUID:
        return read_uuid(reading, where, from, at);
    case KIND_TEXT:
        return read_text(reading, where, from, at);
    case KIND_BYTES:
        return read_bytes(reading, where, from, at);
    case KIND_TIMESTAMP:
        return read_timestamp(reading, where, from, at);
    case KIND_INT64:
        return read_int64(reading, where, from, at);
    case KIND_DOUBLE:
        return read_double(reading, where, from, at);
    case KIND_BOOL:
        return read_bool(reading, where, from, at);
    case KIND_ENUM:
        return read_enum(reading, where, from, at);
    case KIND_JSON:
        return read_json(reading, where, from, at);
    case KIND_PERSONAL:
        return read_text(reading, where, from, &((struct personal *)at)->text);
    case KIND_OBJECT:
    case KIND_LIST:
    case KIND_COUNT:
        break;
    }
    must_fail(__FILE__, __LINE__, "a kind without values inside");
}
