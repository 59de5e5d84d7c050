/*
 * A secret that somebody types at the terminal, without its being shown.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_PROMPT_H
#define CORE_RUN_PROMPT_H

#include "core/base/arena.h"
#include "core/base/text.h"

/* Is there somebody who could type? */
bool prompt_is_possible(void);

/* Says the words on standard error and reads a line from standard input, in the arena. False when that is
 * no terminal, or the line is longer than `longest` bytes. */
MUST_USE bool
prompt_secret(const char *words, size_t longest, struct arena *arena, struct text *out);

/* The same from a file that is open: up to the end of the line, or of the file. */
MUST_USE bool prompt_read_line(int file, size_t longest, struct arena *arena, struct text *out);

#endif
