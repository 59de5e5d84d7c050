/*
 * Secrets for the agent that has claimed a task: the one place where a value is put into what leaves the server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SECRET_SECRET_DELIVERY_H
#define API_SECRET_SECRET_DELIVERY_H

#include "commands/task/task_commands.h"

struct services;

/* The payload as it is delivered: values in the environment, in place of what it referred to; itself where it was given
 * none. In the arena, which is overwritten at its end. A worker. */
MUST_USE enum status secret_fill_payload(
    const struct services *services,
    const struct claim_answer *answer,
    struct arena *arena,
    struct json *payload,
    struct error *error);

#endif
