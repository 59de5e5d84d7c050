/*
 * What the monitor does about tasks that ended long ago, on a real writer: they are retired to the last one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/settings.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/support/fixture.h"

#include <time.h>

enum { TASKS = 1002, PATIENCE_MS = 60000 }; /* more than an event retires */

static const int64_t long_us = INT64_C(31) * 24 * 3600 * US_PER_S;

static struct fixture *fixture;

static struct uuid given(const struct command *command, const void *input)
{
    struct submission *order = given_order(fixture, command, input);

    must(order->status == STATUS_OK);
    return order->subject;
}

/* So many tasks that were cancelled, and one that waits; then a long time goes by. */
static void given_fleet(int tasks)
{
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct digest digest = sha256(bytes_of_text(text_lit("token")));
    struct create_task create = {.type = text_lit("shell.exec"), .payload = {text_lit("{}")}};
    struct submission *late;

    fixture = fixture_open(&(struct fixture_settings){0});
    fixture->policy.finished_task_us = INT64_C(30) * 24 * 3600 * US_PER_S;
    fixture->policy.stale_queued_us = 2 * long_us;
    fixture->policy.enrollment_digest = agent.enrollment_digest = agent.credential_digest =
        bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    given(&open_ledger_command, opening());
    create.workspace_id = given(&create_workspace_command, workspace_called(fixture, "default"));
    create.node_id = given(&register_agent_command, &agent);
    for (int i = 0; i < tasks; i++) {
        struct cancel_task cancel = {.id = given(&create_task_command, &create)};
        given(&cancel_task_command, &cancel);
    }
    late = make_order(fixture, &create_task_command, &create);
    late->now = timestamp_plus_us(late->now, long_us);
    writer_execute(fixture->writer, late);
    must(late->status == STATUS_OK);
}

static void wait_for_size(uint64_t size)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int waited_ms = 0; waited_ms < PATIENCE_MS && ledger_size(fixture->log) < size;
         waited_ms += 5)
        nanosleep(&pause, NULL);
}

static void run_monitor_until(uint64_t size)
{
    struct settings settings = {
        .agent_offline_check_interval_seconds = 1,
        .agent_stale_task_check_interval_seconds = 1,
        .agent_heartbeat_timeout_seconds = 90};
    struct telemetry *telemetry;
    struct monitor *monitor;
    struct thread *thread;
    struct error error;

    must(telemetry_open(fixture->directory, &telemetry, &error) == STATUS_OK);
    start_writer(fixture);
    monitor = monitor_new(&(struct monitor_parts){
        .settings = &settings,
        .writer = fixture->writer,
        .telemetry = telemetry,
        .keyring = fixture->keyring,
        .log = fixture->log,
        .started_at = timestamp_now()});
    thread = thread_start("monitor", monitor_run, monitor);
    wait_for_size(size);
    monitor_stop(monitor);
    thread_join(thread);
    finish_writer(fixture);
    monitor_free(monitor);
    telemetry_close(telemetry);
}

static size_t count_finished(void)
{
    struct timer timer = {.kind = TIMER_FINISHED};
    size_t count = 0;

    while (model_next_timer(fixture->model, &timer, &timer))
        count++;
    return count;
}

static void tasks_that_ended_long_ago_are_retired_to_the_last_one(void)
{
    uint64_t size;

    given_fleet(TASKS);
    size = ledger_size(fixture->log);
    run_monitor_until(size + 2);
    expect_int64(ledger_size(fixture->log), size + 2);
    expect_int64(count_finished(), 0);
    expect(record_at(fixture, size).type == &task_retired_event);
    expect_int64(
        ((const struct task_retired *)record_at(fixture, size).event)->task_ids.count, 1000);
    expect_int64(
        ((const struct task_retired *)record_at(fixture, size + 1).event)->task_ids.count, 2);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(tasks_that_ended_long_ago_are_retired_to_the_last_one),
};

const struct suite test_finished_tasks_suite = SUITE("api/automation/finished_tasks", tests);
