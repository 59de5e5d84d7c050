/*
 * What the monitor does about origins, on a real writer: those whose time is over are dropped, however many people
 * there are, and all else can be read as before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/settings.h"
#include "commands/platform/platform_commands.h"
#include "commands/privacy/privacy_commands.h"
#include "core/base/must.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/seal.h"
#include "tests/support/fixture.h"

#include <time.h>

enum {
    PEOPLE = 300,
    KEPT_DAYS = 30,
    PATIENCE_MS = 60000
}; /* more people than an event names keys */

static const int64_t day_us = INT64_C(86400) * US_PER_S;

static struct fixture *fixture;

static struct timestamp days_ago(int days)
{
    return timestamp_plus_us(timestamp_now(), -days * day_us);
}

static struct actor person(unsigned n)
{
    return (struct actor){.kind = ACTOR_USER, .id = {{0x70, (uint8_t)(n >> 8), (uint8_t)n}}};
}

/* Somebody comes from somewhere, and is refused, which is an event. */
static void given_visit(struct actor actor, struct timestamp at)
{
    static const struct record_refusal refused = {
        .code = TEXT_OF("access_denied"), .method = TEXT_OF("GET"), .route = TEXT_OF("/users")};
    struct submission *order = make_order(fixture, &record_refusal_command, &refused);

    order->actor = actor;
    order->now = at;
    order->origin = (struct origin){
        .address.text = text_lit("203.0.113.99"), .user_agent.text = text_lit("planted-agent/1")};
    keyed_digest_personal(fixture->keyring, &origin_shape, at, fixture->arena, &order->origin);
    writer_execute(fixture->writer, order);
    must(order->status == STATUS_OK && order->emitted == 1);
}

static void given_home(const char *directory)
{
    fixture = fixture_open(&(struct fixture_settings){.directory = directory});
    fixture->policy.origin_retention_us = KEPT_DAYS * day_us;
}

static void given_ledger_of_before(void)
{
    struct submission *order;

    given_home(NULL);
    order = make_order(fixture, &open_ledger_command, opening());
    order->now = days_ago(200);
    writer_execute(fixture->writer, order);
    must(order->status == STATUS_OK);
}

static bool has_grown_to(uint64_t size)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 5) {
        if (ledger_size(fixture->log) >= size)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

/* Lets a monitor run until it has ordered so many events, and no more of them. */
static void run_monitor(uint64_t events)
{
    struct settings settings = {
        .agent_offline_check_interval_seconds = 1,
        .agent_stale_task_check_interval_seconds = 1,
        .agent_heartbeat_timeout_seconds = 90,
        .origin_retention_days = KEPT_DAYS};
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
        .started_at = timestamp_now()});
    thread = thread_start("monitor", monitor_run, monitor);
    expect(has_grown_to(size + events));
    monitor_stop(monitor);
    thread_join(thread);
    finish_writer(fixture);
    monitor_free(monitor);
    telemetry_close(telemetry);
    expect_int64(ledger_size(fixture->log), size + events);
}

/* As after a restart. */
static void given_home_again(void)
{
    const char *directory = fixture->directory;

    fixture_close(fixture);
    given_home(directory);
}

/* Can it be read where the event came from? */
static bool has_origin(uint64_t position)
{
    struct record record = record_at(fixture, position);
    struct error error;

    expect_ok(keyring_open_record(fixture->keyring, fixture->arena, &record, &error), &error);
    return text_is_present(record.body.origin->user_agent.text);
}

static void expect_origins(uint64_t from, uint64_t end, bool are_there)
{
    for (uint64_t at = from; at < end; at++)
        expect(has_origin(at) == are_there);
}

static const struct origins_dropped *dropped_at(uint64_t position)
{
    struct record record = record_at(fixture, position);

    must(record.type == &origins_dropped_event);
    return record.event;
}

static void origins_of_many_people_are_dropped_some_hundred_an_event(void)
{
    uint64_t size;

    given_ledger_of_before();
    for (unsigned n = 0; n < PEOPLE; n++)
        given_visit(person(n), days_ago(100));
    size = ledger_size(fixture->log);
    run_monitor(2);
    expect_origins(1, size, false);
    expect_int64(dropped_at(size)->keys.size, MOST_DROPPED_KEYS * EVENT_KEY_BYTES);
    expect_int64(dropped_at(size + 1)->keys.size, (PEOPLE - MOST_DROPPED_KEYS) * EVENT_KEY_BYTES);
    expect(keyring_is_wiped(fixture->keyring));
    fixture_close(fixture);
}

/* A key of a day seals what all of them came from. */
static void so_are_those_of_agents_and_strangers_day_by_day(void)
{
    const struct actor agent = {.kind = ACTOR_AGENT, .id = {{9}}};
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    uint64_t size;

    given_ledger_of_before();
    given_visit(agent, days_ago(101));
    given_visit(agent, days_ago(100));
    given_visit(stranger, days_ago(100));
    size = ledger_size(fixture->log);
    given_visit(agent, days_ago(29));
    given_visit(stranger, days_ago(0));
    run_monitor(2);
    expect_origins(1, size, false);
    expect_origins(size, size + 2, true);
    expect_int64(dropped_at(size + 2)->actor_kind.is, ACTOR_AGENT);
    expect_int64(dropped_at(size + 2)->keys.size, 2 * EVENT_KEY_BYTES);
    expect_int64(dropped_at(size + 3)->actor_kind.is, ACTOR_STRANGER);
    fixture_close(fixture);
}

static void what_is_not_old_enough_is_kept(void)
{
    uint64_t size;

    given_ledger_of_before();
    given_visit(person(1), days_ago(100));
    given_visit(person(1), days_ago(29));
    given_visit(person(1), days_ago(0));
    size = ledger_size(fixture->log);
    run_monitor(1);
    expect(!has_origin(1));
    expect_origins(2, 4, true);
    given_home_again();
    run_monitor(0);
    expect_int64(ledger_size(fixture->log), size + 1);
    fixture_close(fixture);
}

static void what_a_hold_keeps_goes_once_that_is_released(void)
{
    const struct actor agent = {.kind = ACTOR_AGENT, .id = {{9}}};
    const struct place_hold place = {
        .kind = {HOLD_POSITIONS},
        .first_position = 1,
        .last_position = 1,
        .reason = text_lit("why")};
    struct release_hold release = {.reason = text_lit("settled")};
    struct submission *placed;

    given_ledger_of_before();
    given_visit(agent, days_ago(100));
    placed = given_order(fixture, &place_hold_command, &place);
    must(placed->status == STATUS_OK);
    run_monitor(1);
    expect(record_at(fixture, 3).type == &origins_withheld_event);
    expect(has_origin(1));
    release.hold_id = placed->subject;
    given_home_again();
    must(given_order(fixture, &release_hold_command, &release)->status == STATUS_OK);
    run_monitor(1);
    expect(!has_origin(1));
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(origins_of_many_people_are_dropped_some_hundred_an_event),
    TEST(so_are_those_of_agents_and_strangers_day_by_day),
    TEST(what_is_not_old_enough_is_kept),
    TEST(what_a_hold_keeps_goes_once_that_is_released),
};

const struct suite test_origins_suite = SUITE("api/automation/origins", tests);
