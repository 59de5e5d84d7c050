/*
 * What is said of a setting: the values it takes, and why one was refused. The value of a secret
 * setting is never shown.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/config/config_internal.h"

#include <stdio.h>

enum { LONGEST_SENTENCE = 1024, MOST_SHOWN = 60 };

static void write_bounds(const struct field *field, const char *before, struct buf *out)
{
    long long min = (long long)field->min;
    long long max = (long long)field->max;

    if (min != 0 && max != 0)
        buf_printf(out, "%s%lld to %lld", before, min, max);
    else if (max != 0)
        buf_printf(out, "%sat most %lld", before, max);
    else if (min != 0)
        buf_printf(out, "%sat least %lld", before, min);
}

/* A number's least value counts even when it is 0. */
static void write_number(const struct field *field, const char *what, struct buf *out)
{
    buf_add_c(out, what);
    if (field->max != 0)
        buf_printf(out, " from %lld to %lld", (long long)field->min, (long long)field->max);
    else
        buf_printf(out, " of at least %lld", (long long)field->min);
}

static void write_enums(const struct field *field, struct buf *out)
{
    buf_add_c(out, "one of ");
    for (size_t i = 0; field->names[i] != NULL; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : ", ", field->names[i]);
}

static void write_text(const struct field *field, struct buf *out)
{
    if ((field->flags & EMAIL) != 0) {
        buf_add_c(out, "an e-mail address");
        return;
    }
    buf_add_c(out, "text");
    write_bounds(field, " of ", out);
    if (field->min != 0 || field->max != 0)
        buf_add_c(out, " characters");
}

static void write_list(const struct field *field, struct buf *out)
{
    struct field item = {.kind = field->item, .names = field->names, .min = INT64_MIN};

    buf_add_c(out, "a list, with commas between its items,");
    write_bounds(field, " of ", out);
    if (item.kind == KIND_ENUM) {
        buf_add_c(out, " each ");
        write_enums(&item, out);
    }
}

void config_write_wanted(const struct field *field, struct buf *out)
{
    switch (field->kind) {
    case KIND_INT64:
        write_number(field, "a whole number", out);
        break;
    case KIND_DOUBLE:
        write_number(field, "a number", out);
        break;
    case KIND_BOOL:
        buf_add_c(out, "true or false");
        break;
    case KIND_ENUM:
        write_enums(field, out);
        break;
    case KIND_LIST:
        write_list(field, out);
        break;
    case KIND_UUID:
        buf_add_c(out, "a UUID");
        break;
    case KIND_TIMESTAMP:
        buf_add_c(out, "a moment such as 2026-03-22T16:47:29Z");
        break;
    case KIND_BYTES:
        buf_add_c(out, "Base64");
        break;
    case KIND_JSON:
    case KIND_OBJECT:
        buf_add_c(out, "JSON");
        break;
    case KIND_TEXT:
    case KIND_PERSONAL:
    case KIND_COUNT:
        write_text(field, out);
        break;
    }
}

/* The rule of its own, where it is that which was broken. */
static bool breaks_rule(const struct field *field, struct text value)
{
    if ((field->flags & TRIM) != 0)
        value = text_trim(value);
    return field->accepts != NULL && field->rule != NULL && text_is_clean_utf8(value) &&
           !field->accepts(value);
}

static void write_shown(struct text value, struct buf *out)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < value.size && i < MOST_SHOWN; i++)
        buf_add_char(out, (unsigned char)value.data[i] < ' ' ? '?' : value.data[i]);
    buf_add_c(out, value.size > MOST_SHOWN ? "…\"" : "\"");
}

enum status config_refuse(
    const struct field *field, const struct setting_source *setting_source, struct error *error)
{
    AUTO_BUF sentence = {0};

    buf_init(&sentence, LONGEST_SENTENCE);
    buf_printf(&sentence, "%s ", setting_source->name);
    if ((field->flags & SECRET) == 0) {
        buf_add_c(&sentence, "is ");
        write_shown(setting_source->value, &sentence);
        buf_printf(&sentence, " (from %.*s): ", TEXT_ARGS(setting_source->source));
    } else {
        buf_printf(&sentence, "(from %.*s) does not fit: ", TEXT_ARGS(setting_source->source));
    }
    if (breaks_rule(field, setting_source->value)) {
        buf_add_c(&sentence, field->rule);
    } else {
        buf_add_c(&sentence, "it must be ");
        config_write_wanted(field, &sentence);
    }
    return error_set_code(
        error, STATUS_INVALID, "setting_invalid", "%.*s", TEXT_ARGS(buf_text(&sentence)));
}
