/*
 * A new password from whoever sits at the machine: typed twice at the terminal without being shown,
 * else the first line of standard input or of a file. Never from a flag, which others could see.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_NEW_PASSWORD_H
#define API_IDENTITY_NEW_PASSWORD_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

/* `path` is NULL for the terminal or standard input. In the arena. */
MUST_USE enum status
new_password_read(const char *path, struct arena *arena, struct text *out, struct error *error);

/* The input of the command set_password, as JSON in the arena: with the password's hash. */
struct text new_password_input(struct arena *arena, struct text email, struct text password);

#endif
