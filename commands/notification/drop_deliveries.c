/*
 * Give dead letters up for good.
 *
 *   api ──drop_deliveries──► [here] ──delivery_dropped*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"

static const struct field drop_deliveries_fields[] = {
    {LIST_OF(drop_deliveries, ids, KIND_UUID), .tag = 1, .flags = REQUIRED, .max = 1000,
     .doc = "Dead letters; a repeated one counts once."},
};
static const struct shape drop_deliveries_shape = SHAPE(drop_deliveries, "Give dead letters up.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct drop_deliveries *order = input;
    const struct uuid *ids = order->ids.items;
    enum status status = deliveries_must_be_dead(decision, &order->ids, error);

    for (size_t i = 0; status == STATUS_OK && i < order->ids.count; i++) {
        const struct delivery_dropped dropped = {ids[i]};
        if (!delivery_is_among(ids, i, ids[i]))
            decision_emit(decision, &delivery_dropped_event, ids[i], UUID_NONE, &dropped);
    }
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct remediation_view *view = answer;

    (void)input;
    (void)arena;
    *view = (struct remediation_view){OPT_TRUE, (int64_t)decision->emitted};
}

const struct command drop_deliveries_command = {
    .name = "drop_deliveries",
    .doc = "Give dead letters up.",
    .input = &drop_deliveries_shape,
    .decide = decide,
    .answer = &remediation_view_shape,
    .answer_from = answer_from,
};
