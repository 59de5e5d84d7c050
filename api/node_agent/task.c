/*
 * Tasks and their programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/task.h"

#include "api/node_agent/action.h"
#include "api/node_agent/output.h"
#include "api/node_agent/reports.h"
#include "api/node_agent/root_access.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/loop.h"
#include "core/run/process.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    ARENA_BYTES = 32 << 20,
    CONTROL_MS = 2000, /* how often the server is asked whether it is cancelled */
    LINES_MS = 250,    /* how long a line may wait for others */
    OWN_SETTINGS = 4,  /* that are handed on to the agent's own programs */
    KILL_S = 15,       /* after which a keeper that was told to end is killed */
    BODY_BYTES = JOURNAL_LARGEST_RECORD
};

enum task_state { TASK_STARTING, TASK_RUNNING, TASK_ENDED };

/* Why it ends, where it does not end by itself. */
enum task_stop_reason { TASK_NOT_STOPPED, TASK_TIMED_OUT, TASK_CANCELLED, TASK_AGENT_STOPPED };

struct task {
    struct agent *agent;
    task_gone *gone;
    void *context;
    struct arena *arena;
    enum task_state state;
    struct journal_file *file;
    struct reports *reports;
    struct job job; /* without an action: it cannot be done */
    struct process *process;
    struct output output;
    unsigned dropped; /* lines without room in the journal */
    enum task_stop_reason stop_reason;
    struct text cancel_reason;
    struct text refusal; /* why it cannot be done at all */
    struct timestamp started_at;
    struct loop_timer *deadline; /* of the program; then of its keeper */
    struct loop_timer *lines;
    struct loop_timer *control;
    struct api_call *control_call;
};

static const struct field claimed_task_fields[] = {
    {UUID(claimed_task, id), .tag = 1, .flags = REQUIRED | EXACT, .doc = "Id of the task."},
    {TEXT(claimed_task, type), .tag = 2, .flags = REQUIRED | EXACT, .max = 120,
     .doc = "What is to be done."},
    {JSON(claimed_task, payload), .tag = 3, .doc = "How it is to be done."},
    {INT64(claimed_task, timeout_seconds), .tag = 4, .min = 1, .max = 7 * 86400,
     .doc = "How long it may take."},
};
const struct shape claimed_task_shape =
    SHAPE_WITH(claimed_task, "Task that was claimed.", .is_lenient = true);

/* What is reported. */

struct started_report {
    struct uuid task_id;
    struct timestamp timestamp;
};
static const struct field started_report_fields[] = {
    {UUID(started_report, task_id), .tag = 1, .doc = "Id of the task."},
    {TIMESTAMP(started_report, timestamp), .tag = 2, .doc = "Time of the start."},
};
static const struct shape started_report_shape = SHAPE(started_report, "A task starts.");

struct end_report {
    struct uuid task_id;
    struct text status;
    struct json result;
    struct text output;
    int64_t exit_code;
    struct text error;
    struct timestamp timestamp;
    int64_t duration_ms;
};
static const struct field end_report_fields[] = {
    {UUID(end_report, task_id), .tag = 1, .doc = "Id of the task."},
    {TEXT(end_report, status), .tag = 2, .doc = "Outcome of the task."},
    {JSON(end_report, result), .tag = 3, .flags = OMIT_ABSENT, .doc = "Result for programs."},
    {TEXT(end_report, output), .tag = 4, .flags = OMIT_ABSENT, .doc = "Beginning of the output."},
    {INT64(end_report, exit_code), .tag = 5, .doc = "Exit code, -1 for none."},
    {TEXT(end_report, error), .tag = 6, .flags = OMIT_ABSENT, .doc = "What went wrong."},
    {TIMESTAMP(end_report, timestamp), .tag = 7, .doc = "Time of the end."},
    {INT64(end_report, duration_ms), .tag = 8, .doc = "Duration in milliseconds."},
};
static const struct shape end_report_shape = SHAPE(end_report, "A task has ended.");

static enum status add_report(
    struct task *task,
    enum journal_kind kind,
    const struct shape *shape,
    const void *report,
    struct error *error)
{
    AUTO_BUF body = {0};

    buf_init(&body, BODY_BYTES);
    shape_json_write(shape, report, &body);
    if (buf_is_full(&body))
        return error_set(error, STATUS_FULL, "the report is too large");
    return journal_add(task->file, kind, buf_text(&body), error);
}

