/*
 * Keep the number of the refusals that were beyond the budget of single records.
 *
 *   api ──summarise_refusals──► [here] ──refusals_summarised──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field summarise_refusals_fields[] = {
    {TIMESTAMP(summarise_refusals, since), .tag = 1, .flags = REQUIRED,
     .doc = "Start of the period."},
    {TIMESTAMP(summarise_refusals, until), .tag = 2, .flags = REQUIRED,
     .doc = "End of the period."},
    {INT64(summarise_refusals, count), .tag = 3, .flags = REQUIRED,
     .doc = "Number of refusals in the period."},
};
static const struct shape summarise_refusals_shape =
    SHAPE(summarise_refusals, "Refusals that were counted.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct summarise_refusals *order = input;
    struct uuid stream = installation_id(decision);
    struct refusals_summarised summarised = {order->since, order->until, order->count};

    if (!uuid_is_present(stream))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (order->count > 0)
        decision_emit_refusal(decision, &refusals_summarised_event, stream, UUID_NONE, &summarised);
    return STATUS_OK;
}

const struct command summarise_refusals_command = {
    .name = "summarise_refusals",
    .doc = "Records the number of refusals that were not recorded one by one.",
    .input = &summarise_refusals_shape,
    .decide = decide,
};
