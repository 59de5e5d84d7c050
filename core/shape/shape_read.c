/*
 * From parsed JSON to structs: the members of an object, and whatever has values inside. What has
 * none is read by shape_read_scalar.c.
 *
 *   read_members ──each member──► shape_read_value ──object, list of objects──► read_members
 *                                        └──all else──► shape_read_scalar
 *
 * Of a lenient shape each value is a trial (shape_check.h): one that fails is dropped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_read.h"

#include "core/shape/json_tree.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

#include <string.h>

/* Reads the members of an object (anything else counts as empty) into the fields that the source
 * may fill; `prefix` stands before their names in violations. */
static void read_members(
    struct reading *reading,
    const struct shape *shape,
    struct text prefix,
    json_t *members,
    void *out);

static bool
read_object(struct reading *reading, const struct field_path *where, json_t *from, void *out)
{
    const struct shape *shape = where->field->shape;
    struct text path = field_path_text(reading, where);
    void *object;

    if (!json_is_object(from))
        return reading_reject_kind(reading, where);
    object = arena_take(reading->arena, shape->size);
    shape_clear(shape, object);
    read_members(
        reading, shape, text_format(reading->arena, "%.*s.", TEXT_ARGS(path)), from, object);
    field_put_object(where->field, out, object);
    return true;
}

/* Objects in a list are numbered in violations: "rules.2.name must be …". */
static bool read_object_item(
    struct reading *reading, const struct field_path *where, json_t *from, size_t index, void *out)
{
    const struct shape *shape = where->field->shape;
    struct text path = field_path_text(reading, where);

    if (!json_is_object(from)) {
        reading_reject(
            reading, &(struct field_path){where->prefix, where->field, true}, "must be an object");
        return false;
    }
    shape_clear(shape, out);
    read_members(
        reading, shape, text_format(reading->arena, "%.*s.%zu.", TEXT_ARGS(path), index), from,
        out);
    return true;
}

/* False ends the reading of a list: the words are the same for all of its items. */
static bool read_item(
    struct reading *reading, const struct field_path *where, json_t *from, size_t index, void *out)
{
    struct field item_field;
    struct field_path item = {where->prefix, &item_field, true};

    if (where->field->item == KIND_OBJECT)
        return read_object_item(reading, where, from, index, out);
    item_field = list_item_field(where->field);
    if (json_is_null(from))
        return reading_reject_kind(reading, &item);
    return shape_read_scalar(reading, &item, from, out);
}

/* An item that cannot be read leaves the others. */
static bool try_item(
    struct reading *reading, const struct field_path *where, json_t *from, size_t index, void *out)
{
    struct trial trial = reading_begin_trial(reading);
    struct text path;

    if (reading_end_trial(reading, &trial, read_item(reading, where, from, index, out)))
        return true;
    path = field_path_text(reading, where);
    reading_alter(
        reading, text_format(reading->arena, "%.*s.%zu", TEXT_ARGS(path), index), ALTERED_DROPPED);
    return false;
}

static bool
read_items(struct reading *reading, const struct field_path *where, json_t *from, struct list *out)
{
    bool is_lenient = reading_is_lenient(reading, where->field);
    size_t size = list_item_size(where->field);
    char *items = arena_array(reading->arena, out->count, size);
    size_t kept = 0;

    for (size_t i = 0; i < out->count; i++) {
        json_t *item = json_array_get(from, i);
        void *at = items + kept * size;
        if (is_lenient ? try_item(reading, where, item, i, at)
                       : read_item(reading, where, item, i, at))
            kept++;
        else if (!is_lenient)
            return false;
    }
    *out = (struct list){items, kept};
    return true;
}

/* How many items are looked at. */
static size_t
items_taken(struct reading *reading, const struct field_path *where, const json_t *from)
{
    size_t count = json_array_size(from);
    size_t most = (size_t)where->field->max;

    if (most == 0 || count <= most || !reading_is_lenient(reading, where->field))
        return count;
    reading_alter(reading, field_path_text(reading, where), ALTERED_CUT);
    return most;
}

static bool
read_list(struct reading *reading, const struct field_path *where, json_t *from, struct list *out)
{
    struct list list = {0};

    if (!json_is_array(from))
        return reading_reject_kind(reading, where);
    list.count = items_taken(reading, where, from);
    if (!arena_has_room(reading->arena, list.count, list_item_size(where->field)))
        return false; /* reading_end() says so */
    if (!read_items(reading, where, from, &list) || !shape_check_list(reading, where, &list))
        return false;
    *out = list;
    return true;
}

bool shape_read_value(
    struct reading *reading, const struct field_path *where, json_t *from, void *out)
{
    void *at = field_in(where->field, out);

    if (where->field->kind == KIND_OBJECT)
        return read_object(reading, where, from, out);
    if (where->field->kind == KIND_LIST)
        return read_list(reading, where, from, at);
    return shape_read_scalar(reading, where, from, at);
}

/* What the reading itself writes: which fields were given, what was altered. */
static bool is_of_reading(const struct shape *shape, const struct field *field)
{
    return field->tag != 0 && (field->tag == shape->given_tag || field->tag == shape->altered_tag);
}

/* Does this source fill the field? */
static bool is_filled(const struct reading *reading, const struct field *field)
{
    bool is_path = (field->flags & FROM_PATH) != 0;

    if ((field->flags & SERVER_SET) != 0)
        return false;
    return reading->source == SOURCE_PATH ? is_path : !is_path;
}