/* The end is told whatever happens: with less in it, where the disk has no room for all of it. */
static void add_end(struct task *task, struct end_report *report)
{
    struct error error;
    enum status status = add_report(task, JOURNAL_COMPLETED, &end_report_shape, report, &error);

    if (status == STATUS_FULL) {
        report->result = (struct json){{NULL, 0}};
        report->output = text_first_bytes(report->output, JOURNAL_END_ROOM / 16);
        status = add_report(task, JOURNAL_COMPLETED, &end_report_shape, report, &error);
    }
    if (status != STATUS_OK)
        log_error(
            "task.end_not_kept", log_uuid("task", journal_task_of(task->file)), log_cause(&error));
    task->state = TASK_ENDED;
    reports_wake(task->reports);
}

static struct end_report make_end(struct task *task, const char *status, struct text why)
{
    struct timestamp now = timestamp_now();
    int64_t begun_us = task->started_at.us == 0 ? now.us : task->started_at.us;

    return (struct end_report){
        .task_id = journal_task_of(task->file),
        .status = text_from(status),
        .exit_code = -1,
        .error = why,
        .timestamp = now,
        .duration_ms = now.us < begun_us ? 0 : (now.us - begun_us) / US_PER_MS,
    };
}

/* Output. */

static void keep_lines(struct task *task)
{
    struct text body;
    unsigned count;

    if (!output_take_lines(&task->output, &body, &count))
        return;
    if (journal_add(task->file, JOURNAL_LINES, body, NULL) != STATUS_OK)
        task->dropped += count;
    else
        reports_wake(task->reports);
}

static void note_dropped(struct task *task)
{
    AUTO_ARENA arena = arena_new(4096);

    if (task->dropped == 0)
        return;
    output_note(
        &task->output,
        text_format(arena, "%u lines of output were not kept: there was no room", task->dropped));
    task->dropped = 0;
}

static void on_lines(void *context)
{
    keep_lines(context);
}

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    enum output_stream into = stream == PROCESS_STDOUT ? OUTPUT_STDOUT : OUTPUT_STDERR;
    struct task *task = context;
    bool was_empty = task->output.batched == 0;

    while ((bytes = output_feed(&task->output, into, bytes)).size > 0)
        keep_lines(task);
    if (was_empty && task->output.batched > 0)
        loop_timer_set(task->lines, (int64_t)LINES_MS * US_PER_MS);
}

/* The end of the program. */

/* Did it what it was for, though the agent was stopped meanwhile, or by that? */
static bool is_done(const struct task *task, const struct process_end *end)
{
    return task->job.ends_agent ||
           (task->job.own_verb != NULL && !end->was_signalled && end->code == 0);
}

static const char *status_of(const struct task *task, const struct process_end *end)
{
    switch (task->stop_reason) {
    case TASK_TIMED_OUT:
        return "timeout";
    case TASK_CANCELLED:
        return "cancelled";
    case TASK_AGENT_STOPPED:
        return is_done(task, end) ? "success" : "canceled";
    case TASK_NOT_STOPPED:
        break;
    }
    return end->was_signalled || end->code != 0 ? "failed" : "success";
}

static struct text why_of(const struct task *task, const struct process_end *end)
{
    switch (task->stop_reason) {
    case TASK_TIMED_OUT:
        return text_format(
            task->arena, "it did not end within %lld seconds",
            (long long)(task->job.timeout_us / US_PER_S));
    case TASK_CANCELLED:
        return text_is_present(task->cancel_reason) ? task->cancel_reason
                                                    : text_lit("an operator cancelled it");
    case TASK_AGENT_STOPPED:
        return is_done(task, end) ? (struct text){NULL, 0} : text_lit("the agent was stopped");
    case TASK_NOT_STOPPED:
        break;
    }
    if (end->was_signalled)
        return text_format(task->arena, "it was ended by signal %d", end->code);
    if (end->code != 0)
        return text_format(task->arena, "exit status %d", end->code);
    return (struct text){NULL, 0};
}

static void close_program(struct task *task)
{
    process_free(task->process);
    task->process = NULL;
    loop_timer_clear(task->deadline);
    loop_timer_clear(task->lines);
    loop_timer_clear(task->control);
    api_call_cancel(task->control_call);
    task->control_call = NULL;
}

static void on_end(void *context, const struct process_end *end)
{
    struct task *task = context;
    struct end_report report;

    output_finish(&task->output);
    keep_lines(task);
    note_dropped(task);
    keep_lines(task);
    report = make_end(task, status_of(task, end), why_of(task, end));
    report.exit_code = end->was_signalled ? -1 : end->code;
    report.output = output_text(&task->output);
    if (report.output.size == 0)
        report.output = (struct text){NULL, 0};
    report.result.text = action_result(task->job.action, output_whole(&task->output), task->arena);
    close_program(task);
    add_end(task, &report);
}

/* Stopping it before its end. */

