/*
 * Keep a refusal as evidence: somebody was denied what they asked for.
 *
 *   api ──record_refusal──► [here] ──refusal_recorded──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field record_refusal_fields[] = {
    {TEXT(record_refusal, code), .tag = 1, .flags = REQUIRED, .max = 64,
     .doc = "Code of the refusal."},
    {TEXT(record_refusal, method), .tag = 2, .flags = REQUIRED, .max = 16,
     .doc = "Method of the request."},
    {TEXT(record_refusal, route), .tag = 3, .flags = REQUIRED, .max = 200,
     .doc = "Path pattern of the route."},
};
static const struct shape record_refusal_shape = SHAPE(record_refusal, "A refused request.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_refusal *order = input;
    struct uuid stream = installation_id(decision);
    struct refusal_recorded recorded = {order->code, order->method, order->route};

    if (!uuid_is_present(stream))
        return decision_refuse(error, &refused_ledger_not_begun);
    decision_emit_refusal(decision, &refusal_recorded_event, stream, UUID_NONE, &recorded);
    return STATUS_OK;
}

const struct command record_refusal_command = {
    .name = "record_refusal",
    .doc = "Records a refusal.",
    .input = &record_refusal_shape,
    .decide = decide,
};
