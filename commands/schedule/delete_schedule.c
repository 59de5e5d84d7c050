/*
 * Delete a schedule; the tasks that it made stay.
 *
 *   api ──delete_schedule──► [here] ──schedule_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

static const struct field delete_schedule_fields[] = {
    {UUID(delete_schedule, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(delete_schedule, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the schedule."},
};
static const struct shape delete_schedule_shape = SHAPE(delete_schedule, "Schedule to delete.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_schedule *order = input;
    struct schedule schedule;
    enum status status =
        schedule_must_be_changeable(decision, order->workspace_id, order->id, &schedule, error);

    if (status == STATUS_OK)
        schedule_emit_deleted(decision, &schedule, SCHEDULE_DELETED_ON_REQUEST);
    return status;
}

const struct command delete_schedule_command = {
    .name = "delete_schedule",
    .doc = "Deletes a schedule.",
    .input = &delete_schedule_shape,
    .decide = decide,
};
