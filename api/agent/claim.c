/*
 * Claiming work:
 *
 *        ┌──────────── news for its node ───────────┐
 *        ▼                                          │
 *   [submit] ──task──► [read it] ──► answered     ──empty──► [parked] ──time over──► answered empty
 *        │ └──empty, but other root access is wanted than before──► answered empty
 *        │                   │
 *        └───────────────────┴─ the peer is gone when its answer is due: the task is released
 *
 * Runs on the call's loop, but for reading the task, which a worker does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/claim.h"

#include "api/own_command.h"
#include "api/secret/secret_delivery.h"
#include "api/task/task_view.h"
#include "core/shape/json_peek.h"
#include "eventlog/events/node_events.h"

enum { LONGEST_TIMEOUT_S = INT32_MAX };

struct root_access_view {
    struct enum_value profile;
    struct timestamp updated_at;
};
static const struct field root_access_view_fields[] = {
    {ENUM(root_access_view, profile, root_profile_names), .tag = 1, .flags = REQUIRED,
     .doc = "Root access profile that is wanted."},
    {TIMESTAMP(root_access_view, updated_at), .tag = 2, .doc = "Time the wanted profile was set."},
};
static const struct shape root_access_view_shape =
    SHAPE(root_access_view, "Root access that is wanted on a node.");

/* What agents read at the top of a task. */
struct claimed_task {
    struct task_row row;
    int64_t timeout_seconds;
};
static const struct field claimed_task_fields[] = {
    {INT64(claimed_task, timeout_seconds), .flags = OMIT_ABSENT,
     .doc =
         "Seconds after which the agent ends the task; left out where its payload does not say."},
};
static const struct shape claimed_task_shape =
    SHAPE_WITH(claimed_task, "A task that was claimed.", .base = &task_row_shape);

struct claim_view {
    const struct claimed_task *task;
    struct opt_bool output_truncated;
    const struct root_access_view *root_access;
};
static const struct field claim_view_fields[] = {
    {OBJECT(claim_view, task, claimed_task), .tag = 1, .doc = "The task to run; null for none."},
    {BOOL(claim_view, output_truncated), .tag = 2, .flags = REQUIRED,
     .doc = "Whether the output of the task was cut."},
    {OBJECT(claim_view, root_access, root_access_view), .tag = 3,
     .doc = "Root access that is wanted on the node."},
};
const struct shape claim_view_shape = SHAPE(claim_view, "Task that was claimed, or none.");

static void submit_claim(struct call *call);

void claim_release(const struct services *services, const struct task_state_view *task)
{
    const struct release_task order = {.task_id = task->id, .claim_token = task->claim_token};

    (void)!own_command_submit(
        services->writer, &(struct own_command){.command = &release_task_command, .input = &order});
}

/* `task` NULL: there is none. */
static void answer_claim(struct call *call, const struct claimed_task *task)
{
    const struct claim_answer *answer = call->submission.answer;
    const struct root_access_view root = {answer->root_profile, answer->root_updated_at};
    const struct claim_view view = {
        .task = task,
        .output_truncated = task == NULL ? OPT_FALSE : task->row.output_truncated,
        .root_access = answer->root_profile.is == 0 ? NULL : &root,
    };

    call_answer_shape(call, 200, &claim_view_shape, &view);
}

static void answer_won(struct call *call)
{
    const struct claim_answer *answer = call->submission.answer;

    if (call->transport->is_abandoned(call))
        claim_release(call->services, answer->task);
    atomic_fetch_add(&call->services->meter->claims_won, 1);
    answer_claim(call, call->handler_state);
}

int64_t claim_timeout_s(struct arena *arena, struct json payload)
{
    struct text said = json_peek_member(arena, payload.text, "timeoutSeconds");
    double seconds = 0;

    if (!json_peek_number(said, &seconds) || seconds < 1 || seconds > LONGEST_TIMEOUT_S)
        return INT64_ABSENT;
    return (int64_t)seconds;
}

enum status claim_read(
    const struct services *services,
    const struct claim_answer *answer,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    enum status status = task_row_from_state(services->ledger, answer->task, arena, out, error);

    if (status == STATUS_OK)
        status = secret_fill_payload(services, answer, arena, &out->payload, error);
    return status;
}

static void read_task(struct call *call)
{
    const struct claim_answer *answer = call->submission.answer;
    struct claimed_task *task = arena_one(call->arena, struct claimed_task);
    struct error error;

    call->handler_state = task;
    if (claim_read(call->services, answer, call->arena, &task->row, &error) == STATUS_OK) {
        task->timeout_seconds = claim_timeout_s(call->arena, task->row.payload);
        call_to_loop(call, answer_won);
        return;
    }
    claim_release(call->services, answer->task);
    call_answer_error(call, &error);
}

static void answer_empty(struct call *call)
{
    atomic_fetch_add(&call->services->meter->claims_empty, 1);
    answer_claim(call, NULL);
}

static void on_wake(struct call *call, bool is_work)
{
    atomic_fetch_sub(&call->services->meter->claims_parked, 1);
    if (is_work)
        submit_claim(call);
    else
        answer_empty(call);
}

/* Is other root access wanted than when it began to wait? The agent learns of it now. */
static bool has_news(struct call *call)
{
    const struct claim_answer *answer = call->submission.answer;
    struct timestamp *wanted = call->handler_state;

    if (wanted != NULL)
        return wanted->us != answer->root_updated_at.us;
    wanted = arena_one(call->arena, struct timestamp);
    *wanted = answer->root_updated_at;
    call->handler_state = wanted;
    return false;
}

static void on_claimed(struct call *call)
{
    const struct claim_task *input = call->input;
    const struct claim_answer *answer = call->submission.answer;

    if (call->submission.status != STATUS_OK) {
        atomic_fetch_add(&call->services->meter->claims_failed, 1);
        call_answer_refusal(call);
    } else if (answer->task != NULL) {
        call_to_lane(call, LANE_PLAIN, read_task);
    } else if (input->wait_ms == 0 || has_news(call)) {
        answer_empty(call);
    } else {
        atomic_fetch_add(&call->services->meter->claims_parked, 1);
        call_wait_called(
            call, call->actor.id, call->arrived_us + input->wait_ms * US_PER_MS, on_wake);
    }
}

static void submit_claim(struct call *call)
{
    call_submit(call, &claim_task_command, call->input, on_claimed);
}

void claim_handle(struct call *call)
{
    struct meter *meter = call->services->meter;

    atomic_fetch_add(&meter->claims_asked, 1);
    atomic_store(&meter->last_claim_us, call->arrived_at.us);
    submit_claim(call);
}
