/*
 * Windows of workspaces: no planned work begins while one of them is open. What is held back until one ends is looked
 * at again at once when they are changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling_lookup.h"
#include "commands/rollout/rollout_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/time/window.h"
#include "eventlog/events/workspace_events.h"

static const struct field workspace_windows_fields[] = {
    {OBJECTS(workspace_windows, windows, window), .tag = 1, .flags = REQUIRED,
     .doc = "The windows of the workspace."},
};
const struct shape workspace_windows_shape =
    SHAPE(workspace_windows, "Windows, in which no planned work of a workspace begins.");
const struct aggregate workspace_windows_aggregate = {
    STATE_WORKSPACE_WINDOWS, "workspace_windows", &workspace_windows_shape};

void windows_evolve(struct fold *fold, const struct record *record)
{
    struct uuid workspace_id = record->entry.stream;
    struct workspace_windows windows = {{NULL, 0}};

    if (record->type == &workspace_windows_changed_event)
        windows.windows = ((const struct workspace_windows_changed *)record->event)->windows;
    if (windows.windows.count > 0)
        model_store(fold->model, &workspace_windows_aggregate, workspace_id, &windows);
    else
        model_remove(fold->model, &workspace_windows_aggregate, workspace_id);
    schedule_release_held(fold, workspace_id);
    rolling_release_held(fold, workspace_id, record->entry.recorded_at);
    rollout_release_held(fold, workspace_id, record->entry.recorded_at);
}

const struct window *workspace_open_window(
    const struct decision *decision,
    struct uuid workspace_id,
    struct timestamp at,
    struct arena *arena,
    struct timestamp *out_until)
{
    struct workspace_windows windows;

    if (!model_load(decision->model, &workspace_windows_aggregate, workspace_id, arena, &windows))
        return NULL;
    return window_find_open(windows.windows, decision->policy->timezones, at, out_until);
}
