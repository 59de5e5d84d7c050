/*
 * Small files that an operator names: read whole, and never more than was asked for. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_FILES_FILE_READ_H
#define CORE_FILES_FILE_READ_H

#include "core/base/error.h"
#include "core/base/text.h"

struct arena;

/* The file's bytes, in the arena. STATUS_INVALID, code "file_unreadable", which names the file: it cannot be
 * read, or has more than `largest` bytes. */
MUST_USE enum status file_read(
    struct arena *arena, struct text path, size_t largest, struct text *out, struct error *error);

#endif
