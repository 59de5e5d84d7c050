/*
 * The clock at work on a real writer: all that is due is ordered, however much it is, and what fell
 * due before the start has its grace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/settings.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fixture.h"

#include <string.h>
#include <time.h>

enum { INSTALLS = 600, PATIENCE_MS = 60000 };

/* A writer on its thread, and a monitor on its own. */
struct scene {
    struct fixture *fixture;
    struct settings settings;
    struct telemetry *telemetry;
    struct monitor *monitor;
    struct thread *thread;
};

static struct create_install *install_numbered(struct fixture *fixture, uint32_t n, struct uuid in)
{
    struct create_install *order = arena_one(fixture->arena, struct create_install);
    struct digest digest = sha256((struct bytes){(const uint8_t *)&n, sizeof(n)});

    order->workspace_id = in;
    order->node_name = text_lit("Web");
    order->install_id = uuid_v8(digest.bytes);
    order->token_digest = bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    return order;
}

/* A directory whose ledger ends with installs that are over; and their workspace. */
static const char *make_overdue_installs(struct uuid *out_workspace)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    const char *directory = fixture->directory;

    fixture->policy.install_token_us = 1;
    must(given_order(fixture, &open_ledger_command, opening())->status == STATUS_OK);
    *out_workspace =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "w"))->subject;
    for (uint32_t i = 0; i < INSTALLS; i++)
        must(writer_submit(
            fixture->writer,
            make_order(
                fixture, &create_install_command, install_numbered(fixture, i, *out_workspace))));
    start_writer(fixture);
    finish_writer(fixture);
    fixture_close(fixture);
    return directory;
}

static struct scene begin_scene(const char *directory)
{
    struct scene scene = {
        .fixture = fixture_open(&(struct fixture_settings){.directory = directory}),
        .settings =
            {
                .agent_offline_check_interval_seconds = 1,
                .agent_stale_task_check_interval_seconds = 1,
                .agent_heartbeat_timeout_seconds = 90,
            },
    };
    struct error error;

    scene.fixture->policy.install_token_us = 1;
    must(telemetry_open(directory, &scene.telemetry, &error) == STATUS_OK);
    return scene;
}

static void run_monitor(struct scene *scene, struct timestamp started_at)
{
    const struct monitor_parts parts = {
        .settings = &scene->settings,
        .writer = scene->fixture->writer,
        .telemetry = scene->telemetry,
        .keyring = scene->fixture->keyring,
        .log = scene->fixture->log,
        .started_at = started_at,
    };

    start_writer(scene->fixture);
    scene->monitor = monitor_new(&parts);
    scene->thread = thread_start("monitor", monitor_run, scene->monitor);
}

static void end_scene(struct scene *scene)
{
    monitor_stop(scene->monitor);
    thread_join(scene->thread);
    finish_writer(scene->fixture);
    monitor_free(scene->monitor);
    telemetry_close(scene->telemetry);
    fixture_close(scene->fixture);
}

static bool has_grown_to(const struct scene *scene, uint64_t size)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 5) {
        if (ledger_size(scene->fixture->log) >= size)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static void all_that_is_due_is_ordered_once_however_much_it_is(void)
{
    struct uuid workspace;
    const char *directory = make_overdue_installs(&workspace);
    struct scene scene = begin_scene(directory);
    uint64_t size = ledger_size(scene.fixture->log);
    struct timestamp long_ago = {1};

    run_monitor(&scene, long_ago);
    expect(has_grown_to(&scene, size + INSTALLS));
    end_scene(&scene);
    scene = begin_scene(directory);
    expect_int64(ledger_size(scene.fixture->log), size + INSTALLS);
    run_monitor(&scene, long_ago);
    end_scene(&scene);
}

static void what_was_due_before_the_start_is_left_alone_for_a_while(void)
{
    struct uuid workspace;
    struct scene scene = begin_scene(make_overdue_installs(&workspace));
    struct fixture *fixture = scene.fixture;
    uint64_t size = ledger_size(fixture->log);

    run_monitor(&scene, timestamp_now());
    must(writer_submit(
        fixture->writer,
        make_order(
            fixture, &create_install_command, install_numbered(fixture, INSTALLS, workspace))));
    expect(has_grown_to(&scene, size + 2));
    expect(record_at(fixture, size + 1).type == &install_expired_event);
    expect_int64(ledger_size(fixture->log), size + 2);
    end_scene(&scene);
}

static const struct test tests[] = {
    TEST(all_that_is_due_is_ordered_once_however_much_it_is),
    TEST(what_was_due_before_the_start_is_left_alone_for_a_while),
};

const struct suite test_due_timers_suite = SUITE("api/automation/due_timers", tests);