/* A field that echoes the path may be there. */
static bool
is_known(const struct reading *reading, const struct shape *shape, const struct field *field)
{
    if (is_of_reading(shape, field))
        return false;
    return is_filled(reading, field) ||
           (reading->source == SOURCE_BODY && (field->flags & PATH_ECHO) != 0);
}

static bool knows_name(const struct reading *reading, const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field_json_name_is(field, name))
            return is_known(reading, shape, field);
    }
    return false;
}

static void take_unknown(
    struct reading *reading, const struct shape *shape, struct text prefix, json_t *members)
{
    bool is_dropped = reading->is_lenient && !shape->refuses_unknown;
    const char *key;
    json_t *member;

    json_object_foreach(members, key, member)
    {
        if (shape->ignores_unknown || knows_name(reading, shape, text_from(key)))
            continue;
        if (is_dropped)
            reading_drop_unknown(reading, prefix, text_from(key));
        else
            reading_reject_unknown(reading, prefix, text_from(key));
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

/* A member that repeats the path is compared, then dropped: the path's own value stands. */
static void check_echo(
    struct reading *reading,
    const struct shape *shape,
    const struct field_path *where,
    json_t *member,
    const void *value)
{
    const struct field *field = where->field;
    void *echo;

    if (reading->source != SOURCE_BODY || (field->flags & PATH_ECHO) == 0 || member == NULL ||
        json_is_null(member))
        return;
    echo = arena_take(reading->arena, shape->size);
    if (shape_read_value(reading, where, member, echo) && !field_is_absent(field, value) &&
        !field_equal(field, echo, value))
        reading->contradicted = field;
}

/* False where it could not be read, and is not to be refused for that. */
static bool
try_member(struct reading *reading, const struct field_path *where, json_t *member, void *out)
{
    struct trial trial;

    if (!reading_is_lenient(reading, where->field)) {
        shape_read_value(reading, where, member, out);
        return true;
    }
    trial = reading_begin_trial(reading);
    if (reading_end_trial(reading, &trial, shape_read_value(reading, where, member, out)))
        return true;
    field_clear(where->field, out);
    reading_alter(reading, field_path_text(reading, where), ALTERED_DROPPED);
    return false;
}

/* Returns whether the member counts as given. */
static bool
read_member(struct reading *reading, const struct field_path *where, json_t *member, void *out)
{
    const struct field *field = where->field;
    bool is_null = member != NULL && json_is_null(member);

    if (is_null && (field->flags & MAY_BE_NULL) != 0)
        return true;
    if (member != NULL && !is_null && try_member(reading, where, member, out))
        return true;
    if ((field->flags & HAS_FALLBACK) != 0)
        use_fallback(field, out);
    else if ((field->flags & REQUIRED) != 0)
        reading_reject_kind(reading, where);
    return false;
}

json_t *shape_member(json_t *members, const struct field *field)
{
    char name[64];

    field_json_name(field, name);
    return json_object_get(members, name);
}

static void read_members(
    struct reading *reading,
    const struct shape *shape,
    struct text prefix,
    json_t *members,
    void *out)
{
    const struct field *mask = shape_field_of_tag(shape, shape->given_tag);
    int64_t given = 0;

    if (reading->source != SOURCE_PATH)
        take_unknown(reading, shape, prefix, members);
    for (size_t i = 0; i < shape_count(shape); i++) {
        struct field_path where = {.prefix = prefix, .field = shape_field_at(shape, i)};
        json_t *member = shape_member(members, where.field);
        if (is_of_reading(shape, where.field))
            continue;
        if (!is_filled(reading, where.field)) {
            check_echo(reading, shape, &where, member, out);
            continue;
        }
        field_clear(where.field, out);
        if (read_member(reading, &where, member, out) && mask != NULL)
            given |= (int64_t)1 << i;
    }
    if (mask != NULL && reading->source != SOURCE_PATH)
        *(int64_t *)field_in(mask, out) = given;
}

enum status shape_read(
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
    reading_list_altered(reading, shape, value);
    status = reading_end(reading, error);
    if (status == STATUS_OK)
        memcpy(out, value, shape->size);
    return status;
}

static enum status read_body(
    struct reading *reading,
    const struct shape *shape,
    struct text body,
    void *out,
    struct error *error)
{
    AUTO_JSON members = NULL;
    enum status status = STATUS_OK;

    if (reading->is_lenient)
        status = reading_parse(reading, body, &members, error);
    else if (text_trim(body).size > 0)
        status = json_tree_parse(body, false, &members, error);
    if (status != STATUS_OK)
        return status;
    return shape_read(reading, shape, members, out, error);
}

enum status shape_json_read(
    const struct shape *shape,
    struct text body,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct reading reading = {
        .arena = arena, .source = SOURCE_BODY, .is_lenient = shape->is_lenient};

    return read_body(&reading, shape, body, out, error);
}

enum status shape_json_read_instead(
    const struct shape *shape,
    struct text instead,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct reading reading = {.arena = arena, .source = SOURCE_BODY, .is_lenient = true};

    reading_alter(&reading, text_lit("body"), ALTERED_DROPPED);
    return read_body(&reading, shape, instead, out, error);
}
