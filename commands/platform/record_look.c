/*
 * Keep a look at evidence as evidence: who looked at what of the record.
 *
 *   api ──record_look──► [here] ──look_recorded──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field record_look_fields[] = {
    {UUID(record_look, workspace_id), .tag = 1, .doc = "Workspace that was looked at."},
    {TEXT(record_look, route), .tag = 2, .flags = REQUIRED, .max = 200,
     .doc = "Path pattern of the route."},
    {JSON(record_look, filter), .tag = 3, .flags = REQUIRED, .max = 4096,
     .doc = "What was asked for; what is personal in it as a keyed digest."},
    {TIMESTAMP(record_look, kept_at), .tag = 4,
     .doc = "When it was, where it could not be recorded at the time."},
};
static const struct shape record_look_shape = SHAPE(record_look, "A look at evidence.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_look *order = input;
    struct uuid stream = installation_id(decision);
    struct look_recorded recorded = {order->route, order->filter, order->kept_at};

    if (!uuid_is_present(stream))
        return decision_refuse(error, &refused_ledger_not_begun);
    decision_emit(decision, &look_recorded_event, stream, order->workspace_id, &recorded);
    return STATUS_OK;
}

const struct command record_look_command = {
    .name = "record_look",
    .doc = "Records a look at evidence.",
    .input = &record_look_shape,
    .decide = decide,
};
