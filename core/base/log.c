/*
 * Log lines: built in a bounded buffer, handed on with one call so that threads do not interleave. What
 * is gathered goes out in pieces that a pipe takes whole (PIPE_BUF).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"

#include "core/base/buf.h"
#include "core/base/timestamp.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_LINE_BYTES = 8192, LONGEST_CUT_BYTES = 96, MOST_VALUES = 12, GATHERED_BYTES = 4096 };

static enum log_level least_level = LOG_LEVEL_INFO;
static void (*line_sink)(const char *data, size_t size);

static _Thread_local struct {
    bool is_used;
    size_t size;
    char data[GATHERED_BYTES];
} gathered;

static const char *const level_names[] = {"debug", "info", "warning", "error"};
static const char *const level_colours[] = {"\033[2m", "\033[36m", "\033[33m", "\033[31m"};

void log_set_level(enum log_level level)
{
    least_level = level;
}

void log_set_level_named(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(level_names); i++) {
        if (text_is(name, level_names[i]))
            least_level = (enum log_level)i;
    }
}

void log_set_sink(void (*sink)(const char *data, size_t size))
{
    line_sink = sink;
}

static void add_json_text(struct buf *line, struct text t)
{
    size_t written = 0;

    buf_add_char(line, '"');
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c >= 0x20 && c != 0x7F && c != '"' && c != '\\')
            continue;
        buf_add(line, t.data + written, i - written);
        if (c == '"' || c == '\\')
            buf_printf(line, "\\%c", c);
        else
            buf_printf(line, "\\u%04x", c);
        written = i + 1;
    }
    if (written < t.size)
        buf_add(line, t.data + written, t.size - written);
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

static void add_name(struct buf *line, const char *name)
{
    buf_add_c(line, ",\"");
    buf_add_c(line, name);
    buf_add_c(line, "\":");
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
    buf_add_c(line, "{\"time\":\"");
    buf_add_c(line, at);
    buf_add_c(line, "\"");
    add_name(line, "level");
    add_json_text(line, text_from(level_names[level]));
    add_name(line, "key");
    add_json_text(line, text_from(key));
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == LOG_KIND_ERROR) {
            add_name(line, "code");
            add_json_text(line, text_from(values[i].error->code));
        }
        add_name(line, values[i].name);
        add_value(line, &values[i]);
    }
    buf_add_c(line, "}\n");
}

/* Not where NO_COLOR is set to something (no-color.org). Asked once. */
static bool is_coloured(void)
{
    static atomic_int answer = -1;
    const char *refused = answer < 0 ? getenv("NO_COLOR") : NULL;

    if (answer < 0)
        answer = refused == NULL || refused[0] == '\0';
    return answer == 1;
}

/* For people: text on a terminal, in colours or without. */
static void add_plain(
    struct buf *line,
    enum log_level level,
    const char *key,
    const struct log_value *values,
    size_t count)
{
    char at[TIMESTAMP_TEXT_SIZE];

    bool has_colour = is_coloured();
    const char *end = has_colour ? "\033[0m" : "";

    timestamp_print(timestamp_now(), at);
    buf_printf(
        line, "%.12s %s%-7s%s %s%s%s", at + 11, has_colour ? level_colours[level] : "",
        level_names[level], end, has_colour ? "\033[1m" : "", key, end);
    for (size_t i = 0; i < count; i++) {
        buf_printf(line, " %s%s=%s", has_colour ? "\033[2m" : "", values[i].name, end);
        add_value(line, &values[i]);
    }
    buf_add_char(line, '\n');
}

static void write_out(const char *data, size_t size)
{
    ssize_t written;

    if (line_sink != NULL) {
        line_sink(data, size);
        return;
    }
    written = write(STDERR_FILENO, data, size);
    (void)written; /* nobody is left to tell */
}

void log_gather(void)
{
    gathered.is_used = true;
}

void log_flush(void)
{
    if (gathered.size > 0)
        write_out(gathered.data, gathered.size);
    gathered.size = 0;
}

static void add_line(enum log_level level, struct text line)
{
    if (!gathered.is_used || level == LOG_LEVEL_ERROR || line.size > GATHERED_BYTES) {
        log_flush();
        write_out(line.data, line.size);
        return;
    }
    if (line.size > GATHERED_BYTES - gathered.size)
        log_flush();
    memcpy(gathered.data + gathered.size, line.data, line.size);
    gathered.size += line.size;
}

/* Asked once. */
static bool is_terminal(void)
{
    static atomic_int answer = -1;

    if (answer < 0)
        answer = isatty(STDERR_FILENO);
    return answer == 1;
}

static void add_whole(
    struct buf *line,
    enum log_level level,
    const char *key,
    const struct log_value *values,
    size_t count)
{
    if (is_terminal())
        add_plain(line, level, key, values, count);
    else
        add_json(line, level, key, values, count);
}

/* The same line with its texts cut to what surely fits, and a value that says so. */
static void add_cut(
    struct buf *line,
    enum log_level level,
    const char *key,
    const struct log_value *values,
    size_t count)
{
    struct log_value cut[MOST_VALUES];

    if (count > MOST_VALUES - 1)
        count = MOST_VALUES - 1;
    for (size_t i = 0; i < count; i++) {
        cut[i] = values[i];
        cut[i].text = text_first_bytes(cut[i].text, LONGEST_CUT_BYTES);
    }
    cut[count] = log_c("cut", "texts of this line");
    buf_clear(line);
    add_whole(line, level, key, cut, count + 1);
    if (!buf_is_full(line))
        return;
    buf_clear(line); /* a long reason is left */
    add_whole(line, level, key, &cut[count], 1);
}

void log_write(enum log_level level, const char *key, const struct log_value *values, size_t count)
{
    AUTO_BUF line = {0};

    if (level < least_level)
        return;
    buf_init(&line, LONGEST_LINE_BYTES);
    add_whole(&line, level, key, values, count);
    if (buf_is_full(&line))
        add_cut(&line, level, key, values, count);
    add_line(level, buf_text(&line));
}
