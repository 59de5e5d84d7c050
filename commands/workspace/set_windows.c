/*
 * Say which windows a workspace has; and ask. None that is the same already is an event.
 *
 *   api ──set_windows──► [here] ──workspace_windows_changed──► ledger
 *   api ──query_windows──► [here] ──workspace_windows──► api
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/time/window.h"
#include "eventlog/events/workspace_events.h"

static const struct field set_windows_fields[] = {
    {UUID(set_windows, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {OBJECTS(set_windows, windows, window_order), .tag = 2, .flags = REQUIRED,
     .max = WORKSPACE_MOST_WINDOWS, .doc = "All windows that it is to have."},
};
static const struct shape set_windows_shape = SHAPE(set_windows, "Windows that a workspace has.");

static const struct field query_windows_fields[] = {
    {UUID(query_windows, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
};
static const struct shape query_windows_shape =
    SHAPE(query_windows, "Workspace whose windows are asked for.");

/* Of any workspace; those of one that has none are an empty list. */
static struct workspace_windows
load(const struct decision *decision, struct uuid workspace_id, struct arena *arena)
{
    struct workspace_windows windows;

    if (!model_load(decision->model, &workspace_windows_aggregate, workspace_id, arena, &windows))
        return (struct workspace_windows){{"", 0}};
    return windows;
}

static enum status settle(
    const struct decision *decision,
    struct list asked,
    struct workspace_windows *out,
    struct error *error)
{
    struct window *windows = arena_array(decision->arena, asked.count, sizeof(*windows));
    struct text why;

    for (size_t i = 0; i < asked.count; i++) {
        windows[i] = ((const struct window *)asked.items)[i];
        if (!window_settle(&windows[i], decision->policy->timezones, decision->arena, &why))
            return error_set_field(
                error, "window_invalid",
                text_c(decision->arena, text_format(decision->arena, "windows.%zu", i)), "%s",
                text_c(decision->arena, why));
    }
    out->windows = (struct list){windows, asked.count};
    return STATUS_OK;
}

static enum status decide_set(struct decision *decision, const void *input, struct error *error)
{
    const struct set_windows *order = input;
    struct workspace_windows_changed changed = {.workspace_id = order->workspace_id};
    struct workspace_windows before;
    struct workspace_windows after;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        status = settle(decision, order->windows, &after, error);
    if (status != STATUS_OK)
        return status;
    before = load(decision, order->workspace_id, decision->arena);
    if (shape_equal(&workspace_windows_shape, &before, &after))
        return STATUS_OK;
    changed.windows = after.windows;
    decision_emit(
        decision, &workspace_windows_changed_event, order->workspace_id, order->workspace_id,
        &changed);
    return STATUS_OK;
}

static void
answer_set(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    *(struct workspace_windows *)answer =
        load(decision, ((const struct set_windows *)input)->workspace_id, arena);
}

static enum status decide_query(struct decision *decision, const void *input, struct error *error)
{
    return workspace_must_exist(
        decision, ((const struct query_windows *)input)->workspace_id, error);
}

static void
answer_query(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    *(struct workspace_windows *)answer =
        load(decision, ((const struct query_windows *)input)->workspace_id, arena);
}

const struct command set_windows_command = {
    .name = "set_windows",
    .doc = "Says in which windows no planned work of a workspace begins.",
    .input = &set_windows_shape,
    .decide = decide_set,
    .answer = &workspace_windows_shape,
    .answer_from = answer_set,
};

const struct command query_windows_command = {
    .name = "query_windows",
    .doc = "Tells the windows of a workspace.",
    .input = &query_windows_shape,
    .decide = decide_query,
    .answer = &workspace_windows_shape,
    .answer_from = answer_query,
    .is_question = true,
};
