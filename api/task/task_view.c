/*
 * Rendering a task from state and bodies.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/task_view.h"

#include "eventlog/events/task_events.h"
#include "eventlog/events/task_outcome.h"
#include "eventlog/ledger_read.h"

/* The body of the event that made the ledger `size` long. */
static enum status read_at(
    struct ledger *log, int64_t size, struct arena *arena, struct record *out, struct error *error)
{
    return ledger_read_one(log, (struct position){(uint64_t)size - 1}, arena, out, error);
}

static enum status add_creation(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    struct record record;
    enum status status = read_at(log, state->created_size, arena, &record, error);
    const struct task_created *created = record.event;

    if (status != STATUS_OK)
        return status;
    out->target_team_id = created->target_team_id;
    out->template_id = created->template_id;
    out->template_name = created->template_name;
    out->template_version = created->template_version;
    out->rolling_run_id = created->rolling_run_id;
    out->type = created->type;
    out->is_internal = created->is_internal;
    out->payload = created->payload;
    return STATUS_OK;
}

/* The event of the task's output that made the ledger `size` long; NULL where there is none, or it was dropped. */
static enum status read_output(
    struct ledger *log,
    const struct task_state_view *state,
    int64_t size,
    struct arena *arena,
    const void **out,
    struct error *error)
{
    struct record record;
    enum status status;

    *out = NULL;
    if (size <= 0 || timestamp_is_present(state->output_dropped_at))
        return STATUS_OK;
    status = read_at(log, size, arena, &record, error);
    if (status == STATUS_OK && record.has_body)
        *out = record.event;
    return status;
}

/* The last line that was logged stands as output until the agent says otherwise. */
static enum status add_last_line(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    const void *event;
    const struct task_logged *logged;
    enum status status = read_output(log, state, state->output_size, arena, &event, error);

    if (status != STATUS_OK || event == NULL)
        return status;
    logged = event;
    if (logged->lines.count > 0)
        out->output =
            ((const struct task_log_line *)logged->lines.items)[logged->lines.count - 1].message;
    return STATUS_OK;
}

/* What its agent told at its end. */
static enum status add_report(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    const void *event;
    const struct task_reported *reported;
    enum status status = read_output(log, state, state->reported_size, arena, &event, error);

    if (status != STATUS_OK || event == NULL)
        return status;
    reported = event;
    out->result = reported->result;
    out->output_truncated = reported->is_output_truncated;
    if (text_is_present(reported->output))
        out->output = reported->output;
    return STATUS_OK;
}

/* As told by an older end itself. */
static void add_completed(const struct task_completed *completed, struct task_row *out)
{
    if (text_is_present(completed->result.text))
        out->result = completed->result;
    if (opt_bool_is_true(completed->is_output_truncated))
        out->output_truncated = completed->is_output_truncated;
    if (text_is_present(completed->output))
        out->output = completed->output;
}

static enum status add_end(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    struct record record;
    enum status status;

    if (state->completed_size <= 0)
        return STATUS_OK;
    status = read_at(log, state->completed_size, arena, &record, error);
    if (status != STATUS_OK)
        return status;
    if (record.type == &task_completed_event) {
        if (!timestamp_is_present(state->output_dropped_at))
            add_completed(record.event, out);
    } else {
        struct task_outcome outcome = task_outcome_of(&record, arena);
        out->result = outcome.result;
        if (text_trim(out->output).size == 0)
            out->output = outcome.output;
    }
    return STATUS_OK;
}

enum status task_cancel_reason(
    struct ledger *log,
    int64_t cancelled_size,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct record record;
    enum status status;

    *out = (struct text){NULL, 0};
    if (cancelled_size <= 0)
        return STATUS_OK;
    status = read_at(log, cancelled_size, arena, &record, error);
    if (status != STATUS_OK)
        return status;
    if (record.type == &task_cancel_requested_event)
        *out = ((const struct task_cancel_requested *)record.event)->reason;
    else if (record.type == &task_cancelled_event)
        *out = ((const struct task_cancelled *)record.event)->reason;
    return STATUS_OK;
}

enum status task_row_from_state(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error)
{
    enum status status;

    shape_clear(&task_row_shape, out);
    out->id = state->id;
    out->workspace_id = state->workspace_id;
    out->node_id = state->node_id;
    out->status = state->status;
    out->output_truncated = OPT_FALSE;
    out->lease_until = state->lease_until;
    out->claim_token = state->claim_token;
    if (uuid_is_present(state->claim_token))
        out->claimed_by = state->node_id;
    out->started_at = state->started_at;
    out->finished_at = state->finished_at;
    out->cancel_requested_at = state->cancel_requested_at;
    out->created_at = state->created_at;
    out->updated_at = state->updated_at;
    out->output_dropped_at = state->output_dropped_at;
    status = add_creation(log, state, arena, out, error);
    if (status == STATUS_OK)
        status = add_last_line(log, state, arena, out, error);
    if (status == STATUS_OK)
        status = add_report(log, state, arena, out, error);
    if (status == STATUS_OK)
        status = add_end(log, state, arena, out, error);
    if (status == STATUS_OK)
        status = task_cancel_reason(log, state->cancelled_size, arena, &out->cancel_reason, error);
    return status;
}

void task_answer_state(struct call *call, const void *answer)
{
    struct task_row view;
    struct error error;

    if (task_row_from_state(call->services->ledger, answer, call->arena, &view, &error) ==
        STATUS_OK)
        call_answer_shape(call, call->route->status, &task_row_shape, &view);
    else
        call_answer_error(call, &error);
}
