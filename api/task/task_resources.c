/*
 * Tasks and their output.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/task_resources.h"

#include "api/task/awaited.h"
#include "migrations/task/task_logs.h"
#include "migrations/task/tasks.h"

static const struct filter task_filters[] = {
    {.name = "node_id", .comparison = FILTER_EQUAL, .doc = "Only tasks of this node."},
    {.name = "team_id",
     .comparison = FILTER_EQUAL,
     .column = "target_team_id",
     .doc = "Only tasks that were given to the nodes of this team."},
    {.name = "rolling_run_id",
     .comparison = FILTER_EQUAL,
     .doc = "Only tasks that this rolling run made."},
    {.name = "status", .comparison = FILTER_EQUAL, .doc = "Only tasks with this status."},
    {.name = "include_internal",
     .comparison = FILTER_INCLUDES,
     .column = "is_internal",
     .doc = "Whether to list tasks that the server made for requests of its own, too."},
    {.name = NULL},
};

const struct resource task_resource = {
    .name = "tasks",
    .table = &tasks_table,
    .scope = SCOPE_WORKSPACE,
    .missing = "Task %s was not found",
    .filters = task_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100},
};

static bool is_over(const void *parent_row)
{
    return task_is_over(parent_row);
}

const struct resource task_log_resource = {
    .name = "task_logs",
    .table = &task_logs_table,
    .scope = SCOPE_PARENT,
    .scope_column = "task_id",
    .parent = &task_resource,
    .order = {{"created_at", false}, {"line", false}, {"id", false}},
    .limit = {.usual = 100, .most = 100},
    .has_no_offset = true,
    .has_row_cursor = true,
    .is_over = is_over,
};

static const struct field package_list_of_fields[] = {
    {UUID(package_list_of, node_id), .flags = SERVER_SET, .doc = "Node that has the packages."},
};
static const struct shape package_list_of_shape =
    SHAPE(package_list_of, "Node whose packages are asked for.");

static const struct field newest_task_fields[] = {
    {UUID(newest_task, id), .flags = REQUIRED, .doc = "Id of the task."},
};
static const struct shape newest_task_shape = SHAPE(newest_task, "The newest task of a kind.");

/* Among the node's last fifty: of those that lists show, and of the others. */
const struct query newest_package_list_query = {
    .input = &package_list_of_shape,
    .scope = SCOPE_PARENT,
    .parent = "node_id",
    .sql =
        {.name = "newest_package_list",
         .params = &package_list_of_shape,
         .row = &newest_task_shape,
         .text = "select recent.id\n"
                 "from (select newest.id, newest.type, newest.status, newest.created_at\n"
                 "    from (values (false), (true)) either(value)\n"
                 "    cross join lateral (select id, type, status, created_at\n"
                 "        from tasks\n"
                 "        where node_id = :node_id and is_internal = either.value\n"
                 "        order by created_at desc, id desc\n"
                 "        limit 50) newest\n"
                 "    order by newest.created_at desc, newest.id desc\n"
                 "    limit 50) recent\n"
                 "where recent.type = 'packageList' and recent.status = 'success'\n"
                 "order by recent.created_at desc, recent.id desc\n"
                 "limit 1"},
};
