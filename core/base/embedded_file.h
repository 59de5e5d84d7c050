/*
 * A file whose bytes the build has put into the program: see cmake/embed.cmake.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_EMBEDDED_FILE_H
#define CORE_BASE_EMBEDDED_FILE_H

#include "core/base/text.h"

struct embedded_file {
    const char *start;
    const char *end;
};

static inline struct text embedded_file_text(const struct embedded_file *file)
{
    return (struct text){file->start, (size_t)(file->end - file->start)};
}

#endif
