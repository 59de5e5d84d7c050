/*
 * The commands of a client, step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/client.h"

#include "core/base/random.h"
#include "eventlog/keyed_digest.h"

enum { ARENA_BYTES = 1 << 20, TASKS_PER_VERSION = 4 };

/* enum reported of complete_task: the first is success. */
enum { REPORTED_SUCCESS = 1 };

void client_init(struct client *client, const struct fleet *fleet, unsigned number)
{
    *client = (struct client){.fleet = fleet, .number = number, .arena = arena_new(ARENA_BYTES)};
    client->credential = sha256((struct bytes){(const uint8_t *)&number, sizeof(number)});
}

void client_fini(struct client *client)
{
    arena_free(client->arena);
}

static struct bytes credential_of(const struct client *client)
{
    return (struct bytes){client->credential.bytes, DIGEST_SIZE};
}

static const struct command *order_enrol(struct client *client)
{
    client->order.enrol = (struct register_agent){
        .hostname = text_format(client->arena, "node-%05u.example", client->number),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .agent_version = text_lit("1.0.0"),
        .enrollment_digest = client->fleet->enrollment_digest,
        .credential_digest = credential_of(client),
    };
    return &register_agent_command;
}

static const struct command *order_create(struct client *client)
{
    client->order.create = (struct create_task){
        .node_id = client->node,
        .type = text_lit("shell.exec"),
        .payload = {text_format(
            client->arena,
            "{\"command\":\"systemctl restart application-%u.service\",\"timeoutSeconds\":120}",
            client->tasks)},
    };
    return &create_task_command;
}

static const struct command *order_claim(struct client *client)
{
    client->order.claim = (struct claim_task){
        .node_id = client->node,
        .credential_digest = credential_of(client),
        .max_tasks = 1,
        .wait_ms = 0,
    };
    return &claim_task_command;
}

static const struct command *order_start(struct client *client)
{
    client->order.start = (struct start_task){
        .node_id = client->node,
        .credential_digest = credential_of(client),
        .task_id = client->task,
        .timestamp = client->submission.now,
    };
    return &start_task_command;
}

static const struct command *order_log(struct client *client)
{
    client->order.log = (struct log_task){
        .node_id = client->node,
        .credential_digest = credential_of(client),
        .task_id = client->task,
        .stream = text_lit("stdout"),
        .line = text_format(
            client->arena, "application-%u: restarted, waiting until it answers its health check",
            client->tasks),
        .timestamp = client->submission.now,
    };
    return &log_task_command;
}

static const struct command *order_heartbeat(struct client *client)
{
    client->order.heartbeat = (struct report_heartbeat){
        .node_id = client->node,
        .agent_version = text_format(client->arena, "1.%u.0", client->tasks),
        .sent_at = client->submission.now,
        .credential_digest = credential_of(client),
    };
    return &report_heartbeat_command;
}

/* Of a task that said nothing, so that it is one event. */
static const struct command *order_complete(struct client *client)
{
    client->order.complete = (struct complete_task){
        .node_id = client->node,
        .credential_digest = credential_of(client),
        .task_id = client->task,
        .status = {REPORTED_SUCCESS},
        .exit_code = INT64_ABSENT,
        .duration_ms = INT64_ABSENT,
    };
    return &complete_task_command;
}

static const struct {
    const struct command *(*order)(struct client *client);
    bool is_by_agent;
} steps[] = {
    [STEP_ENROL] = {order_enrol, false},
    [STEP_CREATE] = {order_create, false},
    [STEP_CLAIM] = {order_claim, true},
    [STEP_START] = {order_start, true},
    [STEP_LOG] = {order_log, true},
    [STEP_LOG_AGAIN] = {order_log, true},
    [STEP_HEARTBEAT] = {order_heartbeat, true},
    [STEP_COMPLETE] = {order_complete, true},
};

void client_order(struct client *client)
{
    struct submission *submission = &client->submission;
    const struct fleet *fleet = client->fleet;
    bool is_by_agent = steps[client->step].is_by_agent;

    arena_reset(client->arena);
    submission_init(submission, NULL); /* orders are stamped with its moment */
    submission->command = steps[client->step].order(client);
    submission->input = &client->order;
    submission->arena = client->arena;
    submission->actor =
        is_by_agent ? (struct actor){.kind = ACTOR_AGENT, .id = client->node} : fleet->operator;
    submission->correlation = uuid_new();
    submission->origin.address.text =
        text_format(client->arena, "10.%u.%u.7", client->number / 256 % 256, client->number % 256);
    submission->origin.user_agent.text =
        is_by_agent ? text_lit("fleet-agent/1.0") : text_lit("Mozilla/5.0 (X11; Linux x86_64)");
    keyed_digest_personal(
        fleet->keyring, &origin_shape, submission->now, client->arena, &submission->origin);
}

static enum client_step step_after(const struct client *client)
{
    if (client->step == STEP_COMPLETE)
        return STEP_CREATE;
    if (client->step == STEP_LOG_AGAIN && client->tasks % TASKS_PER_VERSION != 0)
        return STEP_COMPLETE;
    return (enum client_step)(client->step + 1);
}

enum status client_learn(struct client *client, struct error *error)
{
    const struct submission *submission = &client->submission;

    if (submission->status != STATUS_OK)
        return error_set(
            error, STATUS_INTERNAL, "%s was refused: %s", submission->command->name,
            submission->error.text);
    if (client->step != STEP_ENROL && submission->emitted != 1)
        return error_set(
            error, STATUS_INTERNAL, "%s emitted %llu events", submission->command->name,
            (unsigned long long)submission->emitted);
    if (client->step == STEP_ENROL)
        client->node = submission->subject;
    if (client->step == STEP_CREATE) {
        client->task = submission->subject;
        client->tasks++;
    }
    client->step = step_after(client);
    return STATUS_OK;
}
