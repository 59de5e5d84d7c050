/*
 * Small files of a program's own: read whole, and replaced whole, so that there is always one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_FILES_H
#define CORE_BASE_FILES_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

/* The file, in the arena. STATUS_NOT_FOUND where there is none, STATUS_TOO_LARGE beyond `most` bytes,
 * STATUS_UNAVAILABLE where it cannot be read. */
MUST_USE enum status files_read(
    const char *path, size_t most, struct arena *arena, struct text *out, struct error *error);

/* Written beside it, synced and put in its place, readable by its owner alone. STATUS_FULL or
 * STATUS_UNAVAILABLE: the old one is still there. */
MUST_USE enum status files_replace(const char *path, struct text content, struct error *error);

/* Makes the directory and those above it, for its owner alone. */
MUST_USE enum status files_make_directory(const char *path, struct error *error);

/* Names in a directory are durable after this. */
MUST_USE enum status files_sync_directory(const char *path, struct error *error);

/* What an errno of writing means: STATUS_FULL or STATUS_UNAVAILABLE, with "what path: why". */
enum status files_fail(struct error *error, const char *what, const char *path, int problem);

#endif
