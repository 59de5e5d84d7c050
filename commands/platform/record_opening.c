/*
 * Keep as evidence that somebody is shown what is personal in an event.
 *
 *   api ──record_opening──► [here] ──fields_opened──► ledger      (only then it is opened)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field record_opening_fields[] = {
    {UUID(record_opening, workspace_id), .tag = 1, .doc = "Workspace of the event."},
    {INT64(record_opening, position), .tag = 2, .flags = REQUIRED, .doc = "Position of the event."},
};
static const struct shape record_opening_shape =
    SHAPE(record_opening, "Personal fields that are opened.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_opening *order = input;
    struct uuid stream = installation_id(decision);
    struct fields_opened opened = {order->position};

    if (!uuid_is_present(stream))
        return decision_refuse(error, &refused_ledger_not_begun);
    decision_emit(decision, &fields_opened_event, stream, order->workspace_id, &opened);
    return STATUS_OK;
}

const struct command record_opening_command = {
    .name = "record_opening",
    .doc = "Records that the personal fields of an event are opened.",
    .input = &record_opening_shape,
    .decide = decide,
};
