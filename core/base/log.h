/*
 * Structured logging: a stable key ("area.verb_in_the_past"), then names and values. JSON lines
 * on a pipe or file, text on a terminal (coloured, unless NO_COLOR is set), always to standard
 * error. Only the edges log: the HTTP call, a thread's loop, a sub-command.
 *
 *   log_info("writer.started", log_text("home", home), log_int64("size", size));
 *
 * Secrets are never passed here; shapes refuse to print fields marked secret.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

enum log_kind { LOG_KIND_TEXT, LOG_KIND_INT64, LOG_KIND_UUID, LOG_KIND_ERROR };

struct log_value {
    const char *name;
    enum log_kind kind;
    struct text text;
    int64_t whole;
    struct uuid uuid;
    const struct error *error;
};

static inline struct log_value log_text(const char *name, struct text t)
{
    return (struct log_value){.name = name, .kind = LOG_KIND_TEXT, .text = t};
}

static inline struct log_value log_c(const char *name, const char *terminated)
{
    return log_text(name, text_from(terminated));
}

static inline struct log_value log_int64(const char *name, int64_t value)
{
    return (struct log_value){.name = name, .kind = LOG_KIND_INT64, .whole = value};
}

static inline struct log_value log_uuid(const char *name, struct uuid id)
{
    return (struct log_value){.name = name, .kind = LOG_KIND_UUID, .uuid = id};
}

/* Prints code and text of the error as "code" and "reason". */
static inline struct log_value log_cause(const struct error *error)
{
    return (struct log_value){.name = "reason", .kind = LOG_KIND_ERROR, .error = error};
}

/* Least level that is written; default LOG_LEVEL_INFO. Set once, before threads start. */
void log_set_level(enum log_level level);
/* The same by its name ("warning"); another name changes nothing. */
void log_set_level_named(struct text name);

/* Where lines go from now on, in whole ones; NULL: to standard error, by the thread that logs. While
 * no other thread logs. */
void log_set_sink(void (*sink)(const char *data, size_t size));

/* One line, handed on whole. Longer than 8 KiB, its texts are cut, and "cut" says so. Any thread. */
void log_write(enum log_level level, const char *key, const struct log_value *values, size_t count);

/* From now on this thread gathers its lines, up to 4 KiB, until log_flush(); errors go out at once,
 * behind what was gathered. For threads that log much and turn often, as loops do: what a process
 * that is killed loses are the lines of one turn. */
void log_gather(void);
void log_flush(void);

#define LOG_AT(level, key, ...)                                                                    \
    log_write(                                                                                     \
        level, key, (const struct log_value[]){__VA_ARGS__},                                       \
        sizeof((const struct log_value[]){__VA_ARGS__}) / sizeof(struct log_value))

#define log_debug(...)   LOG_AT(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(...)    LOG_AT(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) LOG_AT(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_error(...)   LOG_AT(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
