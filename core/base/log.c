/*
 * Log lines: built in a bounded buffer, written with one call so that threads do not interleave.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"

#include "core/base/buf.h"
#include "core/base/timestamp.h"

#include <unistd.h>

enum { LONGEST_LINE_BYTES = 8192 };

static enum log_level least_level = LOG_LEVEL_INFO;

static const char *const level_names[] = {"debug", "info", "warning", "error"};
static const char *const level_colours[] = {"\033[2m", "\033[36m", "\033[33m", "\033[31m"};

void log_set_level(enum log_level level)
{
    least_level = level;
}

static void add_json_text(struct buf *line, struct text t)
{
    buf_add_char(line, '"');
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c == '"' || c == '\\')
            buf_printf(line, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            buf_printf(line, "\\u%04x", c);
        else
            buf_add_char(line, (char)c);
    }
    buf_add_char(line, '"');
}

static void add_value(struct buf *line, const struct log_value *value)
{
    char id[UUID_TEXT_SIZE];

    switch (value->kind) {
    case LOG_KIND_TEXT:
        add_json_text(line, value->text);
        break;
    case LOG_KIND_INT64:
        buf_add_int64(line, value->whole);
        break;
    case LOG_KIND_UUID:
        uuid_print(value->uuid, id);
        add_json_text(line, text_from(id));
        break;
    case LOG_KIND_ERROR:
        add_json_text(line, text_from(value->error->text));
        break;
    }
}

static void add_json(
    struct buf *line,
    enum log_level level,
    const char *key,
    const struct log_value *values,
    size_t count)
{
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(timestamp_now(), at);
    buf_printf(
        line, "{\"time\":\"%s\",\"level\":\"%s\",\"key\":\"%s\"", at, level_names[level], key);
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == LOG_KIND_ERROR)
            buf_printf(line, ",\"code\":\"%s\"", values[i].error->code);
        buf_printf(line, ",\"%s\":", values[i].name);
        add_value(line, &values[i]);
    }
    buf_add_c(line, "}\n");
}

static void add_coloured(
    struct buf *line,
    enum log_level level,
    const char *key,
    const struct log_value *values,
    size_t count)
{
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(timestamp_now(), at);
    buf_printf(
        line, "%.12s %s%-7s\033[0m \033[1m%s\033[0m", at + 11, level_colours[level],
        level_names[level], key);
    for (size_t i = 0; i < count; i++) {
        buf_printf(line, " \033[2m%s=\033[0m", values[i].name);
        add_value(line, &values[i]);
    }
    buf_add_char(line, '\n');
}

void log_write(enum log_level level, const char *key, const struct log_value *values, size_t count)
{
    AUTO_BUF line = {0};
    ssize_t written;

    if (level < least_level)
        return;
    buf_init(&line, LONGEST_LINE_BYTES);
    if (isatty(STDERR_FILENO))
        add_coloured(&line, level, key, values, count);
    else
        add_json(&line, level, key, values, count);
    if (buf_is_full(&line))
        return; /* only an absurdly long value gets here; a torn line would be worse */
    written = write(STDERR_FILENO, line.data, line.size);
    (void)written; /* nobody is left to tell */
}
