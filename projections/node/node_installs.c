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
#include "migrations/node/node_installs.h"

#include "eventlog/events/node_events.h"
#include "projections/node/nodes.h"

enum { PERCENT_CREATED = 5, PERCENT_CONSUMED = 92 };

static const char said_created[] =
    "Install command generated. Run it on the target server to start bootstrap.";
static const char said_consumed[] = "Node record created. Finishing service startup.";
static const char said_expired[] =
    "Bootstrap token expired before installation finished. Generate a fresh install command.";

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
    {&install_created_event, .apply = apply_created},
    {&install_progressed_event, .want = want, .apply = apply_progressed},
    {&install_consumed_event, .want = want, .apply = apply_consumed},
    {&install_expired_event, .want = want, .apply = apply_expired},
    {.event = NULL},
};

static const struct table *const tables[] = {&node_installs_table, NULL};

const struct projector node_installs_projector = {
    .name = "node_installs", .version = 1, .tables = tables, .handlers = handlers};
