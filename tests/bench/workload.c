/*
 * Making the fleet, and HTTP as a protocol of a load.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/workload.h"

#include "core/base/must.h"

#include <stdio.h>

enum { REGISTERING_CONNECTIONS = 16, NODES_OF_A_BATCH = 100, LONGEST_REQUEST = 64 << 10 };

/* A connection of a load. */
struct exchange {
    struct http_client client;
    struct turn turn;
    struct buf out;
};

static enum status open_exchange(struct load_connection *c, struct error *error)
{
    const struct workload_load *load = c->context;
    struct exchange *exchange = c->state;
    enum status status;

    exchange->turn = (struct turn){.workload = load->workload, .connection = c->number};
    buf_init(&exchange->out, LONGEST_REQUEST);
    status = http_client_open(&exchange->client, load->workload->site->port, error);
    c->fd = exchange->client.fd;
    return status;
}

static void close_exchange(struct load_connection *c)
{
    struct exchange *exchange = c->state;

    http_client_close(&exchange->client);
    buf_fini(&exchange->out);
}

static enum status send_request(struct load_connection *c, bool *out_is_over, struct error *error)
{
    const struct workload_load *load = c->context;
    struct exchange *exchange = c->state;

    buf_clear(&exchange->out);
    exchange->turn.number = c->sent;
    *out_is_over = !load->operation->request(&exchange->turn, &exchange->out);
    if (*out_is_over)
        return STATUS_OK;
    return http_client_send(&exchange->client, buf_text(&exchange->out), error);
}

static enum status
receive_answer(struct load_connection *c, bool *out_is_whole, struct error *error)
{
    struct workload_load *load = c->context;
    const struct operation *operation = load->operation;
    struct exchange *exchange = c->state;
    struct http_answer answer;
    enum status status = http_client_receive(&exchange->client, &answer, out_is_whole, error);

    if (status != STATUS_OK || !*out_is_whole)
        return status;
    load->body_bytes = answer.body.size;
    if (answer.status == operation->status &&
        (operation->learn == NULL || operation->learn(&exchange->turn, answer.body)))
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID, "%s: answered %d: %.*s", operation->name, answer.status,
        (int)(answer.body.size < 300 ? answer.body.size : 300), answer.body.data);
}

const struct load_protocol workload_protocol = {
    .state_bytes = sizeof(struct exchange),
    .open = open_exchange,
    .send = send_request,
    .receive = receive_answer,
    .close = close_exchange,
};

static bool register_next(struct turn *turn, struct buf *out)
{
    struct workload *workload = turn->workload;
    char body[256];

    if (workload->next_node == workload->node_count)
        return false;
    turn->node = workload->next_node++;
    snprintf(
        body, sizeof(body),
        "{\"hostname\":\"machine-%06zu\",\"enrollmentToken\":\"" SITE_ENROLLMENT_TOKEN
        "\",\"os\":\"Debian 12\",\"arch\":\"amd64\",\"agentVersion\":\"1.2.3\"}",
        turn->node);
    site_write_request(
        &(struct site_request){
            "POST", text_lit("/api/v1/agent/register"), text_from(body), {NULL, 0}},
        out);
    return true;
}

static bool note_credential(struct turn *turn, struct text body)
{
    struct workload *workload = turn->workload;
    struct arena *arena = workload->site->arena;
    struct workload_node *node = &workload->nodes[turn->node];

    node->id = text_copy(arena, http_json_string(body, "nodeId"));
    node->token = text_copy(arena, http_json_string(body, "agentToken"));
    node->headers = text_format(
        arena, "X-Agent-Node-Id: %.*s\r\nAuthorization: Bearer %.*s\r\n", TEXT_ARGS(node->id),
        TEXT_ARGS(node->token));
    return node->id.size > 0 && node->token.size > 0;
}

static const struct operation register_agent = {
    .name = "register an agent",
    .status = 201,
    .request = register_next,
    .learn = note_credential,
};

static enum status register_nodes(struct workload *workload, struct error *error)
{
    struct workload_load load = {.workload = workload, .operation = &register_agent};
    enum status status = load_run(&workload_protocol, &load, REGISTERING_CONNECTIONS, error);

    for (size_t i = 0; status == STATUS_OK && i < workload->node_count; i++) {
        if (workload->nodes[i].id.size == 0)
            status = error_set(error, STATUS_TIMED_OUT, "node %zu was not registered", i);
    }
    return status;
}

/* Agents register in the default workspace: any of their nodes names it. */
static enum status find_workspace(struct workload *workload, struct error *error)
{
    struct arena *arena = workload->site->arena;
    struct text body = {NULL, 0};
    enum status status = site_ask(
        workload->site,
        &(struct site_request){
            .method = "GET",
            .path = text_format(arena, "/api/v1/nodes/%.*s", TEXT_ARGS(workload->nodes[0].id)),
        },
        200, &body, error);

    if (status != STATUS_OK)
        return status;
    workload->workspace = text_copy(arena, http_json_string(body, "workspaceId"));
    if (workload->workspace.size == 0)
        return error_set(error, STATUS_INVALID, "a node names no workspace");
    return STATUS_OK;
}

enum status
workload_make(struct workload *workload, struct site *site, size_t nodes, struct error *error)
{
    enum status status;

    *workload = (struct workload){
        .site = site,
        .nodes = arena_array(site->arena, nodes, sizeof(*workload->nodes)),
        .node_count = nodes,
    };
    status = register_nodes(workload, error);
    if (status == STATUS_OK)
        status = find_workspace(workload, error);
    return status;
}

void workload_write_node_ids(
    const struct workload *workload, size_t first, size_t count, struct buf *out)
{
    buf_add_c(out, "\"nodeIds\":[");
    for (size_t i = first; i < first + count; i++)
        buf_printf(out, "%s\"%.*s\"", i == first ? "" : ",", TEXT_ARGS(workload->nodes[i].id));
    buf_add_char(out, ']');
}

static enum status
queue_batch(struct workload *workload, size_t first, size_t count, struct error *error)
{
    AUTO_BUF body = {0};
    struct text ignored;

    buf_init(&body, LONGEST_REQUEST);
    buf_add_c(&body, "{\"type\":\"shell.exec\",\"payload\":{\"command\":\"uptime\"},");
    workload_write_node_ids(workload, first, count, &body);
    buf_add_char(&body, '}');
    return site_ask(
        workload->site,
        &(struct site_request){
            .method = "POST", .path = text_lit("/api/v1/tasks/batch"), .body = buf_text(&body)},
        201, &ignored, error);
}

enum status workload_queue_tasks(struct workload *workload, size_t nodes, struct error *error)
{
    enum status status = STATUS_OK;

    must(nodes <= workload->node_count);
    for (size_t first = 0; status == STATUS_OK && first < nodes; first += NODES_OF_A_BATCH) {
        size_t left = nodes - first;
        status =
            queue_batch(workload, first, left < NODES_OF_A_BATCH ? left : NODES_OF_A_BATCH, error);
    }
    return status;
}
