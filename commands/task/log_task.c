/*
 * A running task wrote lines: one, or several at once, as one event.
 *
 *   agent ──log_task──► [here] ──task_logged──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

enum { MOST_LINES = 512 };

static const struct field log_line_input_fields[] = {
    {TEXT(log_line_input, stream), .tag = 1, .min = 1, .max = 50,
     .doc = "Stream of the line: stdout, stderr, or anything else."},
    {TEXT(log_line_input, line), .tag = 2, .flags = REQUIRED, .max = 5000,
     .doc = "Text of the line."},
    {TIMESTAMP(log_line_input, timestamp), .tag = 3, .doc = "Time by the agent's clock."},
};
const struct shape log_line_input_shape = SHAPE(log_line_input, "A line of a task's output.");

static const struct field log_task_fields[] = {
    {UUID(log_task, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(log_task, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(log_task, task_id), .tag = 3, .flags = REQUIRED | FROM_PATH | PATH_ECHO | EXACT,
     .doc = "Id of the task."},
    {TEXT(log_task, stream), .tag = 4, .min = 1, .max = 50,
     .doc = "Stream of the single line: stdout, stderr, or anything else."},
    {TEXT(log_task, line), .tag = 5, .max = 5000,
     .doc = "Text of the single line; it may be empty."},
    {TIMESTAMP(log_task, timestamp), .tag = 6, .doc = "Time by the agent's clock."},
    {OBJECTS(log_task, lines, log_line_input), .tag = 7, .max = MOST_LINES,
     .doc = "Several lines, in addition to the single one or instead of it."},
    {OBJECTS(log_task, altered, alteration), .tag = 8, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
static const struct shape log_task_shape =
    SHAPE_WITH(log_task, "Output of a running task.", .is_lenient = true, .altered_tag = 8);

static const struct field log_answer_fields[] = {
    {UUID(log_answer, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the first line."},
    {UUID(log_answer, task_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(log_answer, level, task_log_level_names), .tag = 3, .flags = REQUIRED,
     .doc = "Stream that the line was written to."},
    {TEXT(log_answer, message), .tag = 4, .flags = REQUIRED, .doc = "Text of the line."},
    {TIMESTAMP(log_answer, timestamp), .tag = 5, .doc = "Time the line was written."},
    {TIMESTAMP(log_answer, created_at), .tag = 6, .flags = REQUIRED,
     .doc = "Time the line was recorded."},
};
static const struct shape log_answer_shape = SHAPE(log_answer, "First line, as it was recorded.");

static struct task_log_line
line_of(struct text stream, struct text line, struct timestamp timestamp)
{
    struct task_log_line kept = {{TASK_LOG_INFO}, line, timestamp};

    if (text_is(stream, "stdout"))
        kept.level.is = TASK_LOG_STDOUT;
    else if (text_is(stream, "stderr"))
        kept.level.is = TASK_LOG_STDERR;
    return kept;
}

/* A report without a line that could be read stands for an empty one. */
static bool has_single(const struct log_task *report)
{
    return text_is_present(report->line) || report->lines.count == 0;
}

static struct task_log_line single_line(const struct log_task *report)
{
    struct text line = text_is_present(report->line) ? report->line : text_lit("");

    return line_of(report->stream, line, report->timestamp);
}

/* The line that is answered. */
static struct task_log_line first_line(const struct log_task *report)
{
    const struct log_line_input *lines = report->lines.items;

    if (has_single(report))
        return single_line(report);
    return line_of(lines[0].stream, lines[0].line, lines[0].timestamp);
}

static struct list gather(struct arena *arena, const struct log_task *report)
{
    const struct log_line_input *lines = report->lines.items;
    struct task_log_line *kept = arena_array(arena, report->lines.count + 1, sizeof(*kept));
    size_t count = 0;

    if (has_single(report))
        kept[count++] = single_line(report);
    for (size_t i = 0; i < report->lines.count; i++)
        kept[count++] = line_of(lines[i].stream, lines[i].line, lines[i].timestamp);
    return (struct list){kept, count};
}

static enum status
check(const struct decision *decision, const struct task_state_view *task, struct error *error)
{
    if (task->status.is == TASK_RUNNING)
        return STATUS_OK;
    return decision_refuse(
        error, &refused_log_state, decision_show(decision, task->id), task_status_name(task));
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct log_task *report = input;
    struct task_logged logged = {.task_id = report->task_id};
    struct task_state_view task;
    enum status status = task_of_agent(
        decision, report->node_id, report->credential_digest, report->task_id, &task, error);

    if (status == STATUS_OK)
        status = check(decision, &task, error);
    if (status != STATUS_OK)
        return status;
    logged.lines = gather(decision->arena, report);
    logged.altered = report->altered;
    decision_emit(decision, &task_logged_event, task.id, task.workspace_id, &logged);
    return STATUS_OK;
}

/* The first row that an event makes has the event's id. */
static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct log_task *report = input;
    struct task_log_line line = first_line(report);
    struct log_answer *kept = answer;

    kept->id = decision->first_event;
    kept->task_id = report->task_id;
    kept->level = line.level;
    kept->message = text_copy(arena, line.message);
    kept->timestamp = timestamp_is_present(line.timestamp) ? line.timestamp : decision->now;
    kept->created_at = decision->now;
}

const struct command log_task_command = {
    .name = "log_task",
    .doc = "Records output of a running task.",
    .input = &log_task_shape,
    .decide = decide,
    .answer = &log_answer_shape,
    .answer_from = answer_from,
};
