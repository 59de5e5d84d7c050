/*
 * Counters of this process since it started, and what waits and runs at this moment.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/task_flow.h"

#include "api/call.h"
#include "eventlog/ledger_read.h"
#include "migrations/task/tasks.h"

struct queue_view {
    int64_t queued;
    int64_t running;
};
static const struct field queue_view_fields[] = {
    {INT64(queue_view, queued), .tag = 1, .flags = REQUIRED, .doc = "Number of tasks that wait."},
    {INT64(queue_view, running), .tag = 2, .flags = REQUIRED, .doc = "Number of tasks that run."},
};
static const struct shape queue_view_shape = SHAPE(queue_view, "Tasks of all workspaces.");

struct agents_row {
    int64_t queued;
    int64_t running;
    struct timestamp last_seen_at;
};
static const struct field agents_row_fields[] = {
    {INT64(agents_row, queued), .tag = 1, .doc = "Number of tasks that wait."},
    {INT64(agents_row, running), .tag = 2, .doc = "Number of tasks that run."},
    {TIMESTAMP(agents_row, last_seen_at), .tag = 3,
     .doc = "Time of the last sign of life of any agent."},
};
static const struct shape agents_row_shape = SHAPE(agents_row, "Counts from the read model.");

#define OF_ALL TABLE_OF_ALL("workspace_id")

static const struct query flow_query = {
    .scope = SCOPE_PLATFORM,
    .sql =
        {.name = "task_flow",
         .row = &agents_row_shape,
         .text =
             "select\n"
             "    (select count(*) from tasks where status = 'queued' and " OF_ALL ") as queued,\n"
             "    (select count(*) from tasks where status = 'running' and " OF_ALL
             ") as running,\n"
             "    (select max(last_seen_at) from nodes) as last_seen_at"},
};

struct health_of_flow {
    struct opt_bool realtime_connected;
    struct timestamp last_agent_seen_at;
    struct timestamp last_claim_at;
};
static const struct field health_of_flow_fields[] = {
    {BOOL(health_of_flow, realtime_connected), .tag = 1, .flags = REQUIRED,
     .doc = "Whether an agent is connected by a socket."},
    {TIMESTAMP(health_of_flow, last_agent_seen_at), .tag = 2,
     .doc = "Time of the last sign of life of any agent."},
    {TIMESTAMP(health_of_flow, last_claim_at), .tag = 3,
     .doc = "Time any agent last asked for a task."},
};
static const struct shape health_of_flow_shape =
    SHAPE(health_of_flow, "Signs of life of the agents.");

struct task_flow_view {
    struct timestamp fetched_at;
    struct text source;
    struct json agent_counters; /* their names have dots in them */
    struct json claim_counters;
    const struct queue_view *queue;
    const struct health_of_flow *health;
};
static const struct field task_flow_view_fields[] = {
    {TIMESTAMP(task_flow_view, fetched_at), .tag = 1, .flags = REQUIRED,
     .doc = "Current time of the server."},
    {TEXT(task_flow_view, source), .tag = 2, .flags = REQUIRED,
     .doc = "Source of the counters; always the same."},
    {JSON(task_flow_view, agent_counters), .tag = 3, .flags = REQUIRED,
     .doc = "Counters of the agents' sockets since start."},
    {JSON(task_flow_view, claim_counters), .tag = 4, .flags = REQUIRED,
     .doc = "Counters of the agents' claims since start."},
    {OBJECT(task_flow_view, queue, queue_view), .tag = 5, .flags = REQUIRED,
     .doc = "Numbers of waiting and running tasks."},
    {OBJECT(task_flow_view, health, health_of_flow), .tag = 6, .flags = REQUIRED,
     .doc = "Signs of life of the agents."},
};
const struct shape task_flow_view_shape =
    SHAPE(task_flow_view, "Flow of tasks to the agents and back.");

static struct json claim_counters(struct call *call)
{
    const struct meter *meter = call->services->meter;

    return (struct json){text_format(
        call->arena,
        "{\"task.claim.attempted\":%llu,\"task.claim.succeeded\":%llu,"
        "\"task.claim.failed\":%llu,\"task.claim.emptyPoll\":%llu}",
        (unsigned long long)atomic_load(&meter->claims_asked),
        (unsigned long long)atomic_load(&meter->claims_won),
        (unsigned long long)atomic_load(&meter->claims_failed),
        (unsigned long long)atomic_load(&meter->claims_empty))};
}

static struct timestamp later(struct timestamp a, struct timestamp b)
{
    return a.us > b.us ? a : b;
}

/* Asking for work is a sign of life too. */
static void show_flow(struct call *call)
{
    struct timestamp claimed = {atomic_load(&call->services->meter->last_claim_us)};
    struct queue_view queue;
    struct health_of_flow health;
    struct task_flow_view view = {
        .fetched_at = timestamp_now(),
        .source = text_lit("agent-task-flow"),
        .agent_counters = {text_lit("{\"metrics.ingested\":0,\"connection.opened\":0}")},
        .claim_counters = claim_counters(call),
        .queue = &queue,
        .health = &health,
    };
    const struct agents_row *row;
    const void *rows = NULL;
    size_t count = 0;
    struct error error;

    if (call_query(call, &flow_query, NULL, &rows, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    row = rows;
    queue = (struct queue_view){row->queued, row->running};
    health = (struct health_of_flow){OPT_FALSE, later(row->last_seen_at, claimed), claimed};
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_answer_shape(call, 200, &task_flow_view_shape, &view);
}

void task_flow_handle(struct call *call)
{
    call_wait_head(call, show_flow);
}
