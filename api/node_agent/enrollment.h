/*
 * How a machine becomes a node, each way ending in an identity:
 *
 *   a one-click install    its token, once
 *   an enrollment          asked for in a person's name, and waited for until an administrator says yes
 *   a registration         with the token that all agents of an installation share
 *
 * Straight-line code of a command: each waits for the server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ENROLLMENT_H
#define API_NODE_AGENT_ENROLLMENT_H

#include "api/node_agent/agent_settings.h"
#include "api/node_agent/identity.h"

/* All fill the identity in the arena. Statuses: STATUS_INVALID where the settings do not name a server,
 * STATUS_FORBIDDEN where the server refuses, STATUS_UNAVAILABLE where it does not answer,
 * STATUS_TIMED_OUT where nobody says yes within ten minutes. */

MUST_USE enum status enrollment_by_install(
    const struct agent_settings *settings,
    struct text token,
    struct arena *arena,
    struct identity *out,
    struct error *error);

/* `tell` is called once with what an administrator needs to say yes. */
MUST_USE enum status enrollment_by_person(
    const struct agent_settings *settings,
    struct text email,
    void (*tell)(struct text token),
    struct arena *arena,
    struct identity *out,
    struct error *error);

MUST_USE enum status enrollment_by_shared_token(
    const struct agent_settings *settings,
    struct text token,
    struct arena *arena,
    struct identity *out,
    struct error *error);

#endif
