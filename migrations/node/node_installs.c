/*
 * Installations by a generated command, from the command to the running agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/node/node_installs.h"

#include "eventlog/events/node_events.h"

static const struct field node_install_row_fields[] = {
    {UUID(node_install_row, id), .flags = REQUIRED, .doc = "Id of the installation."},
    {UUID(node_install_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the node will belong to."},
    {UUID(node_install_row, team_id), .doc = "Team that the node will be assigned to."},
    {TEXT(node_install_row, node_name), .flags = REQUIRED, .doc = "Name that the node will have."},
    {TEXT(node_install_row, description), .doc = "Description that the node will have."},
    {TEXT(node_install_row, hostname), .doc = "Host name of the machine, once known."},
    {UUID(node_install_row, node_id), .doc = "Node that was added, once it is there."},
    {ENUM(node_install_row, status, install_status_names), .flags = REQUIRED,
     .doc = "Status of the installation."},
    {TEXT(node_install_row, stage), .flags = REQUIRED,
     .doc = "Step that the installer has reached."},
    {INT64(node_install_row, progress_percent), .flags = REQUIRED, .doc = "Progress in per cent."},
    {TEXT(node_install_row, status_message), .flags = REQUIRED, .doc = "Progress in plain words."},
    {TIMESTAMP(node_install_row, started_at), .doc = "Time the installer first reported."},
    {TIMESTAMP(node_install_row, consumed_at), .doc = "Time the bootstrap token was used."},
    {TIMESTAMP(node_install_row, expires_at), .flags = REQUIRED,
     .doc = "Time the bootstrap token expires."},
    {TIMESTAMP(node_install_row, created_at), .flags = REQUIRED,
     .doc = "Time the command was generated."},
    {TIMESTAMP(node_install_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(node_install_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape node_install_row_shape = SHAPE(node_install_row, "Installation of a node.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id"},
    {.columns = NULL},
};

const struct table node_installs_table = {
    .name = "node_installs",
    .area = "node",
    .shape = &node_install_row_shape,
    .indexes = indexes,
};
