/*
 * What the monitor does for terminals, on a real writer: transcripts whose time is over are dropped to
 * the last chunk, and attachments of earlier runs of the server end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/settings.h"
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"
#include "commands/platform/platform_commands.h"
#include "commands/privacy/privacy_commands.h"
#include "commands/terminal/terminal.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/leadership.h"
#include "tests/support/fixture.h"

#include <stdatomic.h>
#include <time.h>

enum { CHUNKS = 1200, PATIENCE_MS = 60000 }; /* more chunks than an event drops */

static struct fixture *fixture;
static struct uuid session;
static struct uuid node_id;
static atomic_int_fast64_t lease_until_us;
static const struct leadership leadership = {.lease_until_us = &lease_until_us};
static atomic_uint refusals; /* that were logged */

static struct uuid given(const struct command *command, const void *input)
{
    struct submission *order = given_order(fixture, command, input);

    must(order->status == STATUS_OK);
    return order->subject;
}

static struct terminal_report report(void)
{
    return (struct terminal_report){
        .node_id = node_id, .connection = {{0x31}}, .session_id = session};
}

/* A workspace, a node whose agent is connected, and a session of the admin that is open. */
static void given_open_session(void)
{
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct digest digest = sha256(bytes_of_text(text_lit("token")));
    struct connect_agent connect = {.connection = {{0x31}}};
    struct create_terminal create = {.cols = 80, .rows = 24};
    struct report_terminal_opened opened = {.cols = INT64_ABSENT, .rows = INT64_ABSENT};

    atomic_store(&lease_until_us, INT64_MAX);
    fixture = fixture_open(&(struct fixture_settings){.leadership = &leadership});
    fixture->policy.boot = (struct uuid){{0x51}};
    fixture->policy.enrollment_digest = agent.enrollment_digest = agent.credential_digest =
        connect.credential_digest =
            bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    given(&open_ledger_command, opening());
    create.workspace_id = given(&create_workspace_command, workspace_called(fixture, "default"));
    create.node_id = connect.node_id = node_id = given(&register_agent_command, &agent);
    given(&connect_agent_command, &connect);
    session = given(&create_terminal_command, &create);
    opened.report = report();
    given(&report_terminal_opened_command, &opened);
}

static void given_expired_transcript(void)
{
    struct report_terminal_output output = {
        .report = report(), .direction = {1}, .payload = bytes_of_text(text_lit("hello"))};
    struct report_terminal_exited exited = {.report = report(), .exit_code = 0};
    struct timer timer = {.kind = TIMER_TRANSCRIPT};

    for (int i = 0; i < CHUNKS; i++)
        given(&report_terminal_output_command, &output);
    given(&report_terminal_exited_command, &exited);
    must(model_next_timer(fixture->model, &timer, &timer));
    given(&expire_transcript_command, &timer);
}

static void wait_ms(int ms)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int waited_ms = 0; waited_ms < ms; waited_ms += 5)
        nanosleep(&pause, NULL);
}

static bool has_grown_to(uint64_t size)
{
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 5) {
        if (ledger_size(fixture->log) >= size)
            return true;
        wait_ms(5);
    }
    return false;
}

/* Lets the monitor run until `is_enough` says so. */
static void run_monitor_until(bool (*is_enough)(uint64_t size), uint64_t wanted)
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
    expect(is_enough(wanted));
    monitor_stop(monitor);
    thread_join(thread);
    finish_writer(fixture);
    monitor_free(monitor);
    telemetry_close(telemetry);
}

/* Lets it run until it has ordered so many events. */
static void run_monitor(uint64_t events)
{
    uint64_t size = ledger_size(fixture->log);

    run_monitor_until(has_grown_to, size + events);
    expect_int64(ledger_size(fixture->log), size + events);
}

static void expect_bytes(uint64_t size, bool are_there)
{
    for (uint64_t at = 0; at < size; at++) {
        struct record record = record_at(fixture, at);
        expect(record.has_body == (are_there || record.type != &terminal_recorded_event));
    }
}

static void a_transcript_whose_time_is_over_is_dropped_to_the_last_chunk(void)
{
    uint64_t size;
    struct uuid left;

    given_open_session();
    given_expired_transcript();
    size = ledger_size(fixture->log);
    run_monitor(2);
    expect_bytes(size, false);
    expect(!model_next_link(
        fixture->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, UUID_NONE, &left, NULL));
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

static void a_transcript_under_a_hold_is_kept_on_record(void)
{
    uint64_t size;

    given_open_session();
    given_expired_transcript();
    given_hold_over_the_node();
    size = ledger_size(fixture->log);
    run_monitor(1);
    expect_bytes(size, true);
    expect(record_at(fixture, size).type == &terminal_transcript_withheld_event);
    fixture_close(fixture);
}

static void what_was_withheld_is_dropped_once_the_hold_is_released(void)
{
    struct release_hold release = {.reason = text_lit("settled")};
    struct drop_transcript drop = {.next_size = 0};
    struct terminal terminal;
    int64_t newest;
    uint64_t size;

    given_open_session();
    given_expired_transcript();
    release.hold_id = given_hold_over_the_node();
    size = ledger_size(fixture->log);
    must(model_load(fixture->model, &terminal_aggregate, session, fixture->arena, &terminal));
    newest = terminal.drop_size - 2;
    drop.session_id = session;
    drop.positions = (struct list){&newest, 1};
    given(&drop_transcript_command, &drop);
    given(&release_hold_command, &release);
    run_monitor(2);
    expect_bytes(size, false);
    fixture_close(fixture);
}

static void count_refusals(const char *data, size_t size)
{
    struct text lines = {data, size};

    if (text_contains(lines, text_lit("own_command.refused")) &&
        text_contains(lines, text_lit("\"drop_transcript\"")))
        atomic_fetch_add(&refusals, 1);
}

/* It was refused, and for a while, in which it could have been ordered often, nothing more was. */
static bool has_rested(uint64_t wanted)
{
    for (int waited_ms = 0; waited_ms < PATIENCE_MS && atomic_load(&refusals) < wanted;
         waited_ms += 5)
        wait_ms(5);
    wait_ms(300);
    return atomic_load(&refusals) == wanted;
}

static void what_cannot_be_dropped_waits_for_the_next_minute(void)
{
    uint64_t size;

    given_open_session();
    given_expired_transcript();
    size = ledger_size(fixture->log);
    atomic_store(&refusals, 0);
    atomic_store(&lease_until_us, 0);
    log_set_sink(count_refusals);
    run_monitor_until(has_rested, 1);
    log_set_sink(NULL);
    expect_int64(ledger_size(fixture->log), size);
    fixture_close(fixture);
}

static void attachments_of_an_earlier_run_end(void)
{
    struct attach_terminal attach = {.attachment_id = {{0x41}}};
    struct terminal terminal;

    given_open_session();
    attach.session_id = session;
    given(&attach_terminal_command, &attach);
    fixture->policy.boot = (struct uuid){{0x52}};
    run_monitor(1);
    must(model_load(fixture->model, &terminal_aggregate, session, fixture->arena, &terminal));
    expect(!live_session_is_controlled(&terminal.live));
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(a_transcript_whose_time_is_over_is_dropped_to_the_last_chunk),
    TEST(a_transcript_under_a_hold_is_kept_on_record),
    TEST(what_was_withheld_is_dropped_once_the_hold_is_released),
    TEST(what_cannot_be_dropped_waits_for_the_next_minute),
    TEST(attachments_of_an_earlier_run_end),
};

const struct suite test_terminals_suite = SUITE("api/automation/terminals", tests);
