/*
 * The budget of recorded refusals: evidence, but nobody may fill the ledger by being refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "api/steps.h"
#include "commands/platform/platform_commands.h"
#include "core/base/alloc.h"
#include "core/crypto/crypto.h"
#include "eventlog/seal.h"

#include <string.h>

enum { PER_SECOND = 100, PER_ADDRESS = 10 };

static void start_second(struct refusal_budget *budget, int64_t second)
{
    budget->second = second;
    budget->spent = 0;
    map_clear(budget->spent_by_address);
}

/* Counts are kept as pointers that are never followed: a map of small numbers. */
static bool has_room(struct refusal_budget *budget, struct uuid address)
{
    int64_t second = monotonic_us() / US_PER_S;
    uintptr_t spent;

    if (second != budget->second)
        start_second(budget, second);
    spent = (uintptr_t)map_get(budget->spent_by_address, address);
    if (budget->spent >= PER_SECOND || spent >= PER_ADDRESS)
        return false;
    budget->spent++;
    map_put(budget->spent_by_address, address, (void *)(spent + 1));
    return true;
}

static void drop(struct submission *submission)
{
    arena_free(submission->arena);
    heap_free(submission);
}

void refusal_note_run(struct loop_message *message)
{
    struct refusal_note *note = (struct refusal_note *)message;
    struct refusal_budget *budget = &note->monitor->budget;

    if (has_room(budget, note->address) && writer_submit(note->monitor->writer, note->submission)) {
        heap_free(note);
        return;
    }
    if (budget->uncounted == 0)
        budget->since = timestamp_now();
    budget->uncounted++;
    drop(note->submission);
    heap_free(note);
}

void monitor_note_refusal(struct monitor *monitor, const struct call *call, const char *code)
{
    struct record_refusal input = {
        .code = text_from(code),
        .method = text_slice(call->request->method, 0, 16),
        .route = text_from(call->route == NULL ? "" : call->route->path),
    };
    struct refusal_note *note = heap_new(sizeof(*note));
    struct digest digest = sha256(bytes_of_text(call->request->remote_address));
    struct submission *submission = own_submission_new(&record_refusal_command, &input);

    submission->actor =
        call->actor.kind == 0 ? (struct actor){.kind = ACTOR_STRANGER} : call->actor;
    submission->correlation = text_copy(submission->arena, call->correlation);
    submission->origin.address.text = text_copy(submission->arena, call->request->remote_address);
    keyring_digest_personal(
        monitor->keyring, &origin_shape, submission->arena, &submission->origin);
    *note = (struct refusal_note){
        .message.run = refusal_note_run, .monitor = monitor, .submission = submission};
    memcpy(note->address.bytes, digest.bytes, sizeof(note->address.bytes));
    if (loop_post(monitor->loop, &note->message))
        return;
    drop(submission);
    heap_free(note);
}

void refusals_summarise(struct monitor *monitor)
{
    struct refusal_budget *budget = &monitor->budget;
    struct summarise_refusals order = {budget->since, timestamp_now(), budget->uncounted};

    if (budget->uncounted == 0)
        return;
    if (monitor_submit(monitor, &summarise_refusals_command, &order))
        budget->uncounted = 0;
}

void refusals_free(struct monitor *monitor)
{
    map_free(monitor->budget.spent_by_address);
}
