/*
 * Packages: the agent is asked by a task, and whoever asked waits for that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/package_hooks.h"

#include "api/select.h"
#include "api/task/awaited.h"
#include "api/task/package_view.h"
#include "api/task/task_resources.h"
#include "commands/task/package_commands.h"

enum { ACCEPTED = 202 };

static struct uuid limited_to(const struct call *call)
{
    if (call->route->who != WHO_USER || call->access.is_platform_admin)
        return UUID_NONE;
    return call->actor.id;
}

bool package_prepare_list(struct call *call, void *input)
{
    ((struct list_packages *)input)->member_id = limited_to(call);
    return true;
}

bool package_prepare_search(struct call *call, void *input)
{
    ((struct search_packages *)input)->member_id = limited_to(call);
    return true;
}

static void show_order(struct call *call, const struct task_row *task)
{
    const struct package_order_view view = package_order_of(call->arena, task);

    call_answer_shape(call, ACCEPTED, &package_order_view_shape, &view);
}

/* An agent that takes its time: what the node had when it was asked last is better than nothing. */
static void show_newest_list(struct call *call, const struct task_row *task)
{
    const struct package_list_of input = {task->node_id};
    struct package_list_view view;
    const void *found = NULL;
    const void *row = NULL;
    size_t count = 0;
    struct error error;
    enum status status =
        call_query(call, &newest_package_list_query, &input, &found, &count, &error);

    if (status == STATUS_OK && count > 0)
        status =
            select_row(call, &task_resource, ((const struct newest_task *)found)->id, &row, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (row == NULL) {
        show_order(call, task);
        return;
    }
    view = package_list_of_task(call->arena, row);
    call_answer_shape(call, call->route->status, &package_list_view_shape, &view);
}

static void show_list(struct call *call, const struct task_row *task)
{
    struct package_list_view view;

    if (!task_is_over(task)) {
        show_newest_list(call, task);
        return;
    }
    view = package_list_of_task(call->arena, task);
    call_answer_shape(call, call->route->status, &package_list_view_shape, &view);
}

static void show_search(struct call *call, const struct task_row *task)
{
    struct package_search_view view;

    if (!task_is_over(task)) {
        show_order(call, task);
        return;
    }
    view = package_search_of_task(call->arena, task);
    call_answer_shape(call, call->route->status, &package_search_view_shape, &view);
}

void package_answer_list(struct call *call, const void *answer)
{
    awaited_wait(call, ((const struct awaited_task *)answer)->task_id, show_list);
}

void package_answer_search(struct call *call, const void *answer)
{
    awaited_wait(call, ((const struct awaited_task *)answer)->task_id, show_search);
}

void package_answer_order(struct call *call, const void *answer)
{
    (void)answer;
    awaited_show(call, call->submission.subject, show_order);
}
