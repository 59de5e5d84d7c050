/*
 * Filling faults, and the table of statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/fault.h"

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
static void end_whole(char text[FAULT_TEXT_SIZE])
{
    size_t size = strlen(text);
    size_t lead = size;

    if (size < FAULT_TEXT_SIZE - 1)
        return;
    while (lead > 0 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead > 0 && !text_is_clean_utf8((struct text){text + lead - 1, size - lead + 1}))
        text[lead - 1] = '\0';
}

static void
fill(struct fault *fault, enum status status, const char *code, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static void
fill(struct fault *fault, enum status status, const char *code, const char *format, va_list args)
{
    *fault = (struct fault){.status = status};
    snprintf(fault->code, sizeof(fault->code), "%s", code);
    vsnprintf(fault->text, sizeof(fault->text), format, args);
    end_whole(fault->text);
}

enum status fault_set(struct fault *fault, enum status status, const char *format, ...)
{
    if (fault != NULL) {
        va_list args;
        va_start(args, format);
        fill(fault, status, status_code(status), format, args);
        va_end(args);
    }
    return status;
}

enum status
fault_code(struct fault *fault, enum status status, const char *code, const char *format, ...)
{
    if (fault != NULL) {
        va_list args;
        va_start(args, format);
        fill(fault, status, code, format, args);
        va_end(args);
    }
    return status;
}

void fault_context(struct fault *fault, const char *format, ...)
{
    char before[FAULT_TEXT_SIZE];
    char whole[2 * FAULT_TEXT_SIZE + 4];
    va_list args;

    if (fault == NULL)
        return;
    va_start(args, format);
    vsnprintf(before, sizeof(before), format, args);
    va_end(args);
    snprintf(whole, sizeof(whole), "%s: %s", before, fault->text);
    memcpy(fault->text, whole, sizeof(fault->text));
    fault->text[sizeof(fault->text) - 1] = '\0';
    end_whole(fault->text);
}

void fault_field(struct fault *fault, const char *field)
{
    if (fault != NULL)
        snprintf(fault->field, sizeof(fault->field), "%s", field);
}
