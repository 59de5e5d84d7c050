/*
 * An agent asks for work: the oldest task of its node that waits, or that was claimed and never
 * started. An empty claim writes nothing.
 *
 *   agent ──claim_task──► [here] ──(task_claimed, secret_delivered*) (task_reported, task_completed)*
 *                                  (node_root_access_reported) (node_agent_started, task_abandoned*)──► ledger
 *
 * A task that refers to a secret that is gone, or has expired, fails on the way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret_lookup.h"
#include "commands/task/task.h"
#include "eventlog/events/node_events.h"

/* Tasks under a live lease are passed over, but not without end. Agents give up a request after 10
 * seconds: one that ends before that reaches them, with the root access that is wanted. */
enum { MOST_PASSED = 1000, LONGEST_WAIT_MS = 9000, MOST_FAILED = 20 };

static const struct field claim_task_fields[] = {
    {UUID(claim_task, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(claim_task, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {INT64(claim_task, max_tasks), .tag = 3, .flags = CLAMP | HAS_FALLBACK, .min = 1, .max = 1,
     .fallback = 1, .doc = "Greatest number of tasks that the agent runs at once."},
    {INT64(claim_task, wait_ms), .tag = 4, .flags = CLAMP | HAS_FALLBACK, .min = 0,
     .max = LONGEST_WAIT_MS, .fallback = LONGEST_WAIT_MS,
     .doc = "Milliseconds to wait for a task."},
    {LIST_OF(claim_task, capabilities, KIND_TEXT), .tag = 5, .max = 256,
     .doc = "Capabilities of the agent; not used."},
    {OBJECT(claim_task, root_access, root_access_report), .tag = 6,
     .doc = "Root access that is in force on the node."},
    {TEXT(claim_task, start), .tag = 8, .flags = TRIM, .min = 1, .max = 64,
     .doc = "What the agent calls its start; another one than before says that it was restarted."},
    {OBJECTS(claim_task, altered, alteration), .tag = 7, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {BOOL(claim_task, is_pushed), .tag = 9, .flags = SERVER_SET,
     .doc = "Whether the task is sent to the agent, which is at no other."},
    {UUID(claim_task, after), .tag = 10, .flags = SERVER_SET,
     .doc = "Newest of the tasks that cannot be sent."},
};
static const struct shape claim_task_shape =
    SHAPE_WITH(claim_task, "Agent that asks for a task.", .is_lenient = true, .altered_tag = 7);

static const struct field claim_answer_fields[] = {
    {OBJECT(claim_answer, task, task_state_view), .tag = 1,
     .doc = "Task that was claimed; null for none."},
    {ENUM(claim_answer, root_profile, root_profile_names), .tag = 2,
     .doc = "Root access profile that is wanted."},
    {TIMESTAMP(claim_answer, root_updated_at), .tag = 3, .doc = "Time the wanted profile was set."},
    {OBJECTS(claim_answer, secrets, secret_delivery), .tag = 4, .flags = HIDDEN,
     .doc = "Versions of secrets that the task is given."},
};
static const struct shape claim_answer_shape =
    SHAPE(claim_answer, "Task that was claimed, or none.");

static bool is_free(const struct task_state_view *task, struct timestamp now)
{
    return task->status.is == TASK_QUEUED ||
           (task->status.is == TASK_ACCEPTED && task->lease_until.us <= now.us);
}

static bool find_free(
    const struct decision *decision,
    struct uuid node_id,
    struct uuid after,
    struct task_state_view *out)
{
    struct uuid task_id = after;

    for (int passed = 0; passed < MOST_PASSED; passed++) {
        if (!model_next_link(decision->model, LINK_NODE_QUEUE, node_id, task_id, &task_id, NULL))
            return false;
        if (task_load(decision, task_id, out) && is_free(out, decision->now))
            return true;
    }
    return false;
}

/* Does it run a task, or is it about to? */
static bool is_at_work(const struct decision *decision, struct uuid node_id)
{
    struct uuid task_id = UUID_NONE;
    struct task_state_view task;

    if (model_next_link(decision->model, LINK_NODE_RUNNING, node_id, UUID_NONE, &task_id, NULL))
        return true;
    task_id = UUID_NONE;
    for (int passed = 0; passed < MOST_PASSED; passed++) {
        if (!model_next_link(decision->model, LINK_NODE_QUEUE, node_id, task_id, &task_id, NULL))
            return false;
        if (task_load(decision, task_id, &task) && !is_free(&task, decision->now))
            return true;
    }
    return false;
}

/* A task that cannot be given what it refers to. */
struct failing {
    struct task_state_view task;
    struct text why;
};

/* What a look through a node's tasks has come to. */
struct work {
    bool has_task;
    struct task_state_view task; /* to be run */
    struct failing failing[MOST_FAILED];
    size_t failing_count;
};

/* The oldest one that can be run, past some that cannot. */
static void
find_task(const struct decision *decision, const struct claim_task *order, struct work *out)
{
    struct uuid after = order->after;
    struct failing *failing = out->failing;

    while (out->failing_count < MOST_FAILED &&
           find_free(decision, order->node_id, after, &out->task)) {
        after = out->task.id;
        out->has_task = secret_look(decision, out->task.workspace_id, after, &failing->why);
        if (out->has_task)
            return;
        failing->task = out->task;
        failing = &out->failing[++out->failing_count];
    }
}

/* What an agent asks for it gets; what it is sent comes when it has nothing else to do. */
static void find_work(
    const struct decision *decision,
    const struct claim_task *order,
    const struct node_lookup *node,
    struct work *out)
{
    if (node->is_in_maintenance ||
        (opt_bool_is_true(order->is_pushed) && is_at_work(decision, order->node_id)))
        return;
    find_task(decision, order, out);
}

static void
emit_claimed(struct decision *decision, struct uuid node_id, const struct task_state_view *task)
{
    struct task_claimed claimed = {
        .task_id = task->id,
        .node_id = node_id,
        .claim_token = decision_id(decision),
        .lease_until = timestamp_plus_us(decision->now, decision->policy->claim_lease_us),
    };

    task_follows(decision, task);
    decision_emit(decision, &task_claimed_event, task->id, task->workspace_id, &claimed);
    secret_emit_delivered(decision, task->workspace_id, task->id, node_id);
    decision_caused_by(decision, UUID_NONE);
}

static void emit_failed(struct decision *decision, const struct failing *failing)
{
    const struct known_outcome outcome = {
        .status = {TASK_FAILED}, .source = text_lit("secrets"), .detail = failing->why};

    task_follows(decision, &failing->task);
    task_emit_known(decision, failing->task.id, &outcome);
    decision_caused_by(decision, UUID_NONE);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct claim_task *order = input;
    struct work *work = arena_one(decision->arena, struct work);
    struct node_lookup node;

    if (!node_lookup_agent(decision, order->node_id, order->credential_digest, &node))
        return decision_refuse(error, &refused_agent_credentials);
    find_work(decision, order, &node, work);
    if (work->has_task)
        emit_claimed(decision, order->node_id, &work->task);
    for (size_t i = 0; i < work->failing_count; i++)
        emit_failed(decision, &work->failing[i]);
    node_note_root_access(decision, order->node_id, &node, order->root_access);
    node_note_start(decision, order->node_id, &node, order->start);
    return STATUS_OK;
}

/* Not one that failed on the way. */
static bool was_claimed(const struct task_state_view *task)
{
    return !task_has_ended(task) || timestamp_is_present(task->running_since);
}

/* The claim is the first event where there is one; alone, the report's stream is no task. */
static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct claim_task *order = input;
    struct claim_answer *work = answer;
    struct task_state_view *task = arena_one(arena, struct task_state_view);
    struct node_lookup node;

    if (task_load(decision, decision->subject, task) && was_claimed(task)) {
        work->task = task;
        work->secrets = secret_deliveries(decision, task->id, arena);
    }
    if (!node_lookup(decision, order->node_id, &node))
        return;
    work->root_profile.is = node.desired_profile;
    work->root_updated_at = node.root_updated_at;
}

const struct command claim_task_command = {
    .name = "claim_task",
    .doc = "Claims the oldest waiting task of a node.",
    .input = &claim_task_shape,
    .decide = decide,
    .answer = &claim_answer_shape,
    .answer_from = answer_from,
    .may_come_to_nothing = true,
};