static void stop_program(struct task *task, enum task_stop_reason reason)
{
    if (task->state != TASK_RUNNING || task->stop_reason != TASK_NOT_STOPPED)
        return;
    task->stop_reason = reason;
    process_close_input(task->process);
    loop_timer_set(task->deadline, KILL_S * (int64_t)US_PER_S);
}

static void on_deadline(void *context)
{
    struct task *task = context;

    if (task->stop_reason == TASK_NOT_STOPPED)
        stop_program(task, TASK_TIMED_OUT);
    else
        process_signal(task->process, SIGKILL);
}

void task_stop(struct task *task)
{
    if (task->state == TASK_STARTING)
        task->stop_reason = TASK_AGENT_STOPPED;
    stop_program(task, TASK_AGENT_STOPPED);
}

static void on_control_reply(void *context, const struct api_reply *reply)
{
    struct task *task = context;
    bool is_cancelled =
        text_is(json_peek_member(reply->arena, reply->body, "cancelRequested"), "true");

    task->control_call = NULL;
    if (reply->verdict == API_DONE && is_cancelled) {
        task->cancel_reason = text_copy(
            task->arena,
            json_peek_text(
                reply->arena, json_peek_member(reply->arena, reply->body, "cancelReason")));
        stop_program(task, TASK_CANCELLED);
        return;
    }
    loop_timer_set(task->control, (int64_t)CONTROL_MS * US_PER_MS);
}

static void ask_control(void *context)
{
    AUTO_ARENA arena = arena_new(4096);
    struct task *task = context;
    char id[UUID_TEXT_SIZE];

    uuid_print(journal_task_of(task->file), id);
    task->control_call = api_client_ask(
        task->agent->client,
        &(struct api_request){
            .path = text_format(arena, "/agent/tasks/%s/control", id).data,
            .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S},
        on_control_reply, task);
}

/* Beginning. */

/* As the agent by a keeper, as root by the root helper. */
static void arguments_of(const struct task *task, const char *argv[7])
{
    const struct job *job = &task->job;
    size_t count = 0;

    if (job->root_verb != NULL && geteuid() != 0) {
        argv[count++] = "/usr/bin/sudo";
        argv[count++] = "-n";
        argv[count++] = "--";
    }
    argv[count++] = task->agent->program;
    if (job->root_verb != NULL) {
        argv[count++] = "root-helper";
        argv[count++] = job->root_verb;
    } else {
        argv[count++] = job->own_verb == NULL ? "keep" : job->own_verb;
    }
    argv[count] = NULL;
}

/* The agent's own, for what runs in its name. */
static void add_settings(const struct task *task, const char **out)
{
    const struct agent_settings *settings = task->agent->settings;
    const struct {
        const char *name;
        struct text value;
    } rows[OWN_SETTINGS] = {
        {"API_URL", settings->api_url},
        {"API_TLS_CA_FILE", settings->api_tls_ca_file},
        {"STATE_DIRECTORY", settings->state_directory},
        {"RELEASE_KEY", settings->release_key},
    };

    for (size_t i = 0; i < OWN_SETTINGS; i++) {
        if (rows[i].value.size > 0)
            *out++ =
                text_format(task->arena, "%s=%.*s", rows[i].name, TEXT_ARGS(rows[i].value)).data;
    }
}

static enum status start_program(struct task *task, struct error *error)
{
    static const struct process_listener listener = {on_output, on_end};
    static const char *const inherited[] = {"HOME", "USER", "LOGNAME", "LANG", "TZ", "PATH"};
    const char *environment[COUNT_OF(inherited) + OWN_SETTINGS + 1] = {NULL};
    const char *argv[7];
    size_t count = 0;
    enum status status;

    for (size_t i = 0; i < COUNT_OF(inherited); i++) {
        const char *value = getenv(inherited[i]);
        if (value != NULL)
            environment[count++] = text_format(task->arena, "%s=%s", inherited[i], value).data;
    }
    if (task->job.own_verb != NULL)
        add_settings(task, environment + count);
    arguments_of(task, argv);
    status = process_start(
        task->agent->loop, &(struct process_order){.argv = argv, .environment = environment},
        &listener, task, &task->process, error);
    if (status != STATUS_OK)
        return status;
    process_write(task->process, task->job.order);
    process_write(task->process, text_lit("\n"));
    return STATUS_OK;
}

/* The server knows that it runs. */
static void run(struct task *task)
{
    const char *outcome = NULL; /* of what does not begin */
    struct text why = {NULL, 0};
    struct error error;

    task->state = TASK_RUNNING;
    task->started_at = timestamp_now();
    if (task->stop_reason == TASK_AGENT_STOPPED) {
        outcome = "canceled";
        why = text_lit("the agent was stopped");
    } else if (task->job.action == NULL) {
        outcome = "failed";
        why = task->refusal;
    } else if (start_program(task, &error) != STATUS_OK) {
        outcome = "failed";
        why = text_from(error.text);
    }
    if (outcome != NULL) {
        struct end_report report = make_end(task, outcome, why);
        add_end(task, &report);
        return;
    }
    loop_timer_set(task->deadline, task->job.timeout_us);
    loop_timer_set(task->control, (int64_t)CONTROL_MS * US_PER_MS);
}

