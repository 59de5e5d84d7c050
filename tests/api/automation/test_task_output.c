/*
 * What the monitor does about the output of tasks, on a real writer and index: where its time is over it is dropped
 * to the last body, or withheld.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/settings.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/privacy/privacy_commands.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/ledger_index.h"
#include "tests/support/fixture.h"

#include <time.h>

enum { LINES = 1100, PATIENCE_MS = 60000 }; /* more than an event drops */

static const int64_t long_us = INT64_C(31) * 24 * 3600 * US_PER_S;

static struct fixture *fixture;
static struct uuid node_id;
static struct bytes credential;

static struct uuid given(const struct command *command, const void *input)
{
    struct submission *order = given_order(fixture, command, input);

    must(order->status == STATUS_OK);
    return order->subject;
}

static void given_fleet(void)
{
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct digest digest = sha256(bytes_of_text(text_lit("token")));

    fixture = fixture_open(&(struct fixture_settings){0});
    fixture->policy.output_retention_us = INT64_C(30) * 24 * 3600 * US_PER_S;
    fixture->policy.claim_lease_us = INT64_C(60) * US_PER_S;
    credential = bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    fixture->policy.enrollment_digest = agent.enrollment_digest = agent.credential_digest =
        credential;
    given(&open_ledger_command, opening());
    given(&create_workspace_command, workspace_called(fixture, "default"));
    node_id = given(&register_agent_command, &agent);
}

/* One that wrote so many lines, each reported by itself, and told of its end. */
static struct uuid given_ended_task(size_t lines)
{
    struct create_task create = {
        .node_id = node_id, .type = text_lit("shell.exec"), .payload = {text_lit("{}")}};
    struct uuid task_id = given(&create_task_command, &create);
    struct claim_task claim = {.node_id = node_id, .credential_digest = credential};
    struct start_task start = {
        .node_id = node_id, .credential_digest = credential, .task_id = task_id};
    struct log_task log = {
        .node_id = node_id,
        .credential_digest = credential,
        .task_id = task_id,
        .stream = text_lit("stdout"),
        .line = text_lit("hello")};
    struct complete_task complete = {
        .node_id = node_id,
        .credential_digest = credential,
        .task_id = task_id,
        .status = {1},
        .output = text_lit("all of it")};

    given(&claim_task_command, &claim);
    given(&start_task_command, &start);
    for (size_t i = 0; i < lines; i++)
        given(&log_task_command, &log);
    given(&complete_task_command, &complete);
    return task_id;
}

/* Something is recorded a month later. */
static void given_a_month_later(void)
{
    struct submission *late =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "late"));

    late->now = timestamp_plus_us(late->now, long_us);
    writer_execute(fixture->writer, late);
    must(late->status == STATUS_OK);
}

static struct ledger_index *make_index(void)
{
    struct ledger_index *index = NULL;
    size_t added = 1;
    struct error error;

    must(ledger_index_open(fixture->directory, fixture->log, false, &index, &error) == STATUS_OK);
    while (added > 0)
        must(ledger_index_catch_up(index, 1000, &added, &error) == STATUS_OK);
    return index;
}

static void wait_ms(int ms)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int waited_ms = 0; waited_ms < ms; waited_ms += 5)
        nanosleep(&pause, NULL);
}

static void wait_for_size(uint64_t size)
{
    for (int waited_ms = 0; waited_ms < PATIENCE_MS && ledger_size(fixture->log) < size;
         waited_ms += 5)
        wait_ms(5);
}

/* Until it has ordered so many events. */
static void run_monitor(uint64_t events, struct ledger_index *index)
{
    struct settings settings = {
        .agent_offline_check_interval_seconds = 1,
        .agent_stale_task_check_interval_seconds = 1,
        .agent_heartbeat_timeout_seconds = 90};
    uint64_t size = ledger_size(fixture->log);
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
        .index = index,
        .started_at = timestamp_now()});
    thread = thread_start("monitor", monitor_run, monitor);
    wait_for_size(size + events);
    if (events == 0)
        wait_ms(1500);
    monitor_stop(monitor);
    thread_join(thread);
    finish_writer(fixture);
    monitor_free(monitor);
    telemetry_close(telemetry);
    ledger_index_close(index);
    expect_int64(ledger_size(fixture->log), size + events);
}

static bool is_output(const struct record *record)
{
    return record->type == &task_logged_event || record->type == &task_reported_event;
}

