/*
 * Settings: one table, filled from flags (--http-port=…), then environment variables (NAME, or
 * NAME_FILE naming a file with the value), then what is kept elsewhere, then fallbacks. The result is a plain struct of a
 * shape; a setting is a field of it plus the names it goes by.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CONFIG_CONFIG_H
#define CORE_CONFIG_CONFIG_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct setting {
    const char *field;       /* member of the settings struct */
    const char *environment; /* "DATABASE_URL" */
    const char *alias;       /* an older name that is accepted, or NULL */
};

/* A setting that means nothing beside another one. */
struct setting_precedence {
    const char *field;
    const char *other; /* field of the setting that goes before it */
};

struct config {
    const struct shape *shape;      /* bounds, fallbacks, sentences */
    const struct setting *settings; /* one per field */
    size_t count;
    const char *const *ignored; /* known names of other systems that mean nothing here,
                                   NULL-ended: accepted with a warning */
    const struct setting_precedence *precedences; /* ended by a row without fields, or NULL */
};

/* A value that whoever reads settings has kept: it goes behind flags and environment. */
struct kept_setting {
    struct text name; /* in the environment */
    struct text value;
};

/* Where settings are read from. `args` hold nothing but flags. */
struct config_given {
    int arg_count;
    char *const *args;
    const struct kept_setting *kept; /* of names that are no setting's, nothing comes */
    size_t kept_count;
};

/* What was found beside the values, in the arena. */
struct config_found {
    const char *const *
        ignored; /* set, and without meaning: names of other systems, and what yields to what is set too */
    size_t ignored_count;
    const char *const
        *held; /* for each row of the table the name that flags or environment give it by, or what
                                goes before it or behind it; NULL: neither, so that what is kept counts */
};

/* Reads flags ("--port=3000" or "--port 3000" for PORT; any setting's environment name in lower
 * case with hyphens), environment and what is kept into the struct at `out`. On a bad value: STATUS_INVALID naming the
 * setting, the value's source and the range. */
MUST_USE enum status config_read(
    const struct config *config,
    const struct config_given *given,
    struct arena *arena,
    void *out,
    struct config_found *out_found,
    struct error *error);

/* What is kept alone, as if flags and environment were empty; `error->field` is the bad one's. */
MUST_USE enum status config_read_kept(
    const struct config *config,
    const struct config_given *given,
    struct arena *arena,
    void *out,
    struct error *error);

/* The manual page of all settings as Markdown. */
void config_describe(const struct config *config, struct buf *out);

/* For whoever reads or describes a command line: a setting's field; its flag ("--http-port" for
 * HTTP_PORT, in the arena); the field that a flag or an older name of it stands for, or NULL. */
const struct field *config_field(const struct config *config, size_t index);
struct text config_flag(const struct config *config, size_t index, struct arena *arena);
const struct field *
config_flag_field(const struct config *config, struct text flag, struct arena *arena);

/* Appends "a whole number from 1 to 65535". */
void config_write_wanted(const struct field *field, struct buf *out);

/* Appends what stands where nothing is given; false, and nothing, where nothing does. */
bool config_write_usual(const struct field *field, struct buf *out);

#endif