static void on_told(void *context, enum journal_kind kind, bool is_refused)
{
    struct task *task = context;

    if (kind == JOURNAL_STARTED && task->state == TASK_STARTING && !is_refused) {
        run(task);
        return;
    }
    if ((kind == JOURNAL_STARTED && is_refused && task->state == TASK_STARTING) ||
        kind == JOURNAL_COMPLETED) {
        journal_file_remove(task->file);
        task->file = NULL;
        task->gone(task->context, task);
    }
}

static struct task *
make_task(struct agent *agent, struct journal_file *file, task_gone *gone, void *context)
{
    struct task *task = heap_new(sizeof(*task));

    task->agent = agent;
    task->gone = gone;
    task->context = context;
    task->arena = arena_new(ARENA_BYTES);
    task->file = file;
    task->reports = reports_new(agent->loop, agent->client, file, on_told, task);
    task->deadline = loop_timer_new(agent->loop, on_deadline, task);
    task->lines = loop_timer_new(agent->loop, on_lines, task);
    task->control = loop_timer_new(agent->loop, ask_control, task);
    return task;
}

/* What cannot be done is found out now and told as its end: the server has to hear of it. */
static void prepare(struct task *task, const struct claimed_task *claimed)
{
    struct error error;
    int64_t usual_s = claimed->timeout_seconds == INT64_ABSENT
                          ? task->agent->settings->task_timeout_seconds
                          : claimed->timeout_seconds;

    if (action_prepare(
            claimed->type, claimed->payload, usual_s * US_PER_S, task->arena, &task->job, &error) !=
        STATUS_OK) {
        task->job.action = NULL;
        task->refusal = text_copy(task->arena, text_from(error.text));
        return;
    }
    if (task->job.root_verb != NULL &&
        !root_access_allows(task->agent->root_access, task->job.root_verb)) {
        task->job.action = NULL;
        task->refusal = text_format(
            task->arena, "root access profile %.*s of this node does not allow it",
            TEXT_ARGS(root_access_report(task->agent->root_access)->applied_profile));
        return;
    }
    output_init(&task->output, action_has_result(task->job.action));
}

enum status task_begin(
    struct agent *agent,
    const struct claimed_task *claimed,
    task_gone *gone,
    void *context,
    struct task **out,
    struct error *error)
{
    const struct started_report report = {claimed->id, timestamp_now()};
    struct journal_file *file;
    struct task *task;
    enum status status = journal_begin(agent->journal, claimed->id, &file, error);

    if (status != STATUS_OK)
        return status;
    task = make_task(agent, file, gone, context);
    prepare(task, claimed);
    status = add_report(task, JOURNAL_STARTED, &started_report_shape, &report, error);
    if (status != STATUS_OK) {
        journal_file_remove(task->file);
        task->file = NULL;
        task_free(task);
        return status;
    }
    reports_wake(task->reports);
    *out = task;
    return STATUS_OK;
}

static bool has_run(struct journal_file *file)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct journal_record first;

    return journal_has(file, JOURNAL_COMPLETED) ||
           (journal_has(file, JOURNAL_STARTED) &&
            !(journal_first(file, arena, &first) && first.kind == JOURNAL_STARTED));
}

struct task *
task_resume(struct agent *agent, struct journal_file *file, task_gone *gone, void *context)
{
    struct task *task;

    if (!has_run(file)) {
        journal_file_remove(file);
        return NULL;
    }
    task = make_task(agent, file, gone, context);
    task->state = TASK_ENDED;
    if (!journal_has(file, JOURNAL_COMPLETED)) {
        struct end_report report = make_end(
            task, "failed", text_lit("the agent ended while it ran, and it ended with the agent"));
        add_end(task, &report);
    } else {
        reports_wake(task->reports);
    }
    return task;
}

bool task_is_active(const struct task *task)
{
    return task->state != TASK_ENDED;
}

struct uuid task_id(const struct task *task)
{
    return journal_task_of(task->file);
}

void task_free(struct task *task)
{
    if (task == NULL)
        return;
    process_free(task->process);
    api_call_cancel(task->control_call);
    reports_free(task->reports);
    journal_file_close(task->file);
    output_fini(&task->output);
    loop_timer_free(task->deadline);
    loop_timer_free(task->lines);
    loop_timer_free(task->control);
    arena_free(task->arena);
    heap_free(task);
}
