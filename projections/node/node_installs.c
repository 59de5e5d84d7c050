/*
 * One-click installs.
 *
 *   install_created ─► pending ─► install_progressed ─► as reported (installing, completed, failed)
 *                         │               │
 *                         ├───────────────┴─ install_consumed ─► installing, 92 % at least
 *                         └─ install_expired ─► expired
 *
 * What an installer reports comes with its message in the event; the words for the other steps
 * are here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "projections/node/nodes.h"

enum { PERCENT_CREATED = 5, PERCENT_CONSUMED = 92 };

static const char said_created[] =
    "Install command generated. Run it on the target server to start bootstrap.";
static const char said_consumed[] = "Node record created. Finishing service startup.";
static const char said_expired[] =
    "Bootstrap token expired before installation finished. Generate a fresh install command.";

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

static const struct field node_install_row_fields[] = {
    {UUID(node_install_row, id), .doc = "The install."},
    {UUID(node_install_row, workspace_id), .doc = "Where the node will belong."},
    {UUID(node_install_row, team_id), .doc = "Team that will look after it."},
    {TEXT(node_install_row, node_name), .doc = "Name that the node will have."},
    {TEXT(node_install_row, description), .doc = "Description that the node will have."},
    {TEXT(node_install_row, hostname), .doc = "Host name, once known."},
    {UUID(node_install_row, node_id), .doc = "The node, once there."},
    {ENUM(node_install_row, status, install_status_names), .doc = "How it stands."},
    {TEXT(node_install_row, stage), .doc = "What the installer does."},
    {INT64(node_install_row, progress_percent), .doc = "How far it is."},
    {TEXT(node_install_row, status_message), .doc = "In plain words."},
    {TIMESTAMP(node_install_row, started_at), .doc = "When the installer was first heard."},
    {TIMESTAMP(node_install_row, consumed_at), .doc = "When the token was used."},
    {TIMESTAMP(node_install_row, expires_at), .doc = "Until when the token may be used."},
    {TIMESTAMP(node_install_row, created_at), .doc = "Since when."},
    {TIMESTAMP(node_install_row, updated_at), .doc = "When it last changed."},
    {INT64(node_install_row, revision), .doc = "Events of the stream so far."},
};
static const struct shape node_install_row_shape = SHAPE(node_install_row, "An install.");

static const struct table node_installs_table = {
    .name = "node_installs", .area = "node", .shape = &node_install_row_shape};

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct install_created *event = record->event;
    const struct node_install_row row = {
        .id = event->install_id,
        .workspace_id = event->workspace_id,
        .team_id = event->team_id,
        .node_name = event->node_name,
        .description = event->description,
        .status = {INSTALL_PENDING},
        .stage = text_lit("command_generated"),
        .progress_percent = PERCENT_CREATED,
        .status_message = text_from(said_created),
        .expires_at = event->expires_at,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &node_installs_table, &row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &node_installs_table, record->entry.stream);
}

static bool change(struct rows *rows, const struct record *record, struct node_install_row *out)
{
    const struct node_install_row *old = rows_get(rows, &node_installs_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    out->revision = record->entry.revision;
    out->updated_at = record->entry.recorded_at;
    return true;
}

static void note_start(struct node_install_row *row, struct timestamp at)
{
    if (!timestamp_is_present(row->started_at))
        row->started_at = at;
}

static void apply_progressed(struct rows *rows, const struct record *record)
{
    const struct install_progressed *event = record->event;
    struct node_install_row row;

    if (!change(rows, record, &row))
        return;
    row.status = event->status;
    row.stage = event->stage;
    row.progress_percent = event->progress_percent;
    row.status_message = event->status_message;
    note_start(&row, record->entry.recorded_at);
    rows_put(rows, &node_installs_table, &row);
}

/* A repeat gives the host its node again, with a fresh credential; the install stays as it was. */
static void apply_consumed(struct rows *rows, const struct record *record)
{
    const struct install_consumed *event = record->event;
    struct node_install_row row;

    if (!change(rows, record, &row))
        return;
    if (!opt_bool_is_true(event->is_repeat)) {
        row.status = (struct enum_value){INSTALL_INSTALLING};
        row.stage = text_lit("bootstrap_token_consumed");
        row.status_message = text_from(said_consumed);
        row.hostname = event->hostname;
        row.node_id = event->node_id;
        row.consumed_at = record->entry.recorded_at;
        note_start(&row, record->entry.recorded_at);
        if (row.progress_percent < PERCENT_CONSUMED)
            row.progress_percent = PERCENT_CONSUMED;
    }
    rows_put(rows, &node_installs_table, &row);
}

static void apply_expired(struct rows *rows, const struct record *record)
{
    struct node_install_row row;

    if (!change(rows, record, &row))
        return;
    row.status = (struct enum_value){INSTALL_EXPIRED};
    row.stage = text_lit("expired");
    row.status_message = text_from(said_expired);
    rows_put(rows, &node_installs_table, &row);
}

static const struct handler handlers[] = {
    {&install_created_event, NULL, apply_created},
    {&install_progressed_event, want, apply_progressed},
    {&install_consumed_event, want, apply_consumed},
    {&install_expired_event, want, apply_expired},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&node_installs_table, NULL};

const struct projector node_installs_projector = {
    .name = "node_installs", .version = 1, .tables = tables, .handlers = handlers};
