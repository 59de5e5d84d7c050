/*
 * Does a table say everything about its struct? Asked of every shape by a test, so that a
 * forgotten row, a tag used twice or an enum without names cannot reach what is stored.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/alteration.h"
#include "core/shape/shape_internal.h"

#include <stdio.h>

enum { WHY_SIZE = 128, LARGEST_JSON_NAME = 63 };

static bool names_are_there(const struct field *field)
{
    bool is_enum =
        field->kind == KIND_ENUM || (field->kind == KIND_LIST && field->item == KIND_ENUM);

    return !is_enum || (field->names != NULL && field->names[0] != NULL);
}

static bool shape_is_there(const struct field *field)
{
    bool is_object =
        field->kind == KIND_OBJECT || (field->kind == KIND_LIST && field->item == KIND_OBJECT);

    return !is_object || field->shape != NULL;
}

static bool item_is_allowed(const struct field *field)
{
    if (field->kind != KIND_LIST)
        return true;
    return field->item == KIND_TEXT || field->item == KIND_UUID || field->item == KIND_INT64 ||
           field->item == KIND_ENUM || field->item == KIND_OBJECT;
}

static bool fallback_is_there(const struct field *field)
{
    bool is_text = field->kind == KIND_TEXT || field->kind == KIND_JSON;
    bool is_number = field->kind == KIND_INT64 || field->kind == KIND_DOUBLE ||
                     field->kind == KIND_BOOL || field->kind == KIND_ENUM;

    if ((field->flags & HAS_FALLBACK) == 0)
        return true;
    return is_number || (is_text && field->fallback_text != NULL) || field->kind == KIND_LIST;
}

/* What is wrong with a row by itself, or NULL. */
static const char *error_of_row(const struct field *field)
{
    if (field->name == NULL || strlen(field->name) > LARGEST_JSON_NAME)
        return "has no name, or one of more than 63 characters";
    if (field->kind >= KIND_COUNT)
        return "has no kind";
    if (!item_is_allowed(field))
        return "is a list without a possible kind of item";
    if (!names_are_there(field))
        return "is an enum without names";
    if (!shape_is_there(field))
        return "has no shape for its objects";
    if ((field->flags & UNIQUE) != 0 && (field->kind != KIND_LIST || field->item == KIND_OBJECT))
        return "cannot be told to have no repeats";
    if (field->accepts != NULL && field->rule == NULL)
        return "has a rule without a message";
    if (!fallback_is_there(field))
        return "has no fallback of its kind";
    if (field->min > field->max && field->max != 0)
        return "has a least value above the greatest";
    if (field->doc == NULL)
        return "has no sentence";
    return NULL;
}

static bool rows_overlap(const struct field *a, const struct field *b)
{
    return a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

/* What is wrong between a row and an earlier one, or NULL. */
static const char *error_of_pair(const struct field *earlier, const struct field *later)
{
    if (rows_overlap(earlier, later))
        return "stands where another row stands";
    if (earlier->tag == later->tag && later->tag != 0)
        return "has the tag of another row";
    if ((earlier->tag == 0) != (later->tag == 0))
        return "has no tag while others do";
    return NULL;
}

/* Another name, another id or another state is another report; and whatever is taken has a bound. */
static const char *error_of_leniency(const struct field *field)
{
    bool is_state = field->kind == KIND_ENUM && (field->flags & REQUIRED) != 0;
    bool is_who = field->kind == KIND_UUID || (field->flags & (SECRET | EMAIL)) != 0;

    if ((field->flags & (SERVER_SET | EXACT)) != 0)
        return NULL;
    if (is_state || is_who)
        return "is identity, secret or state of a lenient shape, and not EXACT";
    if ((field->kind == KIND_LIST || field->kind == KIND_TEXT) && field->max == 0)
        return "is taken leniently, and has no bound";
    return NULL;
}

static const char *error_of_field(const struct shape *shape, size_t index)
{
    const char *wrong = error_of_row(shape_field_at(shape, index));

    if (wrong == NULL && shape->is_lenient)
        wrong = error_of_leniency(shape_field_at(shape, index));

    for (size_t i = 0; wrong == NULL && i < index; i++)
        wrong = error_of_pair(shape_field_at(shape, i), shape_field_at(shape, index));
    return wrong;
}

/* The tags that the shape itself names must be rows of the right kind. */
static const char *fault_of_shape(const struct shape *shape)
{
    const struct field *subject = shape_field_of_tag(shape, shape->subject_tag);
    const struct field *given = shape_field_of_tag(shape, shape->given_tag);
    const struct field *altered = shape_field_of_tag(shape, shape->altered_tag);

    if (shape->subject_tag != 0 && (subject == NULL || subject->kind != KIND_UUID))
        return "its subject is no UUID of its own";
    if (shape->given_tag != 0 && (given == NULL || given->kind != KIND_INT64))
        return "what was given goes to no whole number of its own";
    if (shape->is_lenient && (altered == NULL || altered->shape != &alteration_shape))
        return "what was altered goes to no list of its own";
    if (shape->base != NULL && shape->base->base != NULL)
        return "its base has a base";
    if (shape->given_tag != 0 && shape_count(shape) > 63)
        return "it has more fields than a whole number has bits";
    return NULL;
}

bool shape_is_complete(const struct shape *shape, char why[128])
{
    const char *wrong = fault_of_shape(shape);
    size_t sum = 0;

    if (wrong != NULL) {
        snprintf(why, WHY_SIZE, "%s: %s", shape->name, wrong);
        return false;
    }
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        wrong = error_of_field(shape, i);
        if (wrong != NULL) {
            snprintf(
                why, WHY_SIZE, "%s.%s %s", shape->name, field->name == NULL ? "?" : field->name,
                wrong);
            return false;
        }
        sum += field->size;
    }
    if (sum != shape->size) {
        snprintf(
            why, WHY_SIZE, "%s has %zu bytes, but its rows say %zu", shape->name, shape->size, sum);
        return false;
    }
    return true;
}
