/*
 * Statements that read tasks and their output.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/task_queries.h"

#include "api/task/task_view.h"
#include "eventlog/events/task_events.h"

/* Whoever is no platform admin sees the tasks of his own workspaces. */
#define OF_MEMBER(column)                                                                          \
    "    and (:member_id::uuid is null or " column " in (select workspace_id from memberships\n"   \
    "        where user_id = :member_id))\n"

#define TASK_COLUMNS                                                                               \
    "select id, workspace_id, node_id, target_team_id, template_id, template_name, type,\n"        \
    "    is_internal, payload, status, result, output, output_truncated, lease_until,\n"           \
    "    claimed_by, claim_token, started_at, finished_at, cancel_requested_at,\n"                 \
    "    cancel_reason, created_at, updated_at, revision\n"
#define TASK_SELECT TASK_COLUMNS "from tasks\n"

static const struct field task_by_id_fields[] = {
    {UUID(task_by_id, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {UUID(task_by_id, id), .tag = 2, .flags = FROM_PATH, .doc = "The task."},
    {UUID(task_by_id, member_id), .tag = 3, .flags = SERVER_SET,
     .doc = "Only in this user's workspaces."},
};
static const struct shape task_by_id_shape = SHAPE(task_by_id, "Which task.");

const struct query task_query = {
    .input = &task_by_id_shape,
    .sql =
        {.name = "task_by_id",
         .params = &task_by_id_shape,
         .row = &task_view_shape,
         .text = TASK_SELECT
         "where (:workspace_id::uuid is null or workspace_id = :workspace_id)\n" OF_MEMBER(
             "workspace_id") "    and id = :id"},
    .is_one = true,
    .missing = "Task %s was not found",
};

static const struct field tasks_by_ids_fields[] = {
    {LIST_OF(tasks_by_ids, ids, KIND_UUID), .tag = 1, .flags = SERVER_SET, .doc = "The tasks."},
};
static const struct shape tasks_by_ids_shape = SHAPE(tasks_by_ids, "Which tasks.");

const struct query tasks_by_ids_query = {
    .input = &tasks_by_ids_shape,
    .sql =
        {.name = "tasks_by_ids",
         .params = &tasks_by_ids_shape,
         .row = &task_view_shape,
         .text = TASK_SELECT "where id = any(:ids)\n"
                             "order by created_at, id"},
};

static const struct field package_list_of_fields[] = {
    {UUID(package_list_of, node_id), .tag = 1, .flags = SERVER_SET, .doc = "The node."},
};
static const struct shape package_list_of_shape = SHAPE(package_list_of, "Which node.");

const struct query newest_package_list_query = {
    .input = &package_list_of_shape,
    .sql =
        {.name = "newest_package_list",
         .params = &package_list_of_shape,
         .row = &task_view_shape,
         .text = TASK_COLUMNS "from (select * from tasks where node_id = :node_id\n"
                              "    order by created_at desc limit 50) as recent\n"
                              "where type = 'packageList' and status = 'success'\n"
                              "order by created_at desc\n"
                              "limit 1"},
};

struct task_filter {
    struct uuid workspace_id;
    struct uuid member_id;
    struct uuid node_id;
    struct uuid team_id;
    struct enum_value status;
    struct opt_bool include_internal;
    int64_t limit;
    int64_t offset;
};
static const struct field task_filter_fields[] = {
    {UUID(task_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {UUID(task_filter, member_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Only in this user's workspaces."},
    {UUID(task_filter, node_id), .tag = 3, .doc = "Only of this node."},
    {UUID(task_filter, team_id), .tag = 4, .doc = "Only of runs of this team."},
    {ENUM(task_filter, status, task_status_names), .tag = 5, .doc = "Only these."},
    {BOOL(task_filter, include_internal), .tag = 6, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Those made for requests of the server too?"},
    {INT64(task_filter, limit), .tag = 7, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 50, .doc = "How many at most."},
    {INT64(task_filter, offset), .tag = 8, .flags = HAS_FALLBACK, .min = 0, .fallback = 0,
     .doc = "How many to leave out."},
};
static const struct shape task_filter_shape = SHAPE(task_filter, "Which tasks.");

const struct query tasks_query = {
    .input = &task_filter_shape,
    .sql =
        {.name = "tasks",
         .params = &task_filter_shape,
         .row = &task_view_shape,
         .text = TASK_SELECT
         "where (:workspace_id::uuid is null or workspace_id = :workspace_id)\n" OF_MEMBER(
             "workspace_id") "    and (:node_id::uuid is null or node_id = :node_id)\n"
                             "    and (:team_id::uuid is null or target_team_id = :team_id)\n"
                             "    and (:status::text is null or status = :status)\n"
                             "    and (:include_internal or not is_internal)\n"
                             "order by created_at desc, id desc\n"
                             "limit :limit offset :offset"},
};

struct task_log_view {
    struct uuid id;
    struct uuid task_id;
    struct enum_value level;
    struct text message;
    struct timestamp timestamp;
    struct timestamp created_at;
};
static const struct field task_log_view_fields[] = {
    {UUID(task_log_view, id), .tag = 1, .flags = REQUIRED, .doc = "The line."},
    {UUID(task_log_view, task_id), .tag = 2, .flags = REQUIRED, .doc = "Its task."},
    {ENUM(task_log_view, level, task_log_level_names), .tag = 3, .flags = REQUIRED,
     .doc = "Where it was written."},
    {TEXT(task_log_view, message), .tag = 4, .flags = REQUIRED, .doc = "What it says."},
    {TIMESTAMP(task_log_view, timestamp), .tag = 5, .doc = "When, by the agent's clock."},
    {TIMESTAMP(task_log_view, created_at), .tag = 6, .flags = REQUIRED, .doc = "When it arrived."},
};
static const struct shape task_log_view_shape = SHAPE(task_log_view, "A line of output.");

struct task_log_filter {
    struct uuid workspace_id;
    struct uuid id;
    struct uuid member_id;
    struct uuid after;
    int64_t limit;
};
static const struct field task_log_filter_fields[] = {
    {UUID(task_log_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Its workspace."},
    {UUID(task_log_filter, id), .tag = 2, .flags = FROM_PATH, .doc = "The task."},
    {UUID(task_log_filter, member_id), .tag = 3, .flags = SERVER_SET,
     .doc = "Only in this user's workspaces."},
    {UUID(task_log_filter, after), .tag = 4, .doc = "Only what follows this line."},
    {INT64(task_log_filter, limit), .tag = 5, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 100, .doc = "How many at most."},
};
static const struct shape task_log_filter_shape = SHAPE(task_log_filter, "Which lines.");

const struct query task_logs_query = {
    .input = &task_log_filter_shape,
    .sql =
        {.name = "task_logs",
         .params = &task_log_filter_shape,
         .row = &task_log_view_shape,
         .text =
             "select l.id, l.task_id, l.level, l.message, l.timestamp, l.created_at\n"
             "from task_logs l\n"
             "join tasks t on t.id = l.task_id\n"
             "where l.task_id = :id\n"
             "    and (:workspace_id::uuid is null or t.workspace_id = :workspace_id)\n" OF_MEMBER(
                 "t.workspace_id") "    and (:after::uuid is null or (l.created_at, l.line, l.id) >\n"
                                   "        (select a.created_at, a.line, a.id from task_logs a\n"
                                   "         where a.id = :after and a.task_id = :id))\n"
                                   "order by l.created_at, l.line, l.id\n"
                                   "limit :limit"},
    .within = &task_query,
};
