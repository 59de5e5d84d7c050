/*
 * Remove a sink: nothing more is sent to it.
 *
 *   api ──remove_sink──► [here] ──sink_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

static const struct field remove_sink_fields[] = {
    {UUID(remove_sink, sink_id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Id of the sink."},
};
static const struct shape remove_sink_shape = SHAPE(remove_sink, "Sink to remove.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_sink *order = input;
    const struct sink_removed removed = {order->sink_id};
    struct known_sink sink;

    if (!model_load(decision->model, &sink_aggregate, order->sink_id, decision->arena, &sink))
        return decision_refuse(
            error, &refused_sink_missing, decision_show(decision, order->sink_id));
    decision_emit(decision, &sink_removed_event, order->sink_id, UUID_NONE, &removed);
    return STATUS_OK;
}

const struct command remove_sink_command = {
    .name = "remove_sink",
    .doc = "Removes a sink.",
    .input = &remove_sink_shape,
    .decide = decide,
};
