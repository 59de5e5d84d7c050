/*
 * Checks and their words. Inside a field bounds come before type, as clients of the wire contract
 * know it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"

#include "core/base/must.h"
#include "core/shape/shape_internal.h"

#include <stdio.h>

static void violate_rule(struct reading *reading, const struct place *place)
{
    violate_int64(reading, place_path(reading, place), text_from(place->field->rule));
}

static void violate_least(struct reading *reading, const struct place *place)
{
    violate(reading, place, "must not be less than %lld", (long long)place->field->min);
}

static void violate_most(struct reading *reading, const struct place *place)
{
    violate(reading, place, "must not be greater than %lld", (long long)place->field->max);
}

static void violate_shortest(struct reading *reading, const struct place *place)
{
    violate(
        reading, place, "must be longer than or equal to %lld characters",
        (long long)place->field->min);
}

static void violate_longest(struct reading *reading, const struct place *place)
{
    violate(
        reading, place, "must be shorter than or equal to %lld characters",
        (long long)place->field->max);
}

static void violate_fewest(struct reading *reading, const struct place *place)
{
    violate(reading, place, "must contain at least %lld elements", (long long)place->field->min);
}

static void violate_enum(struct reading *reading, const struct place *place)
{
    char names[900];
    size_t used = 0;

    names[0] = '\0';
    for (const char *const *name = place->field->names; *name != NULL; name++) {
        int size =
            snprintf(names + used, sizeof(names) - used, "%s%s", used == 0 ? "" : ", ", *name);
        used += (size_t)size;
        if (used >= sizeof(names))
            break;
    }
    violate(reading, place, "must be one of the following values: %s", names);
}

static void violate_text_kind(struct reading *reading, const struct place *place)
{
    const struct field *field = place->field;

    if (field->accepts != NULL)
        violate_rule(reading, place);
    if (field->min > 0)
        violate_shortest(reading, place);
    if ((field->flags & EMAIL) != 0)
        violate(reading, place, "must be an email");
    else
        violate(reading, place, "must be a string");
}

static void violate_number_kind(struct reading *reading, const struct place *place)
{
    const struct field *field = place->field;

    if (field->max != 0)
        violate_most(reading, place);
    if (field->min != INT64_MIN)
        violate_least(reading, place);
    if (field->kind == KIND_INT64)
        violate(reading, place, "must be an integer number");
    else
        violate(reading, place, "must be a number conforming to the specified constraints");
}

void violate_kind(struct reading *reading, const struct place *place)
{
    const struct field *field = place->field;

    switch (field->kind) {
    case KIND_UUID:
        violate(reading, place, "must be a UUID");
        return;
    case KIND_TEXT:
    case KIND_PERSONAL:
        violate_text_kind(reading, place);
        return;
    case KIND_BYTES:
        violate(reading, place, "must be base64 encoded");
        return;
    case KIND_TIMESTAMP:
        violate(reading, place, "must be a valid ISO 8601 date string");
        return;
    case KIND_INT64:
    case KIND_DOUBLE:
        violate_number_kind(reading, place);
        return;
    case KIND_BOOL:
        violate(reading, place, "must be a boolean value");
        return;
    case KIND_ENUM:
        violate_enum(reading, place);
        return;
    case KIND_JSON:
        violate(
            reading, place,
            (field->flags & JSON_ANY) != 0 ? "must be a JSON value" : "must be an object");
        return;
    case KIND_OBJECT:
        violate(reading, place, "must be an object");
        return;
    case KIND_LIST:
        if (field->min > 0)
            violate_fewest(reading, place);
        violate(reading, place, "must be an array");
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

bool check_text(struct reading *reading, const struct place *place, struct text *value)
{
    const struct field *field = place->field;
    struct text t = (field->flags & TRIM) != 0 ? text_trim(*value) : *value;
    size_t length = field->min > 0 || field->max > 0 ? text_length(t) : 0;
    bool is_good = true;

    t = (field->flags & LOWER) != 0 ? text_lower(reading->arena, t) : text_copy(reading->arena, t);
    *value = t;
    if (field->accepts != NULL && !field->accepts(t)) {
        violate_rule(reading, place);
        is_good = false;
    }
    if (field->max > 0 && length > (size_t)field->max) {
        violate_longest(reading, place);
        is_good = false;
    }
    if (field->min > 0 && length < (size_t)field->min) {
        violate_shortest(reading, place);
        is_good = false;
    }
    if ((field->flags & EMAIL) != 0 && !text_looks_like_email(t)) {
        violate(reading, place, "must be an email");
        is_good = false;
    }
    return is_good;
}

bool check_number(struct reading *reading, const struct place *place, double value)
{
    const struct field *field = place->field;
    bool is_good = true;

    if (field->max != 0 && value > (double)field->max) {
        violate_most(reading, place);
        is_good = false;
    }
    if (field->min != INT64_MIN && value < (double)field->min) {
        violate_least(reading, place);
        is_good = false;
    }
    return is_good;
}
