/*
 * Installations by a generated command, from the command to the running agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_NODE_NODE_INSTALLS_H
#define MIGRATIONS_NODE_NODE_INSTALLS_H

#include "core/db/table.h"

struct node_install_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text node_name;
    struct text description;
    struct text hostname;
    struct uuid node_id;
    struct enum_value status;
    struct text stage;
    int64_t progress_percent;
    struct text status_message;
    struct timestamp started_at;
    struct timestamp consumed_at;
    struct timestamp expires_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape node_install_row_shape;
extern const struct table node_installs_table;

#endif
