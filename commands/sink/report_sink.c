/*
 * What becomes of a sink, as whoever sends finds it: it takes nothing, takes events again, or refuses
 * one. What is on record already changes nothing, so a report may be repeated.
 *
 *   sinks ──report_sink──► [here] ──sink_failing | sink_recovered | sink_refused──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

static const char *const report_names[] = {"failing", "recovered", "refused", NULL};

static const struct field report_sink_fields[] = {
    {UUID(report_sink, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
    {ENUM(report_sink, report, report_names), .tag = 2, .flags = REQUIRED,
     .doc = "What became of it."},
    {INT64(report_sink, position), .tag = 3, .flags = REQUIRED,
     .doc = "Event that was refused; else the first that is not sent."},
    {TEXT(report_sink, reason), .tag = 4, .max = SINK_LONGEST_REASON, .doc = "What went wrong."},
};
static const struct shape report_sink_shape = SHAPE(report_sink, "What became of a sink.");

static void emit_failing(
    struct decision *decision, const struct report_sink *order, const struct known_sink *sink)
{
    const struct sink_failing failing = {order->sink_id, order->position, order->reason};

    if (!opt_bool_is_true(sink->is_failing))
        decision_emit(decision, &sink_failing_event, order->sink_id, UUID_NONE, &failing);
}

static void emit_recovered(
    struct decision *decision, const struct report_sink *order, const struct known_sink *sink)
{
    const struct sink_recovered recovered = {order->sink_id, order->position};

    if (opt_bool_is_true(sink->is_failing))
        decision_emit(decision, &sink_recovered_event, order->sink_id, UUID_NONE, &recovered);
}

static void emit_refused(
    struct decision *decision, const struct report_sink *order, const struct known_sink *sink)
{
    const struct sink_refused refused = {order->sink_id, order->position, order->reason};

    if (order->position >= sink->next_position)
        decision_emit(decision, &sink_refused_event, order->sink_id, UUID_NONE, &refused);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_sink *order = input;
    struct known_sink sink;

    (void)error;
    if (!model_load(decision->model, &sink_aggregate, order->sink_id, decision->arena, &sink))
        return STATUS_OK;
    switch ((enum sink_report)order->report.is) {
    case SINK_REPORT_FAILING:
        emit_failing(decision, order, &sink);
        break;
    case SINK_REPORT_RECOVERED:
        emit_recovered(decision, order, &sink);
        break;
    case SINK_REPORT_REFUSED:
        emit_refused(decision, order, &sink);
        break;
    }
    return STATUS_OK;
}

const struct command report_sink_command = {
    .name = "report_sink",
    .doc = "Records what became of a sink.",
    .input = &report_sink_shape,
    .decide = decide,
};
