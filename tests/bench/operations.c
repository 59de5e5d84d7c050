/*
 * The requests that are measured. Each writes what a dashboard or an agent would send, with the
 * headers that they need and no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/bench/workload.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A connection claims, accepts, starts and completes at most so many tasks in one run. */
enum { TASKS_OF_A_NODE = 200, LONGEST_PATH = 160, LONGEST_BODY = 512 };

/* Who sends a request, and its body ("" for none). */
struct sent {
    const char *method;
    struct text headers;
    const char *body;
};

static void write_request(struct buf *out, const struct sent *sent, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void write_request(struct buf *out, const struct sent *sent, const char *format, ...)
{
    char path[LONGEST_PATH];
    va_list values;

    va_start(values, format);
    vsnprintf(path, sizeof(path), format, values);
    va_end(values);
    site_write_request(
        &(struct site_request){sent->method, text_from(path), text_from(sent->body), sent->headers},
        out);
}

static const struct workload_node *some_node(const struct turn *turn)
{
    const struct workload *workload = turn->workload;

    return &workload->nodes[(turn->connection + turn->number) % workload->node_count];
}

static bool create_task(struct turn *turn, struct buf *out)
{
    const struct workload *workload = turn->workload;
    char body[LONGEST_BODY];

    snprintf(
        body, sizeof(body),
        "{\"nodeId\":\"%.*s\",\"type\":\"shell.exec\",\"payload\":{\"command\":"
        "\"systemctl restart application.service\",\"timeout\":60}}",
        TEXT_ARGS(some_node(turn)->id));
    write_request(
        out, &(struct sent){"POST", workload->site->admin, body}, "/api/v1/workspaces/%.*s/tasks",
        TEXT_ARGS(workload->workspace));
    return true;
}

struct question {
    const char *path;
    const char *body;
};

static enum status ask_as_agent(
    struct workload *workload,
    const struct workload_node *node,
    const struct question *question,
    struct text *out_body,
    struct error *error)
{
    const struct site_request request = {
        .method = "POST",
        .path = text_from(question->path),
        .body = text_from(question->body),
        .headers = node->headers,
    };

    return site_ask(workload->site, &request, 200, out_body, error);
}

/* Claims the oldest task of a node's queue and starts it. */
static enum status start_task(struct workload *workload, size_t number, struct error *error)
{
    static const struct question claim = {"/api/v1/agent/tasks/claim", "{\"waitMs\":0}"};
    const struct workload_node *node = &workload->nodes[number];
    char path[LONGEST_PATH];
    struct text body = {NULL, 0};
    enum status status = ask_as_agent(workload, node, &claim, &body, error);

    if (status != STATUS_OK)
        return status;
    workload->running[number] = text_copy(workload->site->arena, http_json_string(body, "id"));
    snprintf(
        path, sizeof(path), "/api/v1/agent/tasks/%.*s/started",
        TEXT_ARGS(workload->running[number]));
    return ask_as_agent(workload, node, &(struct question){path, "{}"}, &body, error);
}

/* A running task for each of the first nodes, unless an earlier run has left them. */
static enum status
start_logging_tasks(struct workload *workload, unsigned connections, struct error *error)
{
    enum status status = STATUS_OK;

    (void)connections;
    if (text_is_present(workload->running[0]))
        return STATUS_OK;
    status = workload_queue_tasks(workload, WORKLOAD_LOGGING_TASKS, error);
    for (size_t i = 0; status == STATUS_OK && i < WORKLOAD_LOGGING_TASKS; i++)
        status = start_task(workload, i, error);
    return status;
}

static bool log_line(struct turn *turn, struct buf *out)
{
    const struct workload *workload = turn->workload;
    size_t task = (turn->connection + turn->number) % WORKLOAD_LOGGING_TASKS;
    char body[LONGEST_BODY];

    snprintf(
        body, sizeof(body),
        "{\"stream\":\"stdout\",\"line\":\"application-%llu: waiting until it answers its health "
        "check\"}",
        (unsigned long long)turn->number);
    write_request(
        out, &(struct sent){"POST", workload->nodes[task].headers, body},
        "/api/v1/agent/tasks/%.*s/logs", TEXT_ARGS(workload->running[task]));
    return true;
}

static bool heartbeat(struct turn *turn, struct buf *out)
{
    const struct workload_node *node = some_node(turn);
    char body[LONGEST_BODY];

    snprintf(
        body, sizeof(body),
        "{\"nodeId\":\"%.*s\",\"agentToken\":\"%.*s\",\"agentVersion\":\"1.2.3\"}",
        TEXT_ARGS(node->id), TEXT_ARGS(node->token));
    write_request(out, &(struct sent){"POST", node->headers, body}, "/api/v1/agent/heartbeat");
    return true;
}

static enum status
queue_for_connections(struct workload *workload, unsigned connections, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; status == STATUS_OK && i < TASKS_OF_A_NODE; i++)
        status = workload_queue_tasks(workload, connections, error);
    return status;
}

