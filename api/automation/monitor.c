/*
 * The monitor's thread: notes arrive as mail, timers say when to look.
 *
 *   every second         commit telemetry, once a day drop old days; looks at evidence whose ten minutes are
 *                        over; output of tasks, where a minute has made it due
 *   every second, or four times in it while things fall due
 *                        timers whose time is exact
 *   offline interval     give up silent nodes
 *   stale interval       submit the commands of timers that are due
 *   every minute         summarise refusals beyond the budget; give free memory back; drop transcripts;
 *                        retire tasks that ended long ago
 *   every hour           drop origins whose time is over
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"

#include "api/automation/monitor_internal.h"
#include "api/automation/origins.h"
#include "api/evidence/looks.h"
#include "api/own_command.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum { COMMIT_EVERY_US = 1000000, MINUTE_US = 60000000, KEEP_DAYS = 30 };

static void commit(struct monitor *monitor)
{
    struct error error;

    if (!monitor->is_dirty)
        return;
    monitor->is_dirty = false;
    if (telemetry_commit(monitor->telemetry, &error) != STATUS_OK)
        log_error("telemetry.commit_failed", log_cause(&error));
}

static void on_commit_timer(void *context)
{
    struct monitor *monitor = context;

    commit(monitor);
    if (!monitor->is_following) {
        task_output_check(monitor);
        looks_tend(monitor->looks, timestamp_now());
    }
    loop_timer_set(monitor->commit_timer, COMMIT_EVERY_US);
}

static void on_exact_timer(void *context)
{
    struct monitor *monitor = context;

    due_timers_check(monitor, true);
    loop_timer_set(monitor->exact_timer, due_timers_rest_us(monitor));
}

static void on_offline_timer(void *context)
{
    struct monitor *monitor = context;

    presence_check(monitor);
    loop_timer_set(
        monitor->offline_timer, monitor->settings->agent_offline_check_interval_seconds * US_PER_S);
}

static void on_due_timer(void *context)
{
    struct monitor *monitor = context;

    due_timers_check(monitor, false);
    loop_timer_set(
        monitor->due_timer, monitor->settings->agent_stale_task_check_interval_seconds * US_PER_S);
}

static void on_minute_timer(void *context)
{
    struct monitor *monitor = context;
    int64_t day_us = 86400LL * US_PER_S;
    struct timestamp oldest = {timestamp_now().us - KEEP_DAYS * day_us};
    struct error error;

    if (!monitor->is_following) {
        refusals_summarise(monitor);
        terminals_check(monitor);
        finished_tasks_check(monitor);
        monitor->is_output_due = true;
    }
    heap_trim();
    if (telemetry_drop_before(monitor->telemetry, oldest, &error) != STATUS_OK)
        log_error("telemetry.drop_failed", log_cause(&error));
    loop_timer_set(monitor->minute_timer, MINUTE_US);
}

struct monitor *monitor_new(const struct monitor_parts *parts)
{
    struct monitor *monitor = heap_new(sizeof(*monitor));

    monitor->settings = parts->settings;
    monitor->writer = parts->writer;
    monitor->telemetry = parts->telemetry;
    monitor->keyring = parts->keyring;
    if (parts->home != NULL)
        monitor->looks = looks_new(parts->home, parts->keyring, parts->writer);
    monitor->log = parts->log;
    monitor->index = parts->index;
    monitor->output_known_at = ledger_size(parts->log);
    monitor->loop = loop_new();
    monitor->commit_timer = loop_timer_new(monitor->loop, on_commit_timer, monitor);
    monitor->exact_timer = loop_timer_new(monitor->loop, on_exact_timer, monitor);
    monitor->offline_timer = loop_timer_new(monitor->loop, on_offline_timer, monitor);
    monitor->due_timer = loop_timer_new(monitor->loop, on_due_timer, monitor);
    monitor->minute_timer = loop_timer_new(monitor->loop, on_minute_timer, monitor);
    monitor->origins = origins_new(monitor);
    monitor->last_heard = last_heard_new();
    monitor->started_us = monotonic_us();
    monitor->started_at = parts->started_at;
    monitor->is_following = parts->is_following;
    return monitor;
}

void monitor_free(struct monitor *monitor)
{
    if (monitor == NULL)
        return;
    loop_timer_free(monitor->commit_timer);
    loop_timer_free(monitor->exact_timer);
    loop_timer_free(monitor->offline_timer);
    loop_timer_free(monitor->due_timer);
    loop_timer_free(monitor->minute_timer);
    origins_free(monitor->origins);
    loop_free(monitor->loop);
    last_heard_free(monitor->last_heard);
    looks_free(monitor->looks);
    heap_free(monitor);
}

struct looks *monitor_looks(const struct monitor *monitor)
{
    return monitor->looks;
}

void monitor_expect_node(struct monitor *monitor, struct uuid node)
{
    last_heard_note(monitor->last_heard, node, timestamp_now(), monotonic_us());
}

void monitor_run(void *context)
{
    struct monitor *monitor = context;

    on_commit_timer(monitor);
    if (!monitor->is_following) {
        on_exact_timer(monitor);
        on_offline_timer(monitor);
        on_due_timer(monitor);
        origins_begin(monitor->origins);
    }
    on_minute_timer(monitor);
    loop_run(monitor->loop);
    commit(monitor);
    if (!monitor->is_following)
        looks_end(monitor->looks, timestamp_now());
}

void monitor_stop(struct monitor *monitor)
{
    loop_stop(monitor->loop);
}

/* A sign of life or the end of a node, on its way to the monitor. */
struct node_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct uuid node;
    struct timestamp at; /* absent: it is gone */
};

