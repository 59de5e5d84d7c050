/*
 * What may be ordered on the machine itself, and what the process adds to an order before its command is
 * decided.
 *
 *   api/control ──name, JSON──► [here] ──command, input──► api/own_command
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CONTROL_ORDER_H
#define API_CONTROL_ORDER_H

#include "api/control.h"
#include "api/own_command.h"

/* The order for a command, in the arena, with what it is told as a struct of that shape. */
struct control_order control_order_make(
    const struct command *command,
    const struct shape *shape,
    const void *input,
    struct arena *arena);

/* The command and its input, in the arena. STATUS_CONFLICT, code "server_running", for what is done on a
 * stopped home only, where a server runs. */
MUST_USE enum status control_order_read(
    const struct control_parts *parts,
    const struct control_order *order,
    bool is_beside_server,
    struct arena *arena,
    struct own_command *out,
    struct error *error);

/* What the command has answered, as JSON in the arena; absent where it answers nothing. */
struct text
control_order_answer(const struct command *command, const void *answer, struct arena *arena);

#endif
