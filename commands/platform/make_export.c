/*
 * Record an export of evidence, before any of it is handed out.
 *
 *   api/export ──make_export──► [here] ──export_made──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/export_events.h"

static const struct field make_export_fields[] = {
    {UUID(make_export, workspace_id), .tag = 1,
     .doc = "Workspace that it is of; the whole platform when absent."},
    {ENUM(make_export, format, export_format_names), .tag = 2, .flags = REQUIRED,
     .doc = "Format of the export."},
    {INT64(make_export, first), .tag = 3, .flags = REQUIRED, .doc = "First position of it."},
    {INT64(make_export, end), .tag = 4, .flags = REQUIRED, .doc = "Position behind the last."},
    {OBJECT(make_export, filter, export_filter), .tag = 5, .flags = REQUIRED,
     .doc = "What its events have."},
    {INT64(make_export, count), .tag = 6, .flags = REQUIRED, .doc = "Number of its events."},
    {BYTES(make_export, root), .tag = 7, .flags = REQUIRED, .doc = "Root of their leaves."},
    {BYTES(make_export, ledger_root), .tag = 8, .flags = REQUIRED,
     .doc = "Root of the ledger of the size that `end` is."},
};
static const struct shape make_export_shape = SHAPE(make_export, "Export of evidence.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct make_export *order = input;
    struct export_made made = {
        .format = order->format,
        .first = order->first,
        .end = order->end,
        .filter = order->filter,
        .count = order->count,
        .root = order->root,
        .ledger_root = order->ledger_root,
    };

    if (!uuid_is_present(installation_id(decision)))
        return decision_refuse(error, &refused_ledger_not_begun);
    made.export_id = decision_id(decision);
    decision_emit(decision, &export_made_event, made.export_id, order->workspace_id, &made);
    return STATUS_OK;
}

const struct command make_export_command = {
    .name = "make_export",
    .doc = "Records an export of evidence.",
    .input = &make_export_shape,
    .decide = decide,
};