/* Below the size. */
static void expect_bodies(uint64_t size, bool are_there)
{
    for (uint64_t at = 0; at < size; at++) {
        struct record record = record_at(fixture, at);
        expect(record.has_body == (are_there || !is_output(&record)));
    }
}

static size_t count_timers(void)
{
    struct timer timer = {.kind = TIMER_TASK_OUTPUT};
    size_t count = 0;

    while (model_next_timer(fixture->model, &timer, &timer))
        count++;
    return count;
}

static void output_whose_time_is_over_is_dropped_to_the_last_body(void)
{
    struct error error;
    uint64_t size;

    given_fleet();
    given_ended_task(LINES);
    given_ended_task(1);
    expect_int64(count_timers(), 2);
    given_a_month_later();
    size = ledger_size(fixture->log);
    run_monitor(3, make_index());
    expect_bodies(size, false);
    expect_int64(count_timers(), 0);
    for (uint64_t at = size; at < size + 3; at++)
        expect(record_at(fixture, at).type == &task_output_dropped_event);
    expect_ok(ledger_verify(fixture->log, NULL, NULL, &error), &error);
    fixture_close(fixture);
}

/* As a crash would leave it: a part is on record, and the next run goes on from there. */
static void what_was_begun_is_gone_on_with(void)
{
    struct drop_task_output part = {.is_last = OPT_FALSE};
    struct timer timer = {.kind = TIMER_TASK_OUTPUT};
    int64_t positions[2];
    uint64_t size;

    given_fleet();
    part.task_id = given_ended_task(3);
    given_a_month_later();
    must(model_next_timer(fixture->model, &timer, &timer));
    part.ended_at = timer.due;
    size = ledger_size(fixture->log);
    for (uint64_t at = 0, count = 0; count < COUNT_OF(positions); at++) {
        struct record record = record_at(fixture, at);
        if (is_output(&record))
            positions[count++] = (int64_t)at;
    }
    part.positions = (struct list){positions, COUNT_OF(positions)};
    given(&drop_task_output_command, &part);
    run_monitor(1, make_index());
    expect_bodies(size, false);
    expect_int64(count_timers(), 0);
    fixture_close(fixture);
}

static struct uuid given_hold_over_the_node(void)
{
    const struct place_hold place = {
        .kind = {HOLD_NODE},
        .target_id = node_id,
        .first_position = INT64_ABSENT,
        .last_position = INT64_ABSENT,
        .reason = text_lit("a dispute")};

    return given(&place_hold_command, &place);
}

static void output_under_a_hold_is_kept_on_record(void)
{
    uint64_t size;

    given_fleet();
    given_ended_task(2);
    given_a_month_later();
    given_hold_over_the_node();
    size = ledger_size(fixture->log);
    run_monitor(1, make_index());
    expect_bodies(size, true);
    expect(record_at(fixture, size).type == &task_output_withheld_event);
    fixture_close(fixture);
}

static void output_that_was_withheld_is_dropped_once_the_hold_is_released(void)
{
    struct release_hold release = {.reason = text_lit("settled")};
    struct timer timer = {.kind = TIMER_TASK_OUTPUT};
    struct drop_task_output drop = {.is_last = OPT_TRUE};
    const int64_t none[1] = {0};
    uint64_t size;

    given_fleet();
    drop.task_id = given_ended_task(2);
    given_a_month_later();
    release.hold_id = given_hold_over_the_node();
    must(model_next_timer(fixture->model, &timer, &timer));
    drop.ended_at = timer.due;
    drop.positions = (struct list){none, 0};
    given(&drop_task_output_command, &drop);
    given(&release_hold_command, &release);
    size = ledger_size(fixture->log);
    expect(record_at(fixture, size - 2).type == &task_output_withheld_event);
    run_monitor(1, make_index());
    expect_bodies(size, false);
    fixture_close(fixture);
}

static void while_the_index_lags_behind_nothing_is_dropped(void)
{
    struct ledger_index *index;
    uint64_t size;

    given_fleet();
    given_ended_task(2);
    index = make_index();
    given_a_month_later();
    size = ledger_size(fixture->log);
    run_monitor(0, index);
    expect_bodies(size, true);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(output_whose_time_is_over_is_dropped_to_the_last_body),
    TEST(what_was_begun_is_gone_on_with),
    TEST(output_under_a_hold_is_kept_on_record),
    TEST(output_that_was_withheld_is_dropped_once_the_hold_is_released),
    TEST(while_the_index_lags_behind_nothing_is_dropped),
};

const struct suite test_task_output_suite = SUITE("api/automation/task_output", tests);
