/*
 * An agent has finished the task, one way or another.
 *
 *   agent ──complete_task──► [here] ──task_reported, task_completed──► ledger
 *
 * What came of it stands in an event of its own, whose body may be dropped; how it ended stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "core/base/buf.h"
#include "core/shape/shape_json.h"

/* What clients were promised, in UTF-16 code units; what fits an event beside it. */
enum { OUTPUT_UNITS = 8000, RESULT_BYTES = 3 << 20 };

enum reported {
    REPORTED_SUCCESS = 1,
    REPORTED_FAILED,
    REPORTED_CANCELLED,
    REPORTED_CANCELED,
    REPORTED_TIMEOUT
};
static const char *const reported_names[] = {"success",  "failed",  "cancelled",
                                             "canceled", "timeout", NULL};

static const struct field complete_task_fields[] = {
    {UUID(complete_task, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(complete_task, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(complete_task, task_id), .tag = 3, .flags = REQUIRED | FROM_PATH | PATH_ECHO | EXACT,
     .doc = "Id of the task."},
    {ENUM(complete_task, status, reported_names), .tag = 4, .flags = REQUIRED | EXACT,
     .doc = "Outcome of the task."},
    {JSON(complete_task, result), .tag = 5, .max = RESULT_BYTES, .doc = "Result for programs."},
    {TEXT(complete_task, output), .tag = 6, .flags = IN_UTF16, .max = OUTPUT_UNITS,
     .doc = "Output of the task."},
    {INT64(complete_task, exit_code), .tag = 7, .min = INT64_MIN,
     .doc = "Exit code of the process."},
    {TEXT(complete_task, error), .tag = 8, .max = 10000, .doc = "Error, in plain words."},
    {TIMESTAMP(complete_task, timestamp), .tag = 9,
     .doc = "Time the task ended, by the agent's clock."},
    {INT64(complete_task, duration_ms), .tag = 10, .doc = "Duration in milliseconds."},
    {OBJECTS(complete_task, altered, alteration), .tag = 11, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {BOOL(complete_task, is_pushed), .tag = 12, .flags = SERVER_SET,
     .doc = "Whether the agent was sent the task, and so claimed none."},
};
static const struct shape complete_task_shape =
    SHAPE_WITH(complete_task, "Outcome of a task.", .is_lenient = true, .altered_tag = 11);

/* What stands for a result that the agent did not give. */
struct made_result {
    int64_t exit_code;
    int64_t duration_ms;
    struct timestamp completed_at;
    struct text error;
    struct text reason;
};
static const struct field made_result_fields[] = {
    {INT64(made_result, exit_code), .tag = 1, .flags = OMIT_ABSENT,
     .doc = "Exit code of the process."},
    {INT64(made_result, duration_ms), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Duration in milliseconds."},
    {TIMESTAMP(made_result, completed_at), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Time the task ended."},
    {TEXT(made_result, error), .tag = 4, .flags = OMIT_ABSENT, .doc = "Error, in plain words."},
    {TEXT(made_result, reason), .tag = 5, .flags = OMIT_ABSENT, .doc = "Reason why it ended."},
};
static const struct shape made_result_shape = SHAPE(made_result, "Result of a task.");

static struct enum_value status_of(const struct complete_task *report)
{
    switch ((enum reported)report->status.is) {
    case REPORTED_SUCCESS:
        return (struct enum_value){TASK_SUCCESS};
    case REPORTED_CANCELLED:
    case REPORTED_CANCELED:
        return (struct enum_value){TASK_CANCELLED};
    case REPORTED_FAILED:
    case REPORTED_TIMEOUT:
        break;
    }
    return (struct enum_value){TASK_FAILED};
}

static struct json result_of(struct arena *arena, const struct complete_task *report)
{
    struct made_result made = {
        report->exit_code, report->duration_ms, report->timestamp, report->error, {0}};
    AUTO_BUF out = {0};

    if (text_is_present(report->result.text))
        return report->result;
    if (report->status.is == REPORTED_TIMEOUT)
        made.reason = text_lit("timeout");
    buf_init(&out, 1 << 20);
    shape_json_write(&made_result_shape, &made, &out);
    if (text_is(buf_text(&out), "{}"))
        return (struct json){{0}};
    return (struct json){text_copy(arena, buf_text(&out))};
}

static enum status check(
    const struct decision *decision,
    const struct complete_task *report,
    const struct task_state_view *task,
    struct error *error)
{
    const char *id = decision_show(decision, task->id);

    if (task->status.is == TASK_RUNNING || task->status.is == status_of(report).is)
        return STATUS_OK;
    if (task_has_ended(task))
        return decision_refuse(
            error, &refused_complete_ended, id, task_status_name(task),
            enum_name(reported_names, report->status));
    return decision_refuse(error, &refused_complete_state, id, task_status_name(task));
}

/* The output, before it arrived here; without one the error stands for it. */
static bool was_cut(const struct complete_task *report)
{
    const char *source = text_is_present(report->output) ? "output" : "error";
    const struct alteration *altered = report->altered.items;

    for (size_t i = 0; i < report->altered.count; i++) {
        if (text_is(altered[i].field, source) && altered[i].what.is == ALTERED_CUT)
            return true;
    }
    return false;
}

/* One clock for both ends: the agent's, where it said both and the end is not before the start; else
 * ours. */
static void
set_span(struct task_completed *completed, const struct task_state_view *task, struct timestamp now)
{
    struct timestamp said = completed->said_finished_at;
    bool is_said = opt_bool_is_true(task->is_started_by_agent) && timestamp_is_present(said) &&
                   said.us >= task->started_at.us;

    completed->finished_at = is_said ? said : now;
    if (!timestamp_is_present(task->started_at))
        completed->started_at = now;
    else if (!is_said && opt_bool_is_true(task->is_started_by_agent))
        completed->started_at = task->running_since;
}

/* Unless it told nothing. */
static void tell_report(
    struct decision *decision,
    const struct complete_task *report,
    const struct task_state_view *task)
{
    struct text output = text_is_present(report->output) ? report->output : report->error;
    struct text kept = text_first_units(output, OUTPUT_UNITS);
    const struct task_reported reported = {
        .task_id = task->id,
        .result = result_of(decision->arena, report),
        .output = kept,
        .is_output_truncated = opt_bool_of(kept.size < output.size || was_cut(report)),
    };

    if (text_is_present(reported.result.text) || text_is_present(kept))
        decision_emit(decision, &task_reported_event, task->id, task->workspace_id, &reported);
}

static void complete(
    struct decision *decision,
    const struct complete_task *report,
    const struct task_state_view *task)
{
    struct task_completed completed = {
        .task_id = task->id,
        .status = status_of(report),
        .is_output_truncated = OPT_FALSE,
        .altered = report->altered,
        .said_finished_at = report->timestamp,
    };

    tell_report(decision, report, task);
    set_span(&completed, task, decision->now);
    decision_emit(decision, &task_completed_event, task->id, task->workspace_id, &completed);
}

/* What was sent to the agent may be at its end before its beginning was told. */
static void begin_pushed(
    struct decision *decision, const struct complete_task *report, struct task_state_view *task)
{
    struct task_started started = {.task_id = task->id, .started_at = decision->now};

    task_take_pushed(decision, report->node_id, report->is_pushed, task);
    if (!opt_bool_is_true(report->is_pushed) || task->status.is != TASK_ACCEPTED)
        return;
    started.is_by_agent = opt_bool_of(false);
    decision_emit(decision, &task_started_event, task->id, task->workspace_id, &started);
    task->status.is = TASK_RUNNING;
    task->started_at = task->running_since = decision->now;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct complete_task *report = input;
    struct task_state_view task;
    enum status status = task_of_agent(
        decision, report->node_id, report->credential_digest, report->task_id, &task, error);

    if (status == STATUS_OK)
        begin_pushed(decision, report, &task);
    if (status == STATUS_OK)
        status = check(decision, report, &task, error);
    if (status == STATUS_OK && task.status.is == TASK_RUNNING)
        complete(decision, report, &task);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct complete_task *report = input;

    (void)arena;
    task_load(decision, report->task_id, answer);
}

const struct command complete_task_command = {
    .name = "complete_task",
    .doc = "Reports that a task ended.",
    .input = &complete_task_shape,
    .decide = decide,
    .answer = &task_state_view_shape,
    .answer_from = answer_from,
};
