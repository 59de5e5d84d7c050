/*
 * Reading a small file whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/files/file_read.h"

#include "core/base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 300 };

static enum status unreadable(struct error *error, struct text path, const char *why)
{
    return error_set_code(
        error, STATUS_INVALID, "file_unreadable", "%.*s cannot be read: %s",
        TEXT_ARGS(text_first_bytes(path, SHOWN_BYTES)), why);
}

enum status file_read(
    struct arena *arena, struct text path, size_t largest, struct text *out, struct error *error)
{
    FILE *file = fopen(text_c(arena, path), "re");
    char *content = arena_take(arena, largest + 1);
    size_t size;
    int failed;

    if (file == NULL)
        return unreadable(error, path, strerrordesc_np(errno));
    errno = 0;
    size = fread(content, 1, largest + 1, file);
    failed = ferror(file) ? errno : 0;
    (void)fclose(file);
    if (failed != 0)
        return unreadable(error, path, strerrordesc_np(failed));
    if (size > largest)
        return unreadable(error, path, "it is too large");
    *out = (struct text){content, size};
    return STATUS_OK;
}