static void node_note_run(struct loop_message *message)
{
    struct node_note *note = (struct node_note *)message;
    struct monitor *monitor = note->monitor;

    if (timestamp_is_present(note->at)) {
        last_heard_note(monitor->last_heard, note->node, note->at, monotonic_us());
        telemetry_seen(monitor->telemetry, note->node, note->at);
    } else {
        last_heard_forget(monitor->last_heard, note->node);
        telemetry_forget_node(monitor->telemetry, note->node);
    }
    monitor->is_dirty = true;
    heap_free(note);
}

static void post_node_note(struct monitor *monitor, struct uuid node, struct timestamp at)
{
    struct node_note *note = heap_new(sizeof(*note));

    *note = (struct node_note){.message.run = node_note_run, monitor, node, at};
    if (!loop_post(monitor->loop, &note->message))
        heap_free(note);
}

void monitor_note_seen(struct monitor *monitor, struct uuid node, struct timestamp at)
{
    post_node_note(monitor, node, at);
}

void monitor_note_removed(struct monitor *monitor, struct uuid node)
{
    post_node_note(monitor, node, (struct timestamp){0});
}

struct sample_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct arena *arena;
    struct metric_sample sample;
};

static void sample_note_run(struct loop_message *message)
{
    struct sample_note *note = (struct sample_note *)message;
    struct monitor *monitor = note->monitor;

    telemetry_add(monitor->telemetry, &note->sample);
    last_heard_note(
        monitor->last_heard, note->sample.node_id, note->sample.recorded_at, monotonic_us());
    telemetry_seen(monitor->telemetry, note->sample.node_id, note->sample.recorded_at);
    monitor->is_dirty = true;
    arena_free(note->arena);
    heap_free(note);
}

void monitor_note_sample(struct monitor *monitor, const struct metric_sample *sample)
{
    struct sample_note *note = heap_new(sizeof(*note));

    note->message.run = sample_note_run;
    note->monitor = monitor;
    note->arena = arena_new(1 << 20);
    shape_copy(&metric_sample_shape, note->arena, sample, &note->sample);
    if (loop_post(monitor->loop, &note->message))
        return;
    arena_free(note->arena);
    heap_free(note);
}

struct flush_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    void (*done)(void *context);
    void *context;
};

static void flush_note_run(struct loop_message *message)
{
    struct flush_note *note = (struct flush_note *)message;

    commit(note->monitor);
    note->done(note->context);
    heap_free(note);
}

void monitor_flush(struct monitor *monitor, void (*done)(void *context), void *context)
{
    struct flush_note *note = heap_new(sizeof(*note));

    *note = (struct flush_note){.message.run = flush_note_run, monitor, done, context};
    if (loop_post(monitor->loop, &note->message))
        return;
    heap_free(note);
    done(context);
}
