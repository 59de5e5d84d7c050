/*
 * Checks of what came from outside, and the words in which it is rejected, each sentence once, as
 * many as an error keeps. Inside a field bounds come before type, as clients of the wire contract
 * know it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"

#include "core/base/must.h"
#include "core/shape/shape_internal.h"
#include "core/unicode/unicode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SHOWN_NAME = 64 };

struct text field_path_text(struct reading *reading, const struct field_path *where)
{
    char name[64];

    field_json_name(where->field, name);
    return text_format(reading->arena, "%.*s%s", TEXT_ARGS(where->prefix), name);
}

/* Adds a whole sentence about the field at `path`, both in the arena. */
static void reject_sentence(struct reading *reading, struct text path, struct text sentence)
{
    struct violations *violations = reading->violations;

    reading->has_failed = true;
    if (reading->is_trial)
        return;
    if (violations == NULL) {
        violations = arena_one(reading->arena, struct violations);
        reading->violations = violations;
        reading->first_field = path;
    }
    for (size_t i = 0; i < violations->count; i++) {
        if (text_equal(violations->items[i], sentence))
            return;
    }
    if (violations->count < COUNT_OF(violations->items))
        violations->items[violations->count++] = sentence;
}

static bool has_room(const struct reading *reading)
{
    return reading->violations == NULL ||
           reading->violations->count < COUNT_OF(reading->violations->items);
}

void reading_reject(
    struct reading *reading, const struct field_path *where, const char *format, ...)
{
    char what[1024];
    struct text path;
    va_list args;

    reading->has_failed = true;
    if (reading->is_trial || !has_room(reading))
        return;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    path = field_path_text(reading, where);
    reject_sentence(
        reading, path,
        text_format(
            reading->arena, "%s%.*s %s", where->is_item ? "each value in " : "", TEXT_ARGS(path),
            what));
}

/* At most `size` bytes, not cutting a character in two. */
static struct text clipped(struct text t, size_t size)
{
    if (t.size <= size)
        return t;
    while (size > 0 && ((unsigned char)t.data[size] & 0xC0) == 0x80)
        size--;
    return text_slice(t, 0, size);
}

/* A name as programs give them. Anything else may be what somebody meant to send as a value, and is
 * not said back. */
static bool is_plain_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.' && c != '$')
            return false;
    }
    return name.size <= LONGEST_SHOWN_NAME;
}

void reading_reject_unknown(struct reading *reading, struct text prefix, struct text name)
{
    struct text path;

    reading->has_failed = true;
    if (reading->is_trial || !has_room(reading))
        return;
    path = text_format(
        reading->arena, "%.*s%.*s", TEXT_ARGS(prefix),
        TEXT_ARGS(is_plain_name(name) ? name : text_lit("(not shown)")));
    reject_sentence(
        reading, path,
        text_format(
            reading->arena, "%.*sproperty %.*s should not exist", TEXT_ARGS(prefix),
            TEXT_ARGS(text_slice(path, prefix.size, path.size))));
}

/* All sentences, as many as fit. */
static void join(const struct violations *violations, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < violations->count; i++) {
        struct text item = violations->items[i];
        size_t separator = i == 0 ? 0 : 2;
        if (used + separator + 1 >= size)
            break;
        memcpy(out + used, "; ", separator);
        used += separator;
        item = clipped(item, size - 1 - used);
        memcpy(out + used, item.data, item.size);
        used += item.size;
    }
    out[used] = '\0';
}

static enum status reject_echo(const struct field *field, struct error *error)
{
    char name[64];

    field_json_name(field, name);
    error_set_code(
        error, STATUS_INVALID, "path_mismatch", "%s in request body must match route parameter",
        name);
    error_field(error, name);
    return STATUS_INVALID;
}

enum status reading_end(const struct reading *reading, struct error *error)
{
    char joined[ERROR_TEXT_SIZE];
    char field[ERROR_FIELD_SIZE];

    if (arena_is_full(reading->arena))
        return error_set(error, STATUS_TOO_LARGE, "The request is too large to be read.");
    if (reading->contradicted != NULL)
        return reject_echo(reading->contradicted, error);
    if (reading->violations == NULL)
        return STATUS_OK;
    join(reading->violations, joined, sizeof(joined));
    error_set_code(error, STATUS_INVALID, "validation_failed", "%s", joined);
    snprintf(
        field, sizeof(field), "%.*s", TEXT_ARGS(clipped(reading->first_field, sizeof(field) - 1)));
    error_field(error, field);
    if (error != NULL)
        error->violations = reading->violations;
    return STATUS_INVALID;
}

