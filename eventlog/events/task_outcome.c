/*
 * Results and words of tasks that no agent ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_outcome.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/task_events.h"

enum { LARGEST_RESULT = 16384 };

struct cancelled_result {
    struct text reason;
    struct timestamp cancelled_at;
    struct text cancel_reason;
};
static const struct field cancelled_result_fields[] = {
    {TEXT(cancelled_result, reason), .doc = "Code of the reason."},
    {TIMESTAMP(cancelled_result, cancelled_at), .doc = "Time the task was cancelled."},
    {TEXT(cancelled_result, cancel_reason), .doc = "Reason that the operator gave."},
};
static const struct shape cancelled_result_shape =
    SHAPE(cancelled_result, "Result of a task that was cancelled before it ran.");

struct abandoned_result {
    struct text reason;
};
static const struct field abandoned_result_fields[] = {
    {TEXT(abandoned_result, reason), .doc = "Code of the reason."},
};
static const struct shape abandoned_result_shape =
    SHAPE(abandoned_result, "Result of a task whose agent is gone.");

struct stale_result {
    struct text reason;
    struct enum_value previous_status;
};
static const struct field stale_result_fields[] = {
    {TEXT(stale_result, reason), .doc = "Code of the reason."},
    {ENUM(stale_result, previous_status, task_status_names),
     .doc = "Status that the task timed out in."},
};
static const struct shape stale_result_shape =
    SHAPE(stale_result, "Result of a task that timed out.");

static struct json json_from(struct arena *arena, const struct shape *shape, const void *value)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_RESULT);
    shape_json_write(shape, value, &out);
    return (struct json){text_copy(arena, buf_text(&out))};
}

static struct task_outcome of_cancelled(const struct record *record, struct arena *arena)
{
    const struct task_cancelled *event = record->event;
    const struct cancelled_result result = {
        text_lit("cancel-requested-before-run"), record->entry.recorded_at, event->reason};
    struct text output = text_lit("Task cancelled before running by operator");

    if (text_is_present(event->reason))
        output =
            text_format(arena, "Task cancelled before running: %.*s", TEXT_ARGS(event->reason));
    return (struct task_outcome){json_from(arena, &cancelled_result_shape, &result), output};
}

static struct task_outcome of_timed_out(const struct record *record, struct arena *arena)
{
    const struct task_timed_out *event = record->event;
    const struct stale_result result = {text_lit("stale-timeout"), event->previous_status};
    struct text output = text_lit("Task timed out in queue before being started by an agent.");

    if (event->previous_status.is == TASK_RUNNING)
        output = text_lit("Task timed out while running on agent.");
    return (struct task_outcome){json_from(arena, &stale_result_shape, &result), output};
}

static struct task_outcome of_abandoned(const struct record *record, struct arena *arena)
{
    static const struct text words[] = {
        [ABANDONED_NODE_REMOVED] = TEXT_OF("Node was removed while the task was running."),
        [ABANDONED_WORKSPACE_DELETED] =
            TEXT_OF("Workspace was deleted while the task was running."),
        [ABANDONED_AGENT_RESTARTED] = TEXT_OF("Agent restarted while the task was running."),
    };
    const struct task_abandoned *event = record->event;
    const char *reason = enum_name(task_abandonment_names, event->reason);
    const struct abandoned_result result = {text_from(reason)};

    must(reason != NULL);
    return (struct task_outcome){
        json_from(arena, &abandoned_result_shape, &result), words[event->reason.is]};
}

struct task_outcome task_outcome_of(const struct record *record, struct arena *arena)
{
    if (record->type == &task_cancelled_event)
        return of_cancelled(record, arena);
    if (record->type == &task_timed_out_event)
        return of_timed_out(record, arena);
    must(record->type == &task_abandoned_event);
    return of_abandoned(record, arena);
}
