/*
 * A drill was held: what came of it is on record, whether it went well or not.
 *
 *   replay/drill.h ──► api/control ──record_drill──► [here] ──drill_recorded──► whoever reads on
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field record_drill_fields[] = {
    {TEXT(record_drill, backup), .tag = 1, .max = 255,
     .doc = "Name of the manifest of the backup; absent where none could be restored."},
    {INT64(record_drill, size), .tag = 2, .flags = REQUIRED, .min = 0,
     .doc = "Number of events that came back."},
    {INT64(record_drill, head), .tag = 3, .flags = REQUIRED, .min = 0,
     .doc = "Number of events that there were."},
    {INT64(record_drill, recovery_point_us), .tag = 4, .flags = REQUIRED, .min = 0,
     .doc = "Age in microseconds of the oldest event that would have been lost; 0: none would."},
    {INT64(record_drill, recovery_us), .tag = 5, .flags = REQUIRED, .min = 0,
     .doc = "Time in microseconds until everything could be read again."},
    {LIST_OF(record_drill, findings, KIND_TEXT), .tag = 6, .flags = REQUIRED, .max = 100,
     .doc = "What did not hold; none where all did."},
};
static const struct shape record_drill_shape = SHAPE(record_drill, "What came of a drill.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_drill *order = input;
    struct log_identity identity;

    if (!platform_log_identity(decision->model, decision->arena, &identity))
        return decision_refuse(error, &refused_ledger_not_begun);
    decision_emit(
        decision, &drill_recorded_event, installation_id(decision), UUID_NONE,
        &(struct drill_recorded){
            .backup = order->backup,
            .size = order->size,
            .head = order->head,
            .recovery_point_us = order->recovery_point_us,
            .recovery_us = order->recovery_us,
            .findings = order->findings,
        });
    return STATUS_OK;
}

const struct command record_drill_command = {
    .name = "record_drill",
    .doc = "Records what came of a drill.",
    .input = &record_drill_shape,
    .decide = decide,
};
