/*
 * Keep the numbers of looks that were not recorded one by one: repeats, and what was beyond the budget.
 *
 *   api ──count_looks──► [here] ──looks_counted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field count_looks_fields[] = {
    {TIMESTAMP(count_looks, since), .tag = 1, .flags = REQUIRED, .doc = "Start of the period."},
    {TIMESTAMP(count_looks, until), .tag = 2, .flags = REQUIRED, .doc = "End of the period."},
    {OBJECTS(count_looks, looks, counted_look), .tag = 3, .flags = REQUIRED, .max = 100,
     .doc = "Looks that were repeated."},
    {INT64(count_looks, further), .tag = 4, .flags = REQUIRED,
     .doc = "Number of looks with still other filters."},
};
static const struct shape count_looks_shape = SHAPE(count_looks, "Looks that were counted.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct count_looks *order = input;
    struct uuid stream = installation_id(decision);
    struct looks_counted counted = {order->since, order->until, order->looks, order->further};

    if (!uuid_is_present(stream))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (order->looks.count > 0 || order->further > 0)
        decision_emit(decision, &looks_counted_event, stream, UUID_NONE, &counted);
    return STATUS_OK;
}

const struct command count_looks_command = {
    .name = "count_looks",
    .doc = "Records the number of looks at evidence that were not recorded one by one.",
    .input = &count_looks_shape,
    .decide = decide,
};
