/*
 * System events about rollouts, so that people can be told: each in the workspace of a node. The row of the target is as
 * it is after the event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rollout/rollout_targets.h"
#include "migrations/rollout/rollouts.h"
#include "projections/system_events.h"

static struct text created_message(const struct value_context *context, const struct node_row *node)
{
    const struct rollout_created *event = context->record->event;

    (void)node;
    return text_format(
        context->arena, "Agent %s to %.*s was queued for %zu node%s.",
        opt_bool_is_true(event->rollback) ? "rollback" : "update", TEXT_ARGS(event->target_version),
        event->node_ids.count, event->node_ids.count == 1 ? "" : "s");
}

static struct text
dispatched_message(const struct value_context *context, const struct node_row *node)
{
    const struct rollout_target *target = context->row;

    (void)node;
    return text_format(
        context->arena, "Agent update to %.*s was dispatched to %.*s.",
        TEXT_ARGS(target->target_version), TEXT_ARGS(target->node_name_snapshot));
}

static struct text
confirmed_message(const struct value_context *context, const struct node_row *node)
{
    const struct rollout_target *target = context->row;

    (void)node;
    return text_format(
        context->arena, "%.*s reported agent %.*s.", TEXT_ARGS(target->node_name_snapshot),
        TEXT_ARGS(target->target_version));
}

static struct text failed_message(const struct value_context *context, const struct node_row *node)
{
    const struct rollout_failed *event = context->record->event;

    (void)node;
    return event->message;
}

/* Nobody's notice where it only pauses between two waves. */
static struct text held_message(const struct value_context *context, const struct node_row *node)
{
    const struct rollout_held *event = context->record->event;
    const struct rollout_row *row = context->row;
    char until[TIMESTAMP_TEXT_SIZE];

    (void)node;
    if (!text_is_present(event->window))
        return (struct text){NULL, 0};
    timestamp_print(event->until, until);
    return text_format(
        context->arena, "Agent updates to %.*s are held back until %s by the window %.*s.",
        TEXT_ARGS(row->target_version), until, TEXT_ARGS(event->window));
}

static const struct detail held_details[] = {
    {.name = "rollout_id", .from = OF_ROW(rollout_row, id)},
    {.name = "target_version", .from = OF_ROW(rollout_row, target_version)},
    {.name = "held_by", .from = OF_EVENT(rollout_held, window)},
    {.name = "paused_until", .from = OF_EVENT(rollout_held, until)},
    {0},
};

static const struct detail created_details[] = {
    {.name = "rollout_id", .from = OF_EVENT(rollout_created, rollout_id)},
    {.name = "target_version", .from = OF_EVENT(rollout_created, target_version)},
    {.name = "rollback", .from = OF_EVENT(rollout_created, rollback)},
    {0},
};
static const struct detail target_details[] = {
    {.name = "rollout_id", .from = OF_ROW(rollout_target, rollout_id)},
    {.name = "target_id", .from = OF_ROW(rollout_target, id)},
    {.name = "target_version", .from = OF_ROW(rollout_target, target_version)},
    {.name = "task_id", .from = OF_ROW(rollout_target, task_id)},
    {0},
};

#define OF_TARGET(event_tag)                                                                       \
    .event = &event_tag##_event, .node_id = OF_EVENT(event_tag, node_id),                          \
    .table = &rollout_targets_table, .key = OF_EVENT(event_tag, target_id),                        \
    .metadata = target_details

const struct system_event_rule rollout_system_event_rules[] = {
    {.event = &rollout_created_event,
     .type = "agent.update.rollout.created",
     .severity = SEVERITY_INFO,
     .message = created_message,
     .node_id = FIRST_IN(rollout_created, node_ids),
     .metadata = created_details},
    {OF_TARGET(rollout_dispatched), .type = "agent.update.target.dispatched",
     .severity = SEVERITY_INFO, .message = dispatched_message},
    {OF_TARGET(rollout_confirmed), .type = "agent.update.target.completed",
     .severity = SEVERITY_INFO, .message = confirmed_message},
    {OF_TARGET(rollout_failed), .type = "agent.update.target.failed", .severity = SEVERITY_WARNING,
     .message = failed_message},
    {.event = &rollout_held_event,
     .type = "agent.update.rollout.held",
     .severity = SEVERITY_INFO,
     .message = held_message,
     .may_lack_node = true,
     .table = &rollouts_table,
     .key = OF_EVENT(rollout_held, rollout_id),
     .metadata = held_details},
    {0},
};
