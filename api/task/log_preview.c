/*
 * Looking into a log: the agent reads it by an internal task, and whoever asked waits for that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/log_preview.h"

#include "api/task/awaited.h"
#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"
#include "core/shape/json_peek.h"
#include "eventlog/events/task_events.h"

enum { MOST_ENTRIES = 10000, ACCEPTED = 202 };

struct log_presets_of {
    struct uuid workspace_id;
    struct uuid node_id;
};
static const struct field log_presets_of_fields[] = {
    {UUID(log_presets_of, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(log_presets_of, node_id), .tag = 2, .flags = FROM_PATH, .doc = "Id of the node."},
};
const struct shape log_presets_of_shape =
    SHAPE(log_presets_of, "Node whose log presets are listed.");

void log_presets_handle(struct call *call)
{
    call_answer_list(call, 200, &log_preset_shape, log_presets, log_preset_count);
}

struct log_entry_view {
    struct text timestamp;
    struct text message;
    struct text unit;
    struct text identifier;
};
static const struct field log_entry_view_fields[] = {
    {TEXT(log_entry_view, timestamp), .tag = 1, .doc = "Time of the entry, as the log has it."},
    {TEXT(log_entry_view, message), .tag = 2, .flags = REQUIRED, .doc = "Text of the entry."},
    {TEXT(log_entry_view, unit), .tag = 3, .doc = "Unit that wrote the entry."},
    {TEXT(log_entry_view, identifier), .tag = 4, .doc = "Program that wrote the entry."},
};
static const struct shape log_entry_view_shape = SHAPE(log_entry_view, "An entry of a log.");

struct log_preview_view {
    struct uuid task_id;
    struct enum_value task_status;
    struct text source_preset_id;
    struct list entries;
    struct opt_bool truncated;
    struct list warnings;
    struct text error;
};
static const struct field log_preview_view_fields[] = {
    {UUID(log_preview_view, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(log_preview_view, task_status, task_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the task."},
    {TEXT(log_preview_view, source_preset_id), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the log preset."},
    {OBJECTS(log_preview_view, entries, log_entry_view), .tag = 4, .flags = REQUIRED,
     .doc = "Last entries of the log, oldest first."},
    {BOOL(log_preview_view, truncated), .tag = 5, .flags = REQUIRED,
     .doc = "Whether there was more than is shown."},
    {LIST_OF(log_preview_view, warnings, KIND_TEXT), .tag = 6, .flags = REQUIRED,
     .doc = "Warnings of the agent."},
    {TEXT(log_preview_view, error), .tag = 7, .doc = "Error, when there are no entries."},
};
const struct shape log_preview_view_shape = SHAPE(log_preview_view, "Last entries of a log.");

static struct text said(struct arena *arena, struct text object, const char *name)
{
    return json_peek_text(arena, json_peek_member(arena, object, name));
}

static size_t count_items(struct text array)
{
    size_t cursor = 0;
    size_t count = 0;
    struct text item;

    while (count < MOST_ENTRIES && json_peek_item(array, &cursor, &item))
        count++;
    return count;
}

/* What has no message is passed over. */
static struct list entries_in(struct arena *arena, struct text array)
{
    size_t count = count_items(array);
    struct log_entry_view *entries = arena_array(arena, count + 1, sizeof(*entries));
    struct list list = {entries, 0};
    size_t cursor = 0;
    struct text item;

    for (size_t i = 0; i < count && json_peek_item(array, &cursor, &item); i++) {
        struct log_entry_view *entry = &entries[list.count];
        entry->message = said(arena, item, "message");
        entry->timestamp = said(arena, item, "timestamp");
        entry->unit = said(arena, item, "unit");
        entry->identifier = said(arena, item, "identifier");
        list.count += text_is_present(entry->message) ? 1 : 0;
    }
    return list;
}

static struct list warnings_in(struct arena *arena, struct text array)
{
    size_t count = count_items(array);
    struct text *warnings = arena_array(arena, count + 1, sizeof(*warnings));
    struct list list = {warnings, 0};
    size_t cursor = 0;
    struct text item;

    for (size_t i = 0; i < count && json_peek_item(array, &cursor, &item); i++) {
        struct text warning = json_peek_text(arena, item);
        if (text_is_present(warning))
            warnings[list.count++] = warning;
    }
    return list;
}

static struct text error_of(struct arena *arena, const struct task_row *task)
{
    struct text output = text_trim(task->output);

    if (task->status.is == TASK_SUCCESS)
        return (struct text){0};
    if (output.size > 0)
        return output;
    return text_format(
        arena, "Task finished with status %s.", enum_name(task_status_names, task->status));
}

static void show_preview(struct call *call, const struct task_row *task)
{
    struct arena *arena = call->arena;
    struct text result = task->result.text;
    const struct log_preview_view view = {
        .task_id = task->id,
        .task_status = task->status,
        .source_preset_id = said(arena, task->payload.text, "sourcePresetId"),
        .entries = entries_in(arena, json_peek_member(arena, result, "entries")),
        .truncated = opt_bool_of(text_is(json_peek_member(arena, result, "truncated"), "true")),
        .warnings = warnings_in(arena, json_peek_member(arena, result, "warnings")),
        .error = error_of(arena, task),
    };

    call_answer_shape(
        call, task_is_over(task) ? call->route->status : ACCEPTED, &log_preview_view_shape, &view);
}

void log_preview_answer(struct call *call, const void *answer)
{
    awaited_wait(call, ((const struct awaited_task *)answer)->task_id, show_preview);
}
