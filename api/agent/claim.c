/*
 * Claiming work:
 *
 *        ┌──────────── work for its node ───────────┐
 *        ▼                                          │
 *   [submit] ──task──► answered       ──empty──► [parked] ──time over──► answered empty
 *        │
 *        └─ the peer is gone when its task is due: the task is released
 *
 * Runs on the call's loop from beginning to end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/claim.h"

#include "api/agent/parking.h"
#include "api/steps.h"
#include "api/task/task_view.h"
#include "commands/task/task_commands.h"
#include "core/base/alloc.h"
#include "eventlog/events/node_events.h"

struct root_access_view {
    struct enum_value profile;
    struct timestamp updated_at;
};
static const struct field root_access_view_fields[] = {
    {ENUM(root_access_view, profile, root_profile_names), .tag = 1, .flags = REQUIRED,
     .doc = "Root access that is wanted."},
    {TIMESTAMP(root_access_view, updated_at), .tag = 2, .doc = "Since when."},
};
static const struct shape root_access_view_shape = SHAPE(root_access_view, "Wanted root access.");

struct claim_view {
    const struct task_view *task;
    struct opt_bool output_truncated;
    const struct root_access_view *root_access;
};
static const struct field claim_view_fields[] = {
    {OBJECT(claim_view, task, task_view), .tag = 1, .doc = "The task to run; null for none."},
    {BOOL(claim_view, output_truncated), .tag = 2, .flags = REQUIRED, .doc = "Of the task."},
    {OBJECT(claim_view, root_access, root_access_view), .tag = 3,
     .doc = "Root access that is wanted on the node."},
};
const struct shape claim_view_shape = SHAPE(claim_view, "What there is to do.");

static void submit_claim(struct call *call);

static void release_done(struct submission *submission)
{
    arena_free(submission->arena);
    heap_free(submission);
}

/* The agent will never know of this task: it waits again at once, not after its lease. */
static void release(struct call *call, const struct task_state_view *task)
{
    struct submission *submission = heap_new(sizeof(*submission));
    struct release_task *order;

    submission_init(submission, &release_task_command);
    submission->arena = arena_new(65536);
    order = arena_one(submission->arena, struct release_task);
    order->task_id = task->id;
    order->claim_token = task->claim_token;
    submission->input = order;
    submission->actor = (struct actor){.kind = ACTOR_SYSTEM};
    submission->done = release_done;
    if (!writer_submit(call->server->writer, submission))
        release_done(submission); /* then its lease ends it */
}

static void answer_claim(struct call *call)
{
    const struct claim_answer *answer = call->submission.answer;
    struct root_access_view root = {answer->root_profile, answer->root_updated_at};
    struct claim_view view = {.output_truncated = OPT_FALSE};
    struct task_view task;
    struct error error;

    if (answer->root_profile.is != 0)
        view.root_access = &root;
    if (answer->task != NULL) {
        if (task_view_from_state(call->server->log, answer->task, call->arena, &task, &error) !=
            STATUS_OK) {
            release(call, answer->task);
            call_answer_error(call, &error);
            return;
        }
        if (http_is_abandoned(call->exchange))
            release(call, answer->task);
        view.task = &task;
        view.output_truncated = task.output_truncated;
    }
    atomic_fetch_add(
        answer->task != NULL ? &call->server->meter->claims_won
                             : &call->server->meter->claims_empty,
        1);
    call_answer_shape(call, 200, &claim_view_shape, &view);
}

static void on_wake(struct call *call, bool is_work)
{
    if (is_work)
        submit_claim(call);
    else
        answer_claim(call);
}

static void on_claimed(struct call *call)
{
    const struct claim_task *input = call->input;
    const struct claim_answer *answer = call->submission.answer;

    if (call->submission.status != STATUS_OK) {
        atomic_fetch_add(&call->server->meter->claims_failed, 1);
        call_answer_refusal(call);
        return;
    }
    if (answer->task != NULL || input->wait_ms == 0) {
        answer_claim(call);
        return;
    }
    parking_enter(
        call->place->claims, call, call->actor.id, call->arrived_us + input->wait_ms * US_PER_MS,
        on_wake);
}

static void submit_claim(struct call *call)
{
    struct submission *submission = &call->submission;

    submission_init(submission, &claim_task_command);
    submission->input = call->input;
    submission->arena = call->arena;
    submission->actor = call->actor;
    submission->correlation = call->correlation;
    submission->origin.address.text = call->request->remote_address;
    keyring_digest_personal(call->server->keyring, &origin_shape, call->arena, &submission->origin);
    call_submit(call, on_claimed);
}

void claim_handle(struct call *call)
{
    struct meter *meter = call->server->meter;

    atomic_fetch_add(&meter->claims_asked, 1);
    atomic_store(&meter->last_claim_us, call->arrived_at.us);
    submit_claim(call);
}