static void reject_rule(struct reading *reading, const struct field_path *where)
{
    reject_sentence(reading, field_path_text(reading, where), text_from(where->field->rule));
}

static void reject_least(struct reading *reading, const struct field_path *where)
{
    reading_reject(reading, where, "must not be less than %lld", (long long)where->field->min);
}

static void reject_most(struct reading *reading, const struct field_path *where)
{
    reading_reject(reading, where, "must not be greater than %lld", (long long)where->field->max);
}

static void reject_shortest(struct reading *reading, const struct field_path *where)
{
    reading_reject(
        reading, where, "must be longer than or equal to %lld characters",
        (long long)where->field->min);
}

static void reject_longest(struct reading *reading, const struct field_path *where)
{
    reading_reject(
        reading, where, "must be shorter than or equal to %lld characters",
        (long long)where->field->max);
}

static void reject_fewest(struct reading *reading, const struct field_path *where)
{
    reading_reject(
        reading, where, "must contain at least %lld elements", (long long)where->field->min);
}

static void reject_enum(struct reading *reading, const struct field_path *where)
{
    char names[900];
    size_t used = 0;

    names[0] = '\0';
    for (const char *const *name = where->field->names; *name != NULL; name++) {
        int size =
            snprintf(names + used, sizeof(names) - used, "%s%s", used == 0 ? "" : ", ", *name);
        used += (size_t)size;
        if (used >= sizeof(names))
            break;
    }
    reading_reject(reading, where, "must be one of the following values: %s", names);
}

static void reject_text_kind(struct reading *reading, const struct field_path *where)
{
    const struct field *field = where->field;

    if (field->accepts != NULL)
        reject_rule(reading, where);
    if (field->min > 0)
        reject_shortest(reading, where);
    if ((field->flags & EMAIL) != 0)
        reading_reject(reading, where, "must be an email");
    else
        reading_reject(reading, where, "must be a string");
}

static void reject_number_kind(struct reading *reading, const struct field_path *where)
{
    const struct field *field = where->field;

    if (field->max != 0)
        reject_most(reading, where);
    if (field->min != INT64_MIN)
        reject_least(reading, where);
    if (field->kind == KIND_INT64)
        reading_reject(reading, where, "must be an integer number");
    else
        reading_reject(reading, where, "must be a number conforming to the specified constraints");
}

