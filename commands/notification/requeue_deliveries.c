/*
 * Try dead letters again, from the first attempt on.
 *
 *   api ──requeue_deliveries──► [here] ──delivery_requeued*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "eventlog/events/notification_events.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    return remediation_emit(decision, input, &delivery_requeued_event, error);
}

const struct command requeue_deliveries_command = {
    .name = "requeue_deliveries",
    .doc = "Queues dead letters again.",
    .input = &remediation_shape,
    .decide = decide,
    .answer = &remediated_view_shape,
    .answer_from = remediation_answer,
};
