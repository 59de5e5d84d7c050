/*
 * Nodes and their installations. When a node was last seen is live state: it is joined to the row
 * when that is read, and never filtered or sorted by. An installation whose time is over reads as
 * expired at once, also where the clock has not recorded it yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_resources.h"

#include "api/call.h"
#include "commands/node/node_commands.h"
#include "core/label/selector.h"
#include "eventlog/telemetry.h"
#include "migrations/node/node_installs.h"
#include "migrations/node/nodes.h"

struct node_view {
    struct node_row row;
    struct text team_name;
};
static const struct field node_view_fields[] = {
    {TEXT(node_view, team_name), .doc = "Name of the team that the node is assigned to."},
};
static const struct shape node_view_shape =
    SHAPE_WITH(node_view, "A node.", .base = &node_row_shape);

static const struct view_column node_columns[] = {
    {"team_name", "(select teams.name from teams where teams.id = nodes.team_id)"},
    {NULL, NULL},
};

static enum status fill_presence(struct call *call, void *rows, size_t count, struct error *error)
{
    struct node_view *nodes = rows;

    for (size_t i = 0; i < count; i++) {
        struct node_row *node = &nodes[i].row;
        struct timestamp seen = telemetry_last_seen(call->services->telemetry, node->id);
        if (seen.us > node->last_seen_at.us)
            node->last_seen_at = seen;
    }
    (void)error; /* nothing of it can fail */
    return STATUS_OK;
}

static const struct filter node_filters[] = {
    {.name = "status", .comparison = FILTER_EQUAL, .doc = "Only nodes with this status."},
    {.name = "search",
     .comparison = FILTER_CONTAINS,
     .is_trimmed = true,
     .max = 255,
     .doc = "Only nodes whose name or host name contains this, in any case."},
    {.name = "team_id", .comparison = FILTER_EQUAL, .doc = "Only nodes of this team."},
    {.name = "maintenance_mode",
     .comparison = FILTER_EQUAL,
     .doc = "Only nodes in maintenance, or only others."},
    {.name = "selector",
     .comparison = FILTER_SELECTS,
     .column = "label_words",
     .set_column = "label_set",
     .max = SELECTOR_LONGEST,
     .doc =
         "Only nodes whose labels it matches: env=prod, tier in (db,web), rack, !legacy; joined by "
         "commas, all must hold."},
    {.name = NULL},
};

const struct resource node_resource = {
    .name = "nodes",
    .table = &nodes_table,
    .view = &node_view_shape,
    .columns = node_columns,
    .fill_live = fill_presence,
    .scope = SCOPE_WORKSPACE,
    .missing = "Node %s was not found",
    .filters = node_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100},
};

static enum status fill_expiry(struct call *call, void *rows, size_t count, struct error *error)
{
    struct install_view *installs = rows;

    for (size_t i = 0; i < count; i++)
        install_show_expiry(&installs[i], call->arrived_at);
    (void)error; /* nothing of it can fail */
    return STATUS_OK;
}

static const struct view_column install_columns[] = {
    {"install_id", "node_installs.id"},
    {NULL, NULL},
};

const struct resource install_resource = {
    .name = "node_installs",
    .table = &node_installs_table,
    .view = &install_view_shape,
    .columns = install_columns,
    .fill_live = fill_expiry,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "install_id",
    .missing = "Node install %s was not found",
};
