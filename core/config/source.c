/*
 * Where settings come from: flags, the environment, files that the environment names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/config/config_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { LARGEST_FILE = 64 << 10 };

const struct field *setting_field(const struct config *config, const struct setting *setting)
{
    const struct field *field = shape_field(config->shape, text_from(setting->field));

    must(field != NULL);
    return field;
}

struct text config_flag_of(struct arena *arena, const char *environment)
{
    struct text lower = text_lower(arena, text_from(environment));
    char *flag = arena_take(arena, lower.size + 3);

    flag[0] = '-';
    flag[1] = '-';
    for (size_t i = 0; i < lower.size; i++)
        flag[i + 2] = lower.data[i] == '_' ? '-' : lower.data[i];
    return (struct text){flag, lower.size + 2};
}

/* The setting a flag names, or config->count; `out_name` tells by which of its names. */
static size_t
find_flag(const struct config *config, struct arena *arena, struct text flag, const char **out_name)
{
    for (size_t i = 0; i < config->count; i++) {
        const char *const names[] = {config->settings[i].environment, config->settings[i].alias};
        for (size_t n = 0; n < COUNT_OF(names); n++) {
            if (names[n] == NULL || !text_equal(config_flag_of(arena, names[n]), flag))
                continue;
            *out_name = names[n];
            return i;
        }
    }
    return config->count;
}

const struct field *config_field(const struct config *config, size_t index)
{
    return setting_field(config, &config->settings[index]);
}

struct text config_flag(const struct config *config, size_t index, struct arena *arena)
{
    return config_flag_of(arena, config->settings[index].environment);
}

const struct field *
config_flag_field(const struct config *config, struct text flag, struct arena *arena)
{
    const char *name;
    size_t at = find_flag(config, arena, flag, &name);

    return at == config->count ? NULL : config_field(config, at);
}

static bool looks_like_a_flag(const char *arg)
{
    return arg[0] == '-' && arg[1] == '-' && arg[2] != '\0';
}

enum status config_read_flags(
    const struct config *config,
    int arg_count,
    char *const *args,
    struct arena *arena,
    struct setting_source *setting_source,
    struct error *error)
{
    for (int i = 0; i < arg_count; i++) {
        struct text value = text_from(args[i]);
        struct text flag = text_cut(&value, '=');
        const char *name = NULL;
        size_t at = find_flag(config, arena, flag, &name);
        if (!looks_like_a_flag(args[i]))
            return error_set_code(
                error, STATUS_INVALID, "unknown_argument",
                "\"%.80s\" is no setting: settings are given as --name=value", args[i]);
        if (at == config->count)
            return error_set_code(
                error, STATUS_INVALID, "unknown_setting", "%.*s is no setting that is known here",
                (int)(flag.size < 80 ? flag.size : 80), flag.data);
        if (!text_is_present(value) &&
            setting_field(config, &config->settings[at])->kind == KIND_BOOL)
            value = text_lit("true");
        if (!text_is_present(value) && i + 1 < arg_count && !looks_like_a_flag(args[i + 1]))
            value = text_from(args[++i]);
        if (!text_is_present(value))
            return error_set_code(
                error, STATUS_INVALID, "setting_invalid", "%.*s needs a value", TEXT_ARGS(flag));
        setting_source[at] =
            (struct setting_source){name, text_copy(arena, value), text_copy(arena, flag)};
    }
    return STATUS_OK;
}

bool config_environment_has(const char *name)
{
    const char *value = name == NULL ? NULL : getenv(name);

    return value != NULL && value[0] != '\0';
}

/* Reads to the end, or one byte too far: enough to know that it is too large. */
static ssize_t read_all(int file, char *out, size_t most)
{
    size_t size = 0;
    ssize_t got = 1;

    while (got > 0 && size <= most) {
        got = read(file, out + size, most + 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    return got < 0 ? -1 : (ssize_t)size;
}

/* False with a reason. */
static bool
read_file(struct arena *arena, const char *path, struct text *out, const char **out_problem)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *content = arena_take(arena, LARGEST_FILE + 1);
    ssize_t size = file < 0 ? -1 : read_all(file, content, LARGEST_FILE);

    *out_problem = size < 0 ? strerrordesc_np(errno) : "it is larger than 64 KiB";
    if (file >= 0)
        close(file);
    if (size < 0 || size > LARGEST_FILE)
        return false;
    while (size > 0 && (content[size - 1] == '\n' || content[size - 1] == '\r'))
        size--;
    *out = (struct text){content, (size_t)size};
    return true;
}

static enum status read_named_file(
    struct arena *arena,
    const char *name,
    struct setting_source *setting_source,
    struct error *error)
{
    const char *variable = text_format(arena, "%s_FILE", name).data;
    const char *problem = NULL;
    const char *path = getenv(variable);
    struct text value;

    must(path != NULL);
    if (!read_file(arena, path, &value, &problem))
        return error_set_code(
            error, STATUS_INVALID, "setting_invalid",
            "%s names the file %.200s, which cannot be used: %s", variable, path, problem);
    *setting_source = (struct setting_source){name, value, text_format(arena, "the file %s", path)};
    return STATUS_OK;
}

/* A setting that is itself a file's path may end in _FILE: it is not the file of another one. */
static bool is_a_setting(const struct config *config, const char *variable)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct setting *setting = &config->settings[i];
        if (strcmp(setting->environment, variable) == 0 ||
            (setting->alias != NULL && strcmp(setting->alias, variable) == 0))
            return true;
    }
    return false;
}

static bool names_a_file(const struct config *config, struct arena *arena, const char *environment)
{
    const char *variable;

    if (environment == NULL)
        return false;
    variable = text_format(arena, "%s_FILE", environment).data;
    return config_environment_has(variable) && !is_a_setting(config, variable);
}

static enum status read_setting(
    const struct config *config,
    const struct setting *setting,
    struct arena *arena,
    struct setting_source *setting_source,
    struct error *error)
{
    const char *const names[] = {setting->environment, setting->alias};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!config_environment_has(names[i]))
            continue;
        *setting_source = (struct setting_source){
            names[i], text_copy(arena, text_from(getenv(names[i]))), text_lit("the environment")};
        return STATUS_OK;
    }
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (names_a_file(config, arena, names[i]))
            return read_named_file(arena, names[i], setting_source, error);
    }
    return STATUS_OK;
}

enum status config_read_environment(
    const struct config *config,
    struct arena *arena,
    struct setting_source *setting_source,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < config->count && status == STATUS_OK; i++) {
        if (setting_source[i].name == NULL)
            status = read_setting(config, &config->settings[i], arena, &setting_source[i], error);
    }
    return status;
}
