/*
 * A new password from whoever sits at the machine: typed twice at the terminal without being shown,
 * else the first line of standard input or of a file. Never from a flag, which others could see.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_NEW_PASSWORD_H
#define API_IDENTITY_NEW_PASSWORD_H

#include "api/control.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/shape/shape.h"

/* What is asked for at the command line. */
struct reset_password_input {
    struct text email;
    struct text password_file;
    struct opt_bool disable_second_factor;
};
extern const struct shape reset_password_input_shape;

/* The order set_password, with the hash of the password that is read, in the arena. STATUS_INVALID where none can be
 * read, or it is too short: nothing was changed. */
MUST_USE enum status new_password_order(
    struct arena *arena,
    const struct reset_password_input *input,
    struct control_order *out,
    struct error *error);

#endif
