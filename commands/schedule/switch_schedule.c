/*
 * Switch a schedule on or off. What it missed while it was off it does not make up for.
 *
 *   api ──switch_schedule──► [here] ──schedule_enabled | schedule_disabled──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

static const struct field switch_schedule_fields[] = {
    {UUID(switch_schedule, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(switch_schedule, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the schedule."},
    {BOOL(switch_schedule, enabled), .tag = 3, .flags = REQUIRED, .doc = "Whether it is to run."},
};
static const struct shape switch_schedule_shape = SHAPE(switch_schedule, "Schedule to switch.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct switch_schedule *order = input;
    const struct schedule_disabled disabled = {order->id, {DISABLED_ON_REQUEST}};
    struct schedule_enabled enabled = {.schedule_id = order->id};
    struct schedule schedule;
    enum status status =
        schedule_must_be_changeable(decision, order->workspace_id, order->id, &schedule, error);

    if (status != STATUS_OK)
        return status;
    enabled.next_run_at = schedule_next(decision, schedule.recurrence, decision->now);
    if (opt_bool_is_true(order->enabled))
        decision_emit(
            decision, &schedule_enabled_event, order->id, schedule.workspace_id, &enabled);
    else
        decision_emit(
            decision, &schedule_disabled_event, order->id, schedule.workspace_id, &disabled);
    return STATUS_OK;
}

const struct command switch_schedule_command = {
    .name = "switch_schedule",
    .doc = "Switches a schedule on or off.",
    .input = &switch_schedule_shape,
    .decide = decide,
};
