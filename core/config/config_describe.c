/*
 * What is said of settings: the values that one takes, why a value was refused, and the reference
 * page, a table in Markdown. The value of a secret setting is never shown.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/config/config_internal.h"

#include <stdio.h>

enum { LONGEST_SENTENCE = 1024, MOST_SHOWN = 60, LONGEST_CELL = 4096 };

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
        buf_add_c(out, "a timestamp such as 2026-03-22T16:47:29Z");
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

/* A cell of a Markdown table: a bar would end it. */
static void write_cell(struct buf *out, struct text cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '|')
            buf_add_char(out, '\\');
        buf_add_char(out, cell.data[i]);
    }
    buf_add_c(out, " | ");
}

static void write_names(const struct setting *setting, struct arena *arena, struct buf *out)
{
    buf_printf(out, "| `%s`", setting->environment);
    if (setting->alias != NULL)
        buf_printf(out, " (or `%s`)", setting->alias);
    buf_printf(out, " | `%s` | ", config_flag_of(arena, setting->environment).data);
}

bool config_write_usual(const struct field *field, struct buf *out)
{
    const char *text = field->fallback_text;

    if ((field->flags & HAS_FALLBACK) == 0 || (field->flags & SECRET) != 0)
        return false;
    if (field->kind == KIND_INT64)
        buf_add_int64(out, field->fallback);
    else if (field->kind == KIND_BOOL)
        buf_add_c(out, field->fallback == OPT_TRUE.is ? "true" : "false");
    else if (field->kind == KIND_ENUM)
        buf_add_c(out, enum_name(field->names, (struct enum_value){field->fallback}));
    else if (text != NULL && text[0] != '\0')
        buf_add_c(out, text);
    else
        return false;
    return true;
}

static void write_fallback(const struct field *field, struct buf *cell)
{
    if ((field->flags & REQUIRED) != 0)
        buf_add_c(cell, "required");
    buf_add_char(cell, '`');
    if (config_write_usual(field, cell))
        buf_add_char(cell, '`');
    else
        buf_truncate(cell, cell->size - 1);
}

static void write_row(
    const struct config *config,
    const struct setting *setting,
    struct arena *arena,
    struct buf *out)
{
    const struct field *field = setting_field(config, setting);
    AUTO_BUF cell = {0};

    buf_init(&cell, LONGEST_CELL);
    write_names(setting, arena, out);
    config_write_wanted(field, &cell);
    write_cell(out, buf_text(&cell));
    buf_clear(&cell);
    write_fallback(field, &cell);
    write_cell(out, buf_text(&cell));
    buf_clear(&cell);
    buf_printf(
        &cell, "%s%s", field->doc, (field->flags & SECRET) != 0 ? " Secret: never shown." : "");
    write_cell(out, buf_text(&cell));
    buf_truncate(out, out->size - 1);
    buf_add_char(out, '\n');
}

void config_describe(const struct config *config, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 16);

    buf_add_c(
        out, "A setting is taken from its flag (`--name=value`), else from the environment, else\n"
             "from the file that the variable with `_FILE` after its name points at, else the\n"
             "usual value stands. A variable that is set to nothing counts as not set.\n\n"
             "| Variable | Flag | Takes | Usually | Meaning |\n"
             "|---|---|---|---|---|\n");
    for (size_t i = 0; i < config->count; i++)
        write_row(config, &config->settings[i], arena, out);
    if (config->ignored == NULL || config->ignored[0] == NULL)
        return;
    buf_add_c(
        out, "\nKnown from other systems, without a meaning here, and accepted with a "
             "warning:");
    for (size_t i = 0; config->ignored[i] != NULL; i++)
        buf_printf(out, "%s`%s`", i == 0 ? " " : ", ", config->ignored[i]);
    buf_add_c(out, ".\n");
}
