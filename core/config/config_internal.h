/*
 * What the files of this folder share: where a setting's value came from, and sentences about it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CONFIG_CONFIG_INTERNAL_H
#define CORE_CONFIG_CONFIG_INTERNAL_H

#include "core/config/config.h"

#include <stdbool.h>

/* A setting's value as it was given. */
struct setting_source {
    const char *name;   /* the name it was given by: "DB_HOST"; NULL: not given */
    struct text value;  /* in the arena */
    struct text source; /* "the environment", "--port", "the file /run/secrets/port" */
};

const struct field *setting_field(const struct config *config, const struct setting *setting);

/* "--http-port" for HTTP_PORT, in the arena. */
struct text config_flag_of(struct arena *arena, const char *environment);

/* Notes what flags say, one `given` per setting. */
MUST_USE enum status config_read_flags(
    const struct config *config,
    int arg_count,
    char *const *args,
    struct arena *arena,
    struct setting_source *setting_source,
    struct error *error);

/* Adds what the environment says of settings that were not given yet. */
MUST_USE enum status config_read_environment(
    const struct config *config,
    struct arena *arena,
    struct setting_source *setting_source,
    struct error *error);

/* Is the variable set, and not to nothing? Compose files set what they pass on to "". */
bool config_environment_has(const char *name);

/* Fills the error with the one sentence about a value that its field refused. */
enum status config_refuse(
    const struct field *field, const struct setting_source *setting_source, struct error *error);

#endif
