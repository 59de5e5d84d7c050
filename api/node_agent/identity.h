/*
 * Who the node is: the id and the secret that the server gave it when it was admitted, kept in a file
 * that only the agent can read.
 *
 *   enrollment ─► identity_save ─► [state directory]/identity.json ─► identity_load ─► requests
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_IDENTITY_H
#define API_NODE_AGENT_IDENTITY_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct identity {
    struct uuid node_id;
    struct text agent_token;
    struct text api_url; /* of the server that gave them */
    struct timestamp registered_at;
};
extern const struct shape identity_shape;

/* In the arena. STATUS_NOT_FOUND where the machine was not admitted yet. */
MUST_USE enum status identity_load(
    const char *state_directory, struct arena *arena, struct identity *out, struct error *error);

/* Durable on return. */
MUST_USE enum status
identity_save(const char *state_directory, const struct identity *identity, struct error *error);

#endif
