/*
 * The watch's thread: notes arrive as mail, timers say when to look.
 *
 *   every second         commit telemetry, once a day drop old days
 *   offline interval     give up silent nodes
 *   stale interval       sweep tasks and installs
 *   every minute         summarise refusals beyond the budget
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/watch.h"

#include "api/automation/watch_internal.h"
#include "api/steps.h"
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/base/must.h"

#include <string.h>

enum {
    COMMIT_EVERY_US = 1000000,
    MINUTE_US = 60000000,
    GRACE_AFTER_START_US = 30000000,
    KEEP_DAYS = 30,
    SWEEP_LIMIT = 1000
};

void order_done(struct submission *submission)
{
    if (submission->status != STATUS_OK && submission->status != STATUS_CONFLICT)
        log_warning(
            "watch.order_refused", log_c("command", submission->command->name),
            log_fault(&submission->fault));
    arena_free(submission->arena);
    heap_free(submission);
}

struct submission *order_new(const struct command *command, const void *input)
{
    struct submission *submission = heap_new(sizeof(*submission));
    void *own;

    submission_init(submission, command);
    submission->arena = arena_new(1 << 20);
    own = arena_take(submission->arena, command->input->size);
    shape_copy(command->input, submission->arena, input, own);
    submission->input = own;
    submission->actor = (struct actor){.kind = ACTOR_SYSTEM};
    submission->done = order_done;
    return submission;
}

bool order_submit(struct watch *watch, struct submission *submission)
{
    if (writer_submit(watch->writer, submission))
        return true;
    arena_free(submission->arena);
    heap_free(submission);
    return false;
}

bool watch_order(struct watch *watch, const struct command *command, const void *input)
{
    return order_submit(watch, order_new(command, input));
}

static void commit(struct watch *watch)
{
    struct fault fault;

    if (!watch->is_dirty)
        return;
    watch->is_dirty = false;
    if (telemetry_commit(watch->telemetry, &fault) != STATUS_OK)
        log_error("telemetry.commit_failed", log_fault(&fault));
}

static void on_commit_timer(void *context)
{
    struct watch *watch = context;

    commit(watch);
    loop_timer_set(watch->commit_timer, COMMIT_EVERY_US);
}

static void on_offline_timer(void *context)
{
    struct watch *watch = context;

    presence_check(watch);
    loop_timer_set(
        watch->offline_timer, watch->settings->agent_offline_check_interval_seconds * US_PER_S);
}

/* What fell due while we were away gets the grace after start: a pause of ours fails nobody's
 * task. */
static void on_sweep_timer(void *context)
{
    struct watch *watch = context;
    bool is_grace = monotonic_us() - watch->started_us < GRACE_AFTER_START_US;
    struct sweep_tasks tasks = {
        .since = is_grace ? watch->started_at : (struct moment){0},
        .due = moment_now(),
        .limit = SWEEP_LIMIT,
    };
    struct expire_installs installs = {.limit = SWEEP_LIMIT};

    /* What is not taken now is found again by the next sweep. */
    (void)(watch_order(watch, &sweep_tasks_command, &tasks) && watch_order(watch, &expire_installs_command, &installs));
    loop_timer_set(
        watch->sweep_timer, watch->settings->agent_stale_task_check_interval_seconds * US_PER_S);
}

static void on_minute_timer(void *context)
{
    struct watch *watch = context;
    int64_t day_us = 86400LL * US_PER_S;
    struct moment oldest = {moment_now().us - KEEP_DAYS * day_us};
    struct fault fault;

    refusals_summarise(watch);
    if (telemetry_drop_before(watch->telemetry, oldest, &fault) != STATUS_OK)
        log_error("telemetry.drop_failed", log_fault(&fault));
    loop_timer_set(watch->minute_timer, MINUTE_US);
}

struct watch *watch_new(const struct watch_parts *parts)
{
    struct watch *watch = heap_new(sizeof(*watch));