static void reject_kind(struct reading *reading, const struct field_path *where)
{
    const struct field *field = where->field;

    switch (field->kind) {
    case KIND_UUID:
        reading_reject(reading, where, "must be a UUID");
        return;
    case KIND_TEXT:
    case KIND_PERSONAL:
        reject_text_kind(reading, where);
        return;
    case KIND_BYTES:
        reading_reject(reading, where, "must be base64 encoded");
        return;
    case KIND_TIMESTAMP:
        reading_reject(reading, where, "must be a valid ISO 8601 date string");
        return;
    case KIND_INT64:
    case KIND_DOUBLE:
        reject_number_kind(reading, where);
        return;
    case KIND_BOOL:
        reading_reject(reading, where, "must be a boolean value");
        return;
    case KIND_ENUM:
        reject_enum(reading, where);
        return;
    case KIND_JSON:
        reading_reject(
            reading, where,
            (field->flags & JSON_ANY) != 0 ? "must be a JSON value" : "must be an object");
        return;
    case KIND_OBJECT:
        reading_reject(reading, where, "must be an object");
        return;
    case KIND_LIST:
        if (field->min > 0)
            reject_fewest(reading, where);
        reading_reject(reading, where, "must be an array");
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

bool reading_reject_kind(struct reading *reading, const struct field_path *where)
{
    reject_kind(reading, where);
    return false;
}

/* As much of it as the row allows. */
static struct text allowed_part(const struct field *field, struct text t)
{
    if (field->max <= 0)
        return t;
    return (field->flags & IN_UTF16) != 0 ? text_first_units(t, (size_t)field->max)
                                          : text_first_characters(t, (size_t)field->max);
}

/* Addresses and host names take their one form. NULL, or what is wrong. */
static const char *take_form(const struct field *field, struct arena *arena, struct text *value)
{
    struct text host;

    if ((field->flags & EMAIL) != 0)
        return shape_email_read(arena, *value, (field->flags & LOWER) != 0, value);
    if ((field->flags & HOST_NAME) == 0 || unicode_is_ascii(*value))
        return NULL;
    host = unicode_domain(arena, *value);
    if (!text_is_present(host))
        return "must be a host name";
    *value = host;
    return NULL;
}

static bool fits_lines(const struct field *field, struct text t)
{
    return (field->flags & (ONE_LINE | MANY_LINES | HOST_NAME)) == 0 ||
           text_is_printable(t, (field->flags & MANY_LINES) != 0);
}

bool shape_check_text(struct reading *reading, const struct field_path *where, struct text *value)
{
    const struct field *field = where->field;
    struct text t = (field->flags & TRIM) != 0 ? text_trim(*value) : *value;
    struct text allowed = allowed_part(field, t);
    bool is_too_long = allowed.size < t.size;
    const char *form_problem = NULL;
    bool is_good = true;

    if (is_too_long && reading_is_lenient(reading, field)) {
        reading_alter(reading, field_path_text(reading, where), ALTERED_CUT);
        t = allowed;
        is_too_long = false;
    }
    t = (field->flags & LOWER) != 0 ? text_lower(reading->arena, t) : text_copy(reading->arena, t);
    form_problem = take_form(field, reading->arena, &t);
    *value = t;
    if (field->accepts != NULL && !field->accepts(t)) {
        reject_rule(reading, where);
        is_good = false;
    }
    if (is_too_long) {
        reject_longest(reading, where);
        is_good = false;
    }
    if (field->min > 0 && text_length(t) < (size_t)field->min) {
        reject_shortest(reading, where);
        is_good = false;
    }
    if (!fits_lines(field, t)) {
        reading_reject(reading, where, "must not have control characters");
        is_good = false;
    }
    if (form_problem != NULL) {
        reading_reject(reading, where, "%s", form_problem);
        is_good = false;
    }
    return is_good;
}

bool shape_check_number(struct reading *reading, const struct field_path *where, double value)
{
    const struct field *field = where->field;
    bool is_good = true;

    if (field->max != 0 && value > (double)field->max) {
        reject_most(reading, where);
        is_good = false;
    }
    if (field->min != INT64_MIN && value < (double)field->min) {
        reject_least(reading, where);
        is_good = false;
    }
    return is_good;
}

typedef int compare_function(const void *a, const void *b);

static const void *pointed(const void *pointer)
{
    return *(const void *const *)pointer;
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)pointed(a), *(const struct text *)pointed(b));
}

static int compare_uuids(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)pointed(a), *(const struct uuid *)pointed(b));
}

/* Integers and enums alike. */
static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)pointed(a);
    int64_t y = *(const int64_t *)pointed(b);

    return (x > y) - (x < y);
}

static compare_function *comparer(enum kind item)
{
    if (item == KIND_TEXT)
        return compare_texts;
    if (item == KIND_UUID)
        return compare_uuids;
    must(item == KIND_INT64 || item == KIND_ENUM);
    return compare_int64;
}

/* By sorting: a caller's list may be as long as a body, and comparing all pairs would give him our
 * processor. */
static bool has_repeats(struct arena *arena, const struct field *field, const struct list *list)
{
    compare_function *compare = comparer(field->item);
    size_t size = list_item_size(field);
    const void **sorted = arena_array(arena, list->count, sizeof(*sorted));

    for (size_t i = 0; i < list->count; i++)
        sorted[i] = list_item(list, size, i);
    qsort(sorted, list->count, sizeof(*sorted), compare);
    for (size_t i = 1; i < list->count; i++) {
        if (compare(&sorted[i - 1], &sorted[i]) == 0)
            return true;
    }
    return false;
}

static void reject_repeats(struct reading *reading, const struct field_path *where)
{
    struct text path = field_path_text(reading, where);

    reject_sentence(
        reading, path,
        text_format(reading->arena, "All %.*s's elements must be unique", TEXT_ARGS(path)));
}

bool shape_check_list(
    struct reading *reading, const struct field_path *where, const struct list *list)
{
    const struct field *field = where->field;
    bool is_good = true;

    if ((field->flags & UNIQUE) != 0 && has_repeats(reading->arena, field, list)) {
        reject_repeats(reading, where);
        is_good = false;
    }
    if (field->max > 0 && list->count > (size_t)field->max) {
        reading_reject(
            reading, where, "must contain no more than %lld elements", (long long)field->max);
        is_good = false;
    }
    if (field->min > 0 && list->count < (size_t)field->min) {
        reading_reject(
            reading, where, "must contain at least %lld elements", (long long)field->min);
        is_good = false;
    }
    return is_good;
}
