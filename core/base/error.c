/*
 * Filling errors, and the table of statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/error.h"

#include "core/base/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct status_row {
    int http;
    const char *phrase;
    const char *code;
};

static const struct status_row rows[STATUS_COUNT] = {
#define STATUS_ROW(name, http, phrase, code) {http, phrase, code},
#include "core/base/status.tbl.h"
#undef STATUS_ROW
};

int status_http(enum status status)
{
    must(status < STATUS_COUNT);
    return rows[status].http;
}

const char *status_phrase(enum status status)
{
    must(status < STATUS_COUNT);
    return rows[status].phrase;
}

const char *status_code(enum status status)
{
    must(status < STATUS_COUNT);
    return rows[status].code;
}

/* A text that was cut at the end of its room loses the beginning of a character, too: what is shown
 * to callers stays UTF-8. */
static void end_whole(char text[ERROR_TEXT_SIZE])
{
    size_t size = strlen(text);
    size_t lead = size;

    if (size < ERROR_TEXT_SIZE - 1)
        return;
    while (lead > 0 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead > 0 && !text_is_clean_utf8((struct text){text + lead - 1, size - lead + 1}))
        text[lead - 1] = '\0';
}

static void
fill(struct error *error, enum status status, const char *code, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static void
fill(struct error *error, enum status status, const char *code, const char *format, va_list args)
{
    *error = (struct error){.status = status};
    snprintf(error->code, sizeof(error->code), "%s", code);
    vsnprintf(error->text, sizeof(error->text), format, args);
    end_whole(error->text);
    text_make_printable(error->text);
}

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error != NULL) {
        va_list args;
        va_start(args, format);
        fill(error, status, status_code(status), format, args);
        va_end(args);
    }
    return status;
}

enum status
error_set_code(struct error *error, enum status status, const char *code, const char *format, ...)
{
    if (error != NULL) {
        va_list args;
        va_start(args, format);
        fill(error, status, code, format, args);
        va_end(args);
    }
    return status;
}

void error_context(struct error *error, const char *format, ...)
{
    char before[ERROR_TEXT_SIZE];
    char whole[2 * ERROR_TEXT_SIZE + 4];
    va_list args;

    if (error == NULL)
        return;
    va_start(args, format);
    vsnprintf(before, sizeof(before), format, args);
    va_end(args);
    snprintf(whole, sizeof(whole), "%s: %s", before, error->text);
    memcpy(error->text, whole, sizeof(error->text));
    error->text[sizeof(error->text) - 1] = '\0';
    end_whole(error->text);
    text_make_printable(error->text);
}

enum status
error_set_field(struct error *error, const char *code, const char *field, const char *format, ...)
{
    char what[ERROR_TEXT_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    error_set_code(error, STATUS_INVALID, code, "%s %s", field, what);
    error_field(error, field);
    return STATUS_INVALID;
}

void error_field(struct error *error, const char *field)
{
    if (error != NULL)
        snprintf(error->field, sizeof(error->field), "%s", field);
}
