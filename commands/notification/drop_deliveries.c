/*
 * Give dead letters up for good.
 *
 *   api ──drop_deliveries──► [here] ──delivery_dropped*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "eventlog/events/notification_events.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    return remediation_emit(decision, input, &delivery_dropped_event, error);
}

const struct command drop_deliveries_command = {
    .name = "drop_deliveries",
    .doc = "Gives up dead letters.",
    .input = &remediation_shape,
    .decide = decide,
    .answer = &remediated_view_shape,
    .answer_from = remediation_answer,
};
