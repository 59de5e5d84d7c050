/*
 * Targets of rollouts: their shape, and what their events make of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rollout_target.h"

static const struct field rollout_target_fields[] = {
    {UUID(rollout_target, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the target."},
    {UUID(rollout_target, rollout_id), .tag = 2, .flags = REQUIRED,
     .doc = "Rollout that it is a target of."},
    {UUID(rollout_target, node_id), .tag = 3, .flags = REQUIRED, .doc = "Node that it is."},
    {UUID(rollout_target, workspace_id), .tag = 4, .flags = REQUIRED,
     .doc = "Workspace that the node belongs to."},
    {UUID(rollout_target, team_id), .tag = 5, .doc = "Team that the node was assigned to."},
    {TEXT(rollout_target, node_name_snapshot), .tag = 6, .flags = REQUIRED,
     .doc = "Name that the node had, or its host name."},
    {TEXT(rollout_target, previous_version), .tag = 7,
     .doc = "Version that its agent had at the beginning."},
    {TEXT(rollout_target, target_version), .tag = 8, .flags = REQUIRED,
     .doc = "Version that its agent is to have."},
    {ENUM(rollout_target, status, update_status_names), .tag = 9, .flags = REQUIRED,
     .doc = "How far its update has come."},
    {INT64(rollout_target, progress_percent), .tag = 10, .flags = REQUIRED,
     .doc = "The same in per cent."},
    {TEXT(rollout_target, status_message), .tag = 11, .doc = "The same in words."},
    {UUID(rollout_target, task_id), .tag = 12, .doc = "The newest task that was made for it."},
    {INT64(rollout_target, sequence), .tag = 13, .flags = REQUIRED,
     .doc = "Its place in the order of the rollout, from 0."},
    {TIMESTAMP(rollout_target, dispatched_at), .tag = 14, .doc = "Time that task was made."},
    {TIMESTAMP(rollout_target, completed_at), .tag = 15,
     .doc = "Time it was over, however it ended."},
    {TIMESTAMP(rollout_target, created_at), .tag = 16, .flags = REQUIRED,
     .doc = "Time the rollout was created."},
    {TIMESTAMP(rollout_target, updated_at), .tag = 17, .flags = REQUIRED,
     .doc = "Time of the last change."},
};
const struct shape rollout_target_shape =
    SHAPE(rollout_target, "A target of a rollout: one of its nodes.");

struct rollout_target rollout_target_nth(const struct record *record, size_t n)
{
    const struct rollout_created *created = record->event;
    const struct rollout_node *node = &((const struct rollout_node *)created->nodes.items)[n];

    return (struct rollout_target){
        .id = target_id_of(created->rollout_id, n),
        .rollout_id = created->rollout_id,
        .node_id = ((const struct uuid *)created->node_ids.items)[n],
        .workspace_id = node->workspace_id,
        .team_id = node->team_id,
        .node_name_snapshot = node->name,
        .previous_version = node->previous_version,
        .target_version = created->target_version,
        .status = {UPDATE_PENDING},
        .status_message = text_lit("Waiting for rollout dispatch."),
        .sequence = (int64_t)n,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
    };
}

static void on_dispatched(
    struct rollout_target *target, const struct rollout_dispatched *event, struct arena *arena)
{
    char task[UUID_TEXT_SIZE];

    uuid_print(event->task_id, task);
    target->status.is = UPDATE_DISPATCHED;
    target->progress_percent = 5;
    target->status_message = text_format(
        arena, "Queued update task %s for %.*s.", task, TEXT_ARGS(target->node_name_snapshot));
    target->task_id = event->task_id;
    target->dispatched_at = target->updated_at;
}

static void on_progressed(struct rollout_target *target, const struct rollout_progressed *event)
{
    target->status = event->status;
    target->progress_percent = event->progress_percent;
    if (text_is_present(event->message))
        target->status_message = event->message;
}

static void end(struct rollout_target *target, enum update_status status, struct text message)
{
    target->status.is = status;
    target->completed_at = target->updated_at;
    if (text_is_present(message))
        target->status_message = message;
}

static void on_retried(struct rollout_target *target)
{
    target->status.is = UPDATE_PENDING;
    target->progress_percent = 0;
    target->status_message = text_lit("Retry queued by an operator.");
    target->task_id = UUID_NONE;
    target->dispatched_at = target->completed_at = (struct timestamp){0};
}

static void on_confirmed(struct rollout_target *target, struct arena *arena)
{
    target->progress_percent = 100;
    end(target, UPDATE_COMPLETED,
        text_format(arena, "Agent reconnect confirmed %.*s.", TEXT_ARGS(target->target_version)));
}

static void on_cancelled(struct rollout_target *target)
{
    bool was_pending = target->status.is == UPDATE_PENDING;

    end(target, UPDATE_CANCELLED,
        was_pending ? text_lit("Cancelled before dispatch.")
                    : text_lit("Cancelled by an operator."));
}

void rollout_target_apply(
    struct rollout_target *target, const struct record *record, struct arena *arena)
{
    target->updated_at = record->entry.recorded_at;
    switch ((enum rollout_event)record->type->id) {
    case EVT_ROLLOUT_DISPATCHED:
        on_dispatched(target, record->event, arena);
        break;
    case EVT_ROLLOUT_PROGRESSED:
        on_progressed(target, record->event);
        break;
    case EVT_ROLLOUT_CONFIRMED:
        on_confirmed(target, arena);
        break;
    case EVT_ROLLOUT_FAILED:
        end(target, UPDATE_FAILED, ((const struct rollout_failed *)record->event)->message);
        break;
    case EVT_ROLLOUT_RETRIED:
        on_retried(target);
        break;
    case EVT_ROLLOUT_SKIPPED:
        end(target, UPDATE_SKIPPED, (struct text){NULL, 0});
        break;
    case EVT_ROLLOUT_CANCELLED:
        on_cancelled(target);
        break;
    case EVT_ROLLOUT_CREATED: /* of the rollout, and of no target that was there before */
    case EVT_ROLLOUT_RESUMED:
    case EVT_ROLLOUT_COMPLETED:
    case EVT_ROLLOUT_HELD:
        break;
    }
}

struct uuid rollout_target_of(const struct record *record)
{
    switch ((enum rollout_event)record->type->id) {
    case EVT_ROLLOUT_DISPATCHED:
        return ((const struct rollout_dispatched *)record->event)->target_id;
    case EVT_ROLLOUT_PROGRESSED:
        return ((const struct rollout_progressed *)record->event)->target_id;
    case EVT_ROLLOUT_CONFIRMED:
        return ((const struct rollout_confirmed *)record->event)->target_id;
    case EVT_ROLLOUT_FAILED:
        return ((const struct rollout_failed *)record->event)->target_id;
    case EVT_ROLLOUT_RETRIED:
        return ((const struct rollout_retried *)record->event)->target_id;
    case EVT_ROLLOUT_SKIPPED:
        return ((const struct rollout_skipped *)record->event)->target_id;
    case EVT_ROLLOUT_CREATED:
    case EVT_ROLLOUT_RESUMED:
    case EVT_ROLLOUT_COMPLETED:
    case EVT_ROLLOUT_HELD:
    case EVT_ROLLOUT_CANCELLED:
        break;
    }
    return UUID_NONE;
}

struct text update_status_words(struct arena *arena, struct enum_value status)
{
    struct text name = text_from(enum_name(update_status_names, status));
    char *words = arena_take(arena, name.size);

    for (size_t i = 0; i < name.size; i++)
        words[i] = name.data[i] == '_' ? ' ' : name.data[i];
    return (struct text){words, name.size};
}
