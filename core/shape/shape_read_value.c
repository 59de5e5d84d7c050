/*
 * Values by kind: what each takes from JSON, and what else it lets pass (texts take numbers and
 * booleans, numbers take numeric texts, flags take "true", "false", 1 and 0).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_read_value.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_read.h"

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
    double_print(json_real_value(from), digits);
    return text_copy(arena, text_from(digits));
}

static bool
read_text(struct reading *reading, const struct place *place, const json_t *from, struct text *out)
{
    struct text value = coerce_text(reading->arena, from);

    if (!text_is_present(value))
        return refuse(reading, place);
    if (!check_text(reading, place, &value))
        return false;
    *out = value;
    return true;
}

/* The nil UUID is how a struct says "absent": in a path it finds nothing, but in a body or a query
 * it would silently mean "not given". */
static bool
read_uuid(struct reading *reading, const struct place *place, const json_t *from, struct uuid *out)
{
    struct text value = text_of_string(from);
    struct uuid id;

    if ((place->field->flags & TRIM) != 0)
        value = text_trim(value);
    if (!json_is_string(from) || !uuid_parse(value, &id))
        return refuse(reading, place);
    if (!uuid_is_present(id) && reading->source != SOURCE_PATH)
        return refuse(reading, place);
    *out = id;
    return true;
}

static bool read_bytes(
    struct reading *reading, const struct place *place, const json_t *from, struct bytes *out)
{
    const struct field *field = place->field;
    struct bytes value;

    if (!json_is_string(from) || !base64_decode(reading->arena, text_of_string(from), &value))
        return refuse(reading, place);
    if (field->max > 0 && value.size > (size_t)field->max) {
        violate(
            reading, place, "must be shorter than or equal to %lld bytes", (long long)field->max);
        return false;
    }
    if (field->min > 0 && value.size < (size_t)field->min) {
        violate(
            reading, place, "must be longer than or equal to %lld bytes", (long long)field->min);
        return false;
    }
    *out = value;
    return true;
}

static bool read_timestamp(
    struct reading *reading, const struct place *place, const json_t *from, struct timestamp *out)
{
    struct timestamp value;

    if (!json_is_string(from) || !timestamp_parse(text_trim(text_of_string(from)), &value) ||
        !timestamp_is_present(value))
        return refuse(reading, place);
    *out = value;
    return true;
}

static bool read_bool(
    struct reading *reading, const struct place *place, const json_t *from, struct opt_bool *out)
{
    struct text value = coerce_text(reading->arena, from);

    if (text_is(value, "true") || text_is(value, "1"))
        *out = OPT_TRUE;
    else if (text_is(value, "false") || text_is(value, "0"))
        *out = OPT_FALSE;
    else
        return refuse(reading, place);
    return true;
}

static bool read_enum(
    struct reading *reading, const struct place *place, const json_t *from, struct enum_value *out)
{
    const struct field *field = place->field;
    struct text value = coerce_text(reading->arena, from);
    struct enum_value choice;

    if ((field->flags & TRIM) != 0)
        value = text_trim(value);
    if ((field->flags & LOWER) != 0)
        value = text_lower(reading->arena, value);
    choice = enum_from(field->names, value);
    if (choice.is == 0)
        return refuse(reading, place);
    *out = choice;
    return true;
}

static bool
read_json(struct reading *reading, const struct place *place, json_t *from, struct json *out)
{
    const struct field *field = place->field;
    struct text value;

    if (!json_is_object(from) && (field->flags & JSON_ANY) == 0)
        return refuse(reading, place);
    value = json_tree_text(from, reading->arena);
    if (field->max > 0 && text_length(value) > (size_t)field->max) {
        violate(
            reading, place, "must be shorter than or equal to %lld characters",
            (long long)field->max);
        return false;
    }
    out->text = value;
    return true;
}

bool read_value(struct reading *reading, const struct place *place, json_t *from, void *out)
{
    void *at = field_in(place->field, out);

    switch (place->field->kind) {
    case KIND_UUID:
        return read_uuid(reading, place, from, at);
    case KIND_TEXT:
        return read_text(reading, place, from, at);
    case KIND_BYTES:
        return read_bytes(reading, place, from, at);
    case KIND_TIMESTAMP:
        return read_timestamp(reading, place, from, at);
    case KIND_INT64:
        return read_int64(reading, place, from, at);
    case KIND_DOUBLE:
        return read_double(reading, place, from, at);
    case KIND_BOOL:
        return read_bool(reading, place, from, at);
    case KIND_ENUM:
        return read_enum(reading, place, from, at);
    case KIND_JSON:
        return read_json(reading, place, from, at);
    case KIND_PERSONAL:
        return read_text(reading, place, from, &((struct personal *)at)->text);
    case KIND_OBJECT:
        return read_object(reading, place, from, out);
    case KIND_LIST:
        return read_list(reading, place, from, at);
    case KIND_COUNT:
        break;
    }
    must(place->field->kind < KIND_COUNT);
    return false;
}
