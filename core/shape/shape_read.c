/*
 * The members of an object: which are known, given, missing; then each by its kind
 * (shape_read_value.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_read.h"

#include "core/shape/shape_internal.h"
#include "core/shape/shape_read_value.h"

#include <string.h>

static bool is_given_mask(const struct shape *shape, const struct field *field)
{
    return shape->given_tag != 0 && field->tag == shape->given_tag;
}

/* Does this source fill the field? */
static bool is_filled(const struct reading *reading, const struct field *field)
{
    bool is_path = (field->flags & FROM_PATH) != 0;

    if ((field->flags & SERVER_SET) != 0)
        return false;
    return reading->source == SOURCE_PATH ? is_path : !is_path;
}

/* A field that echoes the path may be there; shape_echo_check() compares it. */
static bool
is_known(const struct reading *reading, const struct shape *shape, const struct field *field)
{
    if (is_given_mask(shape, field))
        return false;
    return is_filled(reading, field) ||
           (reading->source == SOURCE_BODY && (field->flags & PATH_ECHO) != 0);
}

static bool knows_name(const struct reading *reading, const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field_json_name_is(field, name))
            return is_known(reading, shape, field);
    }
    return false;
}

static void refuse_unknown(
    struct reading *reading, const struct shape *shape, struct text prefix, json_t *members)
{
    const char *key;
    json_t *member;

    json_object_foreach(members, key, member)
    {
        if (!knows_name(reading, shape, text_from(key)))
            violate_unknown(reading, prefix, text_from(key));
    }
}

static void use_fallback(const struct field *field, void *out)
{
    void *at = field_in(field, out);

    switch (field->kind) {
    case KIND_TEXT:
    case KIND_JSON:
        *(struct text *)at = text_from(field->fallback_text);
        return;
    case KIND_INT64:
    case KIND_BOOL:
    case KIND_ENUM:
        *(int64_t *)at = field->fallback;
        return;
    case KIND_DOUBLE:
        *(double *)at = (double)field->fallback;
        return;
    case KIND_LIST:
        *(struct list *)at = (struct list){"", 0};
        return;
    case KIND_UUID:
    case KIND_BYTES:
    case KIND_TIMESTAMP:
    case KIND_PERSONAL:
    case KIND_OBJECT:
    case KIND_COUNT:
        return; /* shape_is_complete() refuses a fallback there */
    }
}

/* A member that repeats the path is checked, then dropped: the path's own value stands. */
static void
check_echo(struct reading *reading, const struct shape *shape, struct place place, json_t *member)
{
    bool is_echo = reading->source == SOURCE_BODY && (place.field->flags & PATH_ECHO) != 0;

    if (is_echo && member != NULL && !json_is_null(member))
        (void)read_value(reading, &place, member, arena_take(reading->arena, shape->size));
}

/* Returns whether the member counts as given. */
static bool
read_member(struct reading *reading, const struct place *place, json_t *member, void *out)
{
    const struct field *field = place->field;
    bool is_null = member != NULL && json_is_null(member);

    if (is_null && (field->flags & MAY_BE_NULL) != 0)
        return true;
    if (member != NULL && !is_null) {
        read_value(reading, place, member, out);
        return true;
    }
    if ((field->flags & HAS_FALLBACK) != 0)
        use_fallback(field, out);
    else if ((field->flags & REQUIRED) != 0)
        violate_kind(reading, place);
    return false;
}

json_t *member_of(json_t *members, const struct field *field)
{
    char name[64];

    field_json_name(field, name);
    return json_object_get(members, name);
}

void read_members(
    struct reading *reading,
    const struct shape *shape,
    struct text prefix,
    json_t *members,
    void *out)
{
    const struct field *mask = shape_field_of_tag(shape, shape->given_tag);
    int64_t given = 0;

    if (reading->source != SOURCE_PATH)
        refuse_unknown(reading, shape, prefix, members);
    for (size_t i = 0; i < shape->count; i++) {
        struct place place = {.prefix = prefix, .field = &shape->fields[i]};
        json_t *member = member_of(members, place.field);
        if (place.field == mask)
            continue;
        if (!is_filled(reading, place.field)) {
            check_echo(reading, shape, place, member);
            continue;
        }
        field_clear(place.field, out);
        if (read_member(reading, &place, member, out) && mask != NULL)
            given |= (int64_t)1 << i;
    }
    if (mask != NULL && reading->source != SOURCE_PATH)
        *(int64_t *)field_in(mask, out) = given;
}

enum status read_checked(
    struct reading *reading,
    const struct shape *shape,
    json_t *members,
    void *out,
    struct error *error)
{
    void *value = arena_take(reading->arena, shape->size);
    enum status status;

    memcpy(value, out, shape->size);
    read_members(reading, shape, text_lit(""), members, value);
    status = reading_end(reading, error);
    if (status == STATUS_OK)
        memcpy(out, value, shape->size);
    return status;
}
