/*
 * Reading settings.
 *
 *   flags > NAME, its older name > NAME_FILE > kept elsewhere > fallback  --texts-->  shape  --> the struct
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/config/config.h"

#include "core/base/must.h"
#include "core/config/config_internal.h"
#include "core/shape/shape_params.h"

#include <string.h>

/* A list is given with commas between its items; everything else is one parameter. */
static size_t
add_params(struct arena *arena, const struct field *field, struct text value, struct param *out)
{
    char name[64];
    struct text rest = value;
    size_t count = 0;
    struct text json_name;

    field_json_name(field, name);
    json_name = text_copy(arena, text_from(name));
    if (field->kind != KIND_LIST) {
        out[0] = (struct param){json_name, value};
        return 1;
    }
    while (text_is_present(rest))
        out[count++] = (struct param){json_name, text_trim(text_cut(&rest, ','))};
    return count;
}

static size_t most_params(const struct config *config, const struct setting_source *setting_source)
{
    size_t most = 0;

    for (size_t i = 0; i < config->count; i++)
        most += setting_source[i].name == NULL ? 0 : setting_source[i].value.size + 1;
    return most;
}

static enum status refuse(
    const struct setting *setting,
    const struct field *field,
    const struct setting_source *source,
    struct error *error)
{
    enum status status = config_refuse(field, source, error);

    if (error != NULL)
        error_field(error, setting->environment);
    return status;
}

/* Says in a sentence of its own what the shape found wrong first. */
static enum status explain(
    const struct config *config,
    const struct setting_source *setting_source,
    struct text path,
    struct arena *arena,
    struct error *error)
{
    struct text name = text_slice(path, 0, text_find(path, '[', 0));

    for (size_t i = 0; i < config->count; i++) {
        const struct setting *setting = &config->settings[i];
        const struct field *field = setting_field(config, setting);
        if (field != shape_field(config->shape, name))
            continue;
        if (setting_source[i].name != NULL)
            return refuse(setting, field, &setting_source[i], error);
        return error_set_code(
            error, STATUS_INVALID, "setting_missing", "%s is missing: give it as %s, %s or %s_FILE",
            setting->environment, config_flag_of(arena, setting->environment).data,
            setting->environment, setting->environment);
    }
    return error_set_code(
        error, STATUS_INVALID, "setting_invalid", "the settings do not fit: %.*s", TEXT_ARGS(path));
}

static enum status read_values(
    const struct config *config,
    const struct setting_source *setting_source,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct param *params = arena_array(arena, most_params(config, setting_source), sizeof(*params));
    struct error found = {0};
    size_t count = 0;
    enum status status;

    for (size_t i = 0; i < config->count; i++) {
        const struct field *field = setting_field(config, &config->settings[i]);
        if (setting_source[i].name == NULL)
            continue;
        if (!text_is_clean_utf8(setting_source[i].value))
            return refuse(&config->settings[i], field, &setting_source[i], error);
        count += add_params(arena, field, setting_source[i].value, params + count);
    }
    status = shape_params_read(config->shape, params, count, arena, out, &found);
    if (status == STATUS_INVALID)
        return explain(config, setting_source, text_from(found.field), arena, error);
    if (status != STATUS_OK && error != NULL)
        *error = found;
    return status;
}

static bool
is_given(const struct config *config, const struct setting_source *source, const char *field)
{
    for (size_t i = 0; i < config->count; i++) {
        if (strcmp(config->settings[i].field, field) == 0)
            return source[i].name != NULL;
    }
    return false;
}

/* Is it given, and something that goes before it? */
static bool
is_overridden(const struct config *config, const struct setting_source *source, size_t index)
{
    const struct setting_precedence *row = config->precedences;

    for (; row != NULL && row->field != NULL && source[index].name != NULL; row++) {
        if (strcmp(row->field, config->settings[index].field) == 0 &&
            is_given(config, source, row->other))
            return true;
    }
    return false;
}

static const char *const *find_ignored(
    const struct config *config,
    const struct setting_source *source,
    struct arena *arena,
    size_t *out_count)
{
    size_t most = 0;
    size_t count = 0;
    const char **found;

    while (config->ignored != NULL && config->ignored[most] != NULL)
        most++;
    found = arena_array(arena, most + config->count, sizeof(*found));
    for (size_t i = 0; i < config->count; i++) {
        if (is_overridden(config, source, i))
            found[count++] = source[i].name;
    }
    for (size_t i = 0; i < most; i++) {
        if (config_environment_has(config->ignored[i]))
            found[count++] = config->ignored[i];
    }
    *out_count = count;
    return found;
}

/* What holds a row against what is kept: its own name, or that of a partner in precedence. NULL: nothing does. */
static const char *
holder_of(const struct config *config, const struct setting_source *source, size_t index)
{
    const struct setting_precedence *row = config->precedences;
    const char *own = config->settings[index].field;

    if (source[index].name != NULL)
        return source[index].name;
    for (; row != NULL && row->field != NULL; row++) {
        const char *partner = strcmp(row->field, own) == 0   ? row->other
                              : strcmp(row->other, own) == 0 ? row->field
                                                             : NULL;
        for (size_t i = 0; partner != NULL && i < config->count; i++) {
            if (strcmp(config->settings[i].field, partner) == 0 && source[i].name != NULL)
                return source[i].name;
        }
    }
    return NULL;
}

static const char *const *
find_held(const struct config *config, const struct setting_source *source, struct arena *arena)
{
    const char **held = arena_array(arena, config->count, sizeof(*held));

    for (size_t i = 0; i < config->count; i++)
        held[i] = holder_of(config, source, i);
    return held;
}

static void add_kept(
    const struct config *config,
    const struct config_given *given,
    const char *const *held,
    struct setting_source *setting_source)
{
    for (size_t i = 0; i < config->count; i++) {
        const char *name = config->settings[i].environment;
        for (size_t k = 0; k < given->kept_count && (held == NULL || held[i] == NULL); k++) {
            if (text_is(given->kept[k].name, name))
                setting_source[i] = (struct setting_source){
                    name, given->kept[k].value, text_lit("the settings on record")};
        }
    }
}

enum status config_read(
    const struct config *config,
    const struct config_given *given,
    struct arena *arena,
    void *out,
    struct config_found *out_found,
    struct error *error)
{
    struct setting_source *setting_source =
        arena_array(arena, config->count, sizeof(*setting_source));
    void *values = arena_take(arena, config->shape->size);
    const char *const *held;
    enum status status =
        config_read_flags(config, given->arg_count, given->args, arena, setting_source, error);

    if (status == STATUS_OK)
        status = config_read_environment(config, arena, setting_source, error);
    if (status != STATUS_OK)
        return status;
    held = find_held(config, setting_source, arena);
    add_kept(config, given, held, setting_source);
    status = read_values(config, setting_source, arena, values, error);
    if (status != STATUS_OK)
        return status;
    memcpy(out, values, config->shape->size);
    out_found->held = held;
    out_found->ignored = find_ignored(config, setting_source, arena, &out_found->ignored_count);
    return STATUS_OK;
}

enum status config_read_kept(
    const struct config *config,
    const struct config_given *given,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct setting_source *setting_source =
        arena_array(arena, config->count, sizeof(*setting_source));

    add_kept(config, given, NULL, setting_source);
    return read_values(config, setting_source, arena, out, error);
}