    watch->settings = parts->settings;
    watch->writer = parts->writer;
    watch->telemetry = parts->telemetry;
    watch->keyring = parts->keyring;
    watch->loop = loop_new();
    watch->commit_timer = loop_timer_new(watch->loop, on_commit_timer, watch);
    watch->offline_timer = loop_timer_new(watch->loop, on_offline_timer, watch);
    watch->sweep_timer = loop_timer_new(watch->loop, on_sweep_timer, watch);
    watch->minute_timer = loop_timer_new(watch->loop, on_minute_timer, watch);
    watch->presence = map_new();
    watch->budget.spent_by_address = map_new();
    watch->started_us = monotonic_us();
    watch->started_at = moment_now();
    return watch;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    loop_timer_free(watch->commit_timer);
    loop_timer_free(watch->offline_timer);
    loop_timer_free(watch->sweep_timer);
    loop_timer_free(watch->minute_timer);
    loop_free(watch->loop);
    presence_free(watch);
    refusals_free(watch);
    heap_free(watch);
}

void watch_expect_node(struct watch *watch, struct uuid node)
{
    presence_note(watch, node, moment_now());
}

void watch_run(void *context)
{
    struct watch *watch = context;

    on_commit_timer(watch);
    on_offline_timer(watch);
    on_sweep_timer(watch);
    on_minute_timer(watch);
    loop_run(watch->loop);
    commit(watch);
}

void watch_stop(struct watch *watch)
{
    loop_stop(watch->loop);
}

/* A sign of life or the end of a node, on its way to the watch. */
struct node_note {
    struct mail mail; /* first */
    struct watch *watch;
    struct uuid node;
    struct moment at; /* absent: it is gone */
};

static void node_note_run(struct mail *mail)
{
    struct node_note *note = (struct node_note *)mail;
    struct watch *watch = note->watch;

    if (moment_is_present(note->at)) {
        presence_note(watch, note->node, note->at);
        telemetry_seen(watch->telemetry, note->node, note->at);
    } else {
        presence_forget(watch, note->node);
        telemetry_forget_node(watch->telemetry, note->node);
    }
    watch->is_dirty = true;
    heap_free(note);
}

static void post_node_note(struct watch *watch, struct uuid node, struct moment at)
{
    struct node_note *note = heap_new(sizeof(*note));

    *note = (struct node_note){.mail.run = node_note_run, watch, node, at};
    if (!loop_post(watch->loop, &note->mail))
        heap_free(note);
}

void watch_note_seen(struct watch *watch, struct uuid node, struct moment at)
{
    post_node_note(watch, node, at);
}

void watch_note_removed(struct watch *watch, struct uuid node)
{
    post_node_note(watch, node, (struct moment){0});
}

struct sample_note {
    struct mail mail; /* first */
    struct watch *watch;
    struct arena *arena;
    struct metric_sample sample;
};

static void sample_note_run(struct mail *mail)
{
    struct sample_note *note = (struct sample_note *)mail;
    struct watch *watch = note->watch;

    telemetry_add(watch->telemetry, &note->sample);
    presence_note(watch, note->sample.node_id, note->sample.recorded_at);
    telemetry_seen(watch->telemetry, note->sample.node_id, note->sample.recorded_at);
    watch->is_dirty = true;
    arena_free(note->arena);
    heap_free(note);
}

void watch_note_sample(struct watch *watch, const struct metric_sample *sample)
{
    struct sample_note *note = heap_new(sizeof(*note));

    note->mail.run = sample_note_run;
    note->watch = watch;
    note->arena = arena_new(1 << 20);
    shape_copy(&metric_sample_shape, note->arena, sample, &note->sample);
    if (loop_post(watch->loop, &note->mail))
        return;
    arena_free(note->arena);
    heap_free(note);
}

struct settle_note {
    struct mail mail; /* first */
    struct watch *watch;
    struct call *call;
    void (*next)(struct call *call);
};

static void settle_note_run(struct mail *mail)
{
    struct settle_note *note = (struct settle_note *)mail;

    commit(note->watch);
    call_to_worker(note->call, note->next);
    heap_free(note);
}

void watch_settle(struct watch *watch, struct call *call, void (*next)(struct call *call))
{
    struct settle_note *note = heap_new(sizeof(*note));

    *note = (struct settle_note){.mail.run = settle_note_run, watch, call, next};
    if (loop_post(watch->loop, &note->mail))
        return;
    heap_free(note);
    next(call);
}
