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

#include <math.h>

/* Whole numbers up to here survive the way through a double. */
static const double LARGEST_WHOLE = 9223372036854774784.0;

static bool refuse(struct reading *reading, const struct place *place)
{
    violate_kind(reading, place);
    return false;
}

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
    real_print(json_real_value(from), digits);
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

static bool read_moment(
    struct reading *reading, const struct place *place, const json_t *from, struct moment *out)
{
    struct moment value;

    if (!json_is_string(from) || !moment_parse(text_trim(text_of_string(from)), &value) ||
        !moment_is_present(value))
        return refuse(reading, place);
    *out = value;
    return true;
}

struct number {
    double real;
    int64_t whole;
    bool is_whole;
};

static struct number number_of_real(double real)
{
    bool is_whole = real == trunc(real) && fabs(real) <= LARGEST_WHOLE;

    return (struct number){real, is_whole ? (int64_t)real : 0, is_whole};
}

static struct number number_of_whole(int64_t whole)
{
    return (struct number){(double)whole, whole, whole != WHOLE_ABSENT};
}

/* Empty text is zero, as clients of the wire contract have it. */
static bool coerce_number(const json_t *from, struct number *out)
{
    struct text value;
    int64_t whole = 0;
    double real;

    if (json_is_integer(from)) {
        *out = number_of_whole(json_integer_value(from));
        return true;
    }
    if (json_is_real(from)) {
        *out = number_of_real(json_real_value(from));
        return true;
    }
    if (!json_is_string(from))
        return false;
    value = text_trim(text_of_string(from));
    if (value.size == 0 || text_to_whole(value, &whole)) {
        *out = number_of_whole(whole);
        return true;
    }
    if (!real_parse(value, &real))
        return false;
    *out = number_of_real(real);
    return true;
}

static int64_t clamped_whole(const struct field *field, const struct number *number)
{
    struct number cut = number->is_whole ? *number : number_of_real(trunc(number->real));
    int64_t most = field->max == 0 ? INT64_MAX : field->max;

    if (!cut.is_whole)
        return cut.real < 0 ? field->min : most;
    if (cut.whole < field->min)
        return field->min;
    return cut.whole > most ? most : cut.whole;
}

static bool
read_whole(struct reading *reading, const struct place *place, const json_t *from, int64_t *out)
{
    struct number number;
    bool is_good;

    if (!coerce_number(from, &number))
        return refuse(reading, place);
    if ((place->field->flags & CLAMP) != 0) {
        *out = clamped_whole(place->field, &number);
        return true;
    }
    is_good = check_number(reading, place, number.real);
    if (!number.is_whole) {
        violate(reading, place, "must be an integer number");
        return false;
    }
    if (is_good)
        *out = number.whole;
    return is_good;
}

static double clamped_real(const struct field *field, double real)
{
    if (field->min != INT64_MIN && real < (double)field->min)
        return (double)field->min;
    if (field->max != 0 && real > (double)field->max)
        return (double)field->max;
    return real;
}

static bool
read_real(struct reading *reading, const struct place *place, const json_t *from, double *out)
{
    struct number number;

    if (!coerce_number(from, &number))
        return refuse(reading, place);
    if ((place->field->flags & CLAMP) != 0)
        number.real = clamped_real(place->field, number.real);
    else if (!check_number(reading, place, number.real))
        return false;
    *out = number.real;
    return true;
}

static bool
read_flag(struct reading *reading, const struct place *place, const json_t *from, struct flag *out)
{
    struct text value = coerce_text(reading->arena, from);

    if (text_is(value, "true") || text_is(value, "1"))
        *out = FLAG_YES;
    else if (text_is(value, "false") || text_is(value, "0"))
        *out = FLAG_NO;
    else
        return refuse(reading, place);
    return true;
}

static bool read_choice(
    struct reading *reading, const struct place *place, const json_t *from, struct choice *out)
{
    const struct field *field = place->field;
    struct text value = coerce_text(reading->arena, from);
    struct choice choice;

    if ((field->flags & TRIM) != 0)
        value = text_trim(value);
    if ((field->flags & LOWER) != 0)
        value = text_lower(reading->arena, value);
    choice = choice_from(field->names, value);
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

static bool read_object(struct reading *reading, const struct place *place, json_t *from, void *out)
{
    const struct shape *shape = place->field->shape;
    struct text path = place_path(reading, place);
    void *object;

    if (!json_is_object(from))
        return refuse(reading, place);
    object = arena_take(reading->arena, shape->size);
    shape_clear(shape, object);
    read_members(
        reading, shape, text_format(reading->arena, "%.*s.", TEXT_ARGS(path)), from, object);
    object_put(place->field, out, object);
    return true;
}

/* Objects in a list are numbered in violations: "rules.2.name must be …". */
static bool
read_objects(struct reading *reading, const struct place *place, json_t *from, char *items)
{
    const struct shape *shape = place->field->shape;
    struct text path = place_path(reading, place);

    for (size_t i = 0; i < json_array_size(from); i++) {
        json_t *item = json_array_get(from, i);
        void *out = items + i * shape->size;
        if (!json_is_object(item)) {
            violate(
                reading, &(struct place){place->prefix, place->field, true}, "must be an object");
            return false;
        }
        shape_clear(shape, out);
        read_members(
            reading, shape, text_format(reading->arena, "%.*s.%zu.", TEXT_ARGS(path), i), item,
            out);
    }
    return true;
}

/* The first bad item is enough: the words are the same for all of them. */
static bool
read_items(struct reading *reading, const struct place *place, json_t *from, char *items)
{
    struct field item_field = list_item_field(place->field);
    struct place item = {place->prefix, &item_field, true};

    for (size_t i = 0; i < json_array_size(from); i++) {
        json_t *value = json_array_get(from, i);
        if (json_is_null(value))
            return refuse(reading, &item);
        if (!read_value(reading, &item, value, items + i * item_field.size))
            return false;
    }
    return true;
}

static bool
read_list(struct reading *reading, const struct place *place, json_t *from, struct list *out)
{
    const struct field *field = place->field;
    size_t count = json_array_size(from);
    struct list list;
    char *items;
    bool is_good;

    if (!json_is_array(from))
        return refuse(reading, place);
    if (!arena_has_room(reading->arena, count, list_item_size(field)))
        return false; /* reading_end() says so */
    items = arena_array(reading->arena, count, list_item_size(field));
    list = (struct list){items, count};
    is_good = field->item == KIND_OBJECT ? read_objects(reading, place, from, items)
                                         : read_items(reading, place, from, items);
    if (!is_good || !check_list(reading, place, &list))
        return false;
    *out = list;
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
    case KIND_MOMENT:
        return read_moment(reading, place, from, at);
    case KIND_WHOLE:
        return read_whole(reading, place, from, at);
    case KIND_REAL:
        return read_real(reading, place, from, at);
    case KIND_FLAG:
        return read_flag(reading, place, from, at);
    case KIND_CHOICE:
        return read_choice(reading, place, from, at);
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
