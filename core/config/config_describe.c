/*
 * The manual page of settings, from the same table that reads them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/config/config_internal.h"

enum { LONGEST_CELL = 4096 };

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

static void write_fallback(const struct field *field, struct buf *cell)
{
    if ((field->flags & REQUIRED) != 0)
        buf_add_c(cell, "required");
    if ((field->flags & HAS_FALLBACK) == 0 || (field->flags & SECRET) != 0)
        return;
    if (field->kind == KIND_INT64)
        buf_printf(cell, "`%lld`", (long long)field->fallback);
    else if (field->kind == KIND_BOOL)
        buf_add_c(cell, field->fallback == OPT_TRUE.is ? "`true`" : "`false`");
    else if (field->kind == KIND_ENUM)
        buf_printf(cell, "`%s`", enum_name(field->names, (struct enum_value){field->fallback}));
    else if (field->fallback_text != NULL && field->fallback_text[0] != '\0')
        buf_printf(cell, "`%s`", field->fallback_text);
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