/* claim ─► accepted ─► started ─► completed ─► claim … */
static const struct {
    const char *path; /* after the task's id */
    const char *body;
} steps[] = {
    {NULL, "{\"waitMs\":0}"},
    {"accepted", "{}"},
    {"started", "{}"},
    {"completed", "{\"status\":\"success\",\"result\":{\"exitCode\":0},\"output\":\"done\"}"},
};

static bool run_task(struct turn *turn, struct buf *out)
{
    const struct workload_node *node = &turn->workload->nodes[turn->connection];
    struct sent sent = {"POST", node->headers, steps[turn->step].body};

    if (turn->step == 0)
        turn->claims++;
    if (turn->claims > TASKS_OF_A_NODE)
        return false;
    if (turn->step == 0)
        write_request(out, &sent, "/api/v1/agent/tasks/claim");
    else
        write_request(out, &sent, "/api/v1/agent/tasks/%s/%s", turn->task, steps[turn->step].path);
    return true;
}

static bool go_on_with_task(struct turn *turn, struct text body)
{
    struct text id = http_json_string(body, "id");

    if (turn->step == 0)
        snprintf(turn->task, sizeof(turn->task), "%.*s", TEXT_ARGS(id));
    turn->step = (turn->step + 1) % COUNT_OF(steps);
    return turn->task[0] != '\0';
}

static bool wait_for_task(struct turn *turn, struct buf *out)
{
    write_request(
        out,
        &(struct sent){
            "POST", turn->workload->nodes[turn->connection].headers, "{\"waitMs\":30000}"},
        "/api/v1/agent/tasks/claim");
    return true;
}

static bool claim_next(struct turn *turn, struct buf *out)
{
    struct workload *workload = turn->workload;
    const struct workload_node *node;

    if (workload->next_node == workload->node_count)
        return false;
    node = &workload->nodes[workload->next_node++];
    write_request(
        out, &(struct sent){"POST", node->headers, "{\"waitMs\":0}"}, "/api/v1/agent/tasks/claim");
    return true;
}

static bool has_task(struct turn *turn, struct text body)
{
    (void)turn;
    return text_is_present(http_json_string(body, "id"));
}

static bool read_page(struct turn *turn, struct buf *out, const char *of)
{
    const struct workload *workload = turn->workload;

    write_request(
        out, &(struct sent){"GET", workload->site->admin, NULL},
        "/api/v1/workspaces/%.*s/%s?limit=50", TEXT_ARGS(workload->workspace), of);
    return true;
}

static bool list_nodes(struct turn *turn, struct buf *out)
{
    return read_page(turn, out, "nodes");
}

static bool list_tasks(struct turn *turn, struct buf *out)
{
    return read_page(turn, out, "tasks");
}

static bool list_audit(struct turn *turn, struct buf *out)
{
    return read_page(turn, out, "audit-logs");
}

static bool read_task(struct turn *turn, struct buf *out)
{
    const struct workload *workload = turn->workload;
    size_t task = (turn->connection + turn->number) % WORKLOAD_LOGGING_TASKS;

    write_request(
        out, &(struct sent){"GET", workload->site->admin, NULL},
        "/api/v1/workspaces/%.*s/tasks/%.*s", TEXT_ARGS(workload->workspace),
        TEXT_ARGS(workload->running[task]));
    return true;
}

static bool get_health(struct turn *turn, struct buf *out)
{
    (void)turn;
    write_request(out, &(struct sent){.method = "GET"}, "/health");
    return true;
}

static bool get_document(struct turn *turn, struct buf *out)
{
    (void)turn;
    write_request(out, &(struct sent){.method = "GET"}, "/api/v1/docs-json");
    return true;
}

const struct operation workload_operations[] = {
    {.name = "create a task", .status = 201, .is_durable = true, .request = create_task},
    {.name = "log a line",
     .status = 200,
     .is_durable = true,
     .prepare = start_logging_tasks,
     .request = log_line},
    {.name = "claim to completion",
     .status = 200,
     .is_durable = true,
     .prepare = queue_for_connections,
     .request = run_task,
     .learn = go_on_with_task},
    {.name = "heartbeat", .status = 200, .request = heartbeat},
    {.name = "list 50 nodes", .status = 200, .request = list_nodes},
    {.name = "list 50 tasks", .status = 200, .request = list_tasks},
    {.name = "one task", .status = 200, .prepare = start_logging_tasks, .request = read_task},
    {.name = "audit page", .status = 200, .request = list_audit},
    {.name = NULL},
};

const struct operation *workload_operation(const char *name)
{
    const struct operation *operation = workload_operations;

    while (operation->name != NULL && strcmp(operation->name, name) != 0)
        operation++;
    must(operation->name != NULL);
    return operation;
}

const struct operation workload_small_answer = {
    .name = "fixed answer, small", .status = 200, .request = get_health};
const struct operation workload_large_answer = {
    .name = "fixed answer, large", .status = 200, .request = get_document};
const struct operation workload_wait_for_task = {
    .name = "wait for a task", .status = 200, .request = wait_for_task, .learn = has_task};
const struct operation workload_claim_each = {
    .name = "claim a task", .status = 200, .request = claim_next, .learn = has_task};
