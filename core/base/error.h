/*
 * What went wrong, precisely: filled on failure only, owned by the caller, fixed in size, so that
 * it works when memory is gone. Outputs are written on success only, errors on failure only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/base/text.h"

enum { ERROR_CODE_SIZE = 48, ERROR_TEXT_SIZE = 512, ERROR_FIELD_SIZE = 96 };

/* All violations of a request at once, in the arena of the call. */
struct violations {
    struct text items[64];
    size_t count; /* further ones are not kept */
};

struct error {
    enum status status;
    char code[ERROR_CODE_SIZE];          /* stable, for machines: "task_not_found" */
    char text[ERROR_TEXT_SIZE];          /* for humans, may be shown to callers */
    char field[ERROR_FIELD_SIZE];        /* path of the offending field, or "" */
    const struct violations *violations; /* in the arena, or NULL */
};

/* Fills `error` (NULL is allowed) with the default code of `status` and a printed text. Returns
 * `status`, so that `return error_set(…)` reads as a sentence. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The same with a code of its own. */
enum status
error_set_code(struct error *error, enum status status, const char *code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* STATUS_INVALID with a code, because of a field: what is printed goes behind its name ("to must not lie
 * before from"). */
enum status
error_set_field(struct error *error, const char *code, const char *field, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Puts "what: " before the text of a filled error, when this level knows something more. */
void error_context(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* Notes the offending field, "payload.command" for nested ones. */
void error_field(struct error *error, const char *field);

#endif
