/*
 * A task as whoever decides finds it: in the write model, or long after its end on the ledger. What its
 * events make of it there is what they made of it here, so that it is answered for as before.
 *
 *   decide ──task_find──► model, else history.h ──the few events that matter──► task_apply
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/history.h"
#include "commands/task/task.h"

/* What a task that has ended is made of, each at most once in its stream; claims have left no trace. */
static const struct event_type *const turns[] = {
    &task_created_event,   &task_started_event,          &task_reported_event,
    &task_completed_event, &task_cancel_requested_event, &task_cancelled_event,
    &task_timed_out_event, &task_abandoned_event,        NULL,
};
enum { MOST_TURNS = 5 }; /* created, started, asked to stop, reported, ended */

/* Of these the last one. */
static const struct event_type *const outputs[] = {&task_logged_event, NULL};
static const struct event_type *const drops[] = {&task_output_dropped_event, NULL};

static enum status apply_last(
    const struct decision *decision,
    const struct event_type *const *types,
    struct task_state_view *task,
    struct error *error)
{
    const struct history_query query = {
        .stream = task->id, .types = types, .newest_first = true, .limit = 1};
    const struct record *record;
    size_t count;
    enum status status = history_find(decision, &query, &record, &count, error);

    if (status == STATUS_OK && count > 0)
        task_apply(task, record);
    return status;
}

static enum status recall(
    const struct decision *decision,
    struct uuid task_id,
    struct task_state_view *out,
    struct error *error)
{
    const struct history_query query = {.stream = task_id, .types = turns, .limit = MOST_TURNS};
    const struct record *records;
    size_t count;
    enum status status = history_find(decision, &query, &records, &count, error);

    if (status == STATUS_OK && (count == 0 || records[0].type != &task_created_event))
        return STATUS_NOT_FOUND;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (i > 0 && i == count - 1) /* its end, which comes after what it wrote */
            status = apply_last(decision, outputs, out, error);
        task_apply(out, &records[i]);
    }
    return status == STATUS_OK ? apply_last(decision, drops, out, error) : status;
}

enum status task_find(
    struct decision *decision,
    struct uuid task_id,
    struct task_state_view *out,
    struct error *error)
{
    struct task_state_view *recalled;
    enum status status;

    if (task_load(decision, task_id, out))
        return STATUS_OK;
    recalled = arena_one(decision->arena, struct task_state_view);
    status = recall(decision, task_id, recalled, error);
    if (status != STATUS_OK)
        return status;
    decision->recalled = recalled;
    *out = *recalled;
    return STATUS_OK;
}
