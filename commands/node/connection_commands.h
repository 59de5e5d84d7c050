/*
 * Orders about the connections that agents speak on.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_CONNECTION_COMMANDS_H
#define COMMANDS_NODE_CONNECTION_COMMANDS_H

#include "commands/node/node_commands.h"

/* An agent authenticates on a connection, or says again what has changed on it. A second connection
 * takes the place of the first. The record names what it replaced, which is to be closed. */
struct connect_agent {
    struct uuid node_id;
    struct text agent_token; /* SECRET; emptied by prepare */
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    const struct root_access_report *root_access; /* see node_lookup.h */
    const struct node_location *location;
    struct text start;
    struct uuid connection;         /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET */
    struct list altered;
    struct json labels; /* absent: as they were */
};
struct connect_answer {
    struct uuid node_id;
    struct enum_value root_profile; /* wanted */
    struct timestamp root_updated_at;
};
extern const struct command connect_agent_command; /* answers `connect_answer` */

/* By the process: the connection is gone. Does nothing where it does not speak for the node. */
struct disconnect_agent {
    struct uuid node_id;
    struct uuid connection;
    struct enum_value end; /* enum connection_end */
    struct timestamp last_seen_at;
};
extern const struct command disconnect_agent_command;

#endif
