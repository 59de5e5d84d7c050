/*
 * Try dead letters again, from the first attempt on.
 *
 *   api ──requeue_deliveries──► [here] ──delivery_requeued*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"

static const struct field requeue_deliveries_fields[] = {
    {LIST_OF(requeue_deliveries, ids, KIND_UUID), .tag = 1, .flags = REQUIRED, .max = 1000,
     .doc = "Dead letters; a repeated one counts once."},
};
static const struct shape requeue_deliveries_shape =
    SHAPE(requeue_deliveries, "Try dead letters again.");

static const struct field remediation_view_fields[] = {
    {BOOL(remediation_view, success), .tag = 1, .flags = REQUIRED, .doc = "Always yes."},
    {INT64(remediation_view, affected), .tag = 2, .flags = REQUIRED, .doc = "How many."},
};
const struct shape remediation_view_shape = SHAPE(remediation_view, "What became of dead letters.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct requeue_deliveries *order = input;
    const struct uuid *ids = order->ids.items;
    enum status status = deliveries_must_be_dead(decision, &order->ids, error);

    for (size_t i = 0; status == STATUS_OK && i < order->ids.count; i++) {
        const struct delivery_requeued requeued = {ids[i]};
        if (!delivery_is_among(ids, i, ids[i]))
            decision_emit(decision, &delivery_requeued_event, ids[i], UUID_NONE, &requeued);
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

const struct command requeue_deliveries_command = {
    .name = "requeue_deliveries",
    .doc = "Try dead letters again.",
    .input = &requeue_deliveries_shape,
    .decide = decide,
    .answer = &remediation_view_shape,
    .answer_from = answer_from,
};
