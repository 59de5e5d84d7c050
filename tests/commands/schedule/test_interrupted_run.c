/*
 * A schedule runs once, whatever becomes of the server in the middle: nothing of a run that was not committed is
 * there, and all of one that was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/schedule/schedule.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "core/time/timezone.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger.h"
#include "tests/support/fixture.h"

struct faults {
    struct store_fault_injection injection;
    enum store_fault next; /* of a commit, once */
};

static struct timezone_list *zones;

static void set_up(void)
{
    zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
}

static void tear_down(void)
{
    timezone_list_free(zones);
}

static enum store_fault next_fault(void *context, bool is_commit)
{
    struct faults *faults = context;
    enum store_fault fault = is_commit ? faults->next : STORE_FAULT_NONE;

    if (is_commit)
        faults->next = STORE_FAULT_NONE;
    return fault;
}

static struct fixture *given_fixture(const char *directory, struct faults *faults)
{
    const struct fixture_settings settings = {
        .directory = directory, .fault_injection = &faults->injection};
    struct fixture *fixture = fixture_open(&settings);

    fixture->policy.timezones = zones;
    return fixture;
}

/* Its timer. */
static struct timer given_schedule(struct fixture *fixture)
{
    struct add_node node = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct create_schedule schedule = {
        .order = {
            .name = text_lit("Often"),
            .command = text_lit("date"),
            .cadence = {CADENCE_MINUTELY},
            .minute = 0,
            .hour = INT64_ABSENT,
            .day_of_week = INT64_ABSENT,
            .interval_minutes = INT64_ABSENT}};
    struct timer timer = {.kind = TIMER_SCHEDULE};
    struct submission *made;

    node.workspace_id =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "acme"))->subject;
    schedule.order.workspace_id = node.workspace_id;
    schedule.node_id = given_order(fixture, &add_node_command, &node)->subject;
    made = given_order(fixture, &create_schedule_command, &schedule);
    must(made->status == STATUS_OK);
    timer.id = made->subject;
    must(model_next_timer(fixture->model, &(struct timer){.kind = TIMER_SCHEDULE}, &timer));
    return timer;
}

static enum status run(struct fixture *fixture, const struct timer *timer)
{
    struct submission *order = make_order(fixture, &run_schedule_command, timer);

    order->now = timer->due;
    order->actor = (struct actor){.kind = ACTOR_SYSTEM};
    writer_execute(fixture->writer, order);
    return order->status;
}

static int64_t count_of(struct fixture *fixture, const struct event_type *type)
{
    int64_t count = 0;

    for (uint64_t at = 0; at < ledger_size(fixture->log); at++)
        count += record_at(fixture, at).type == type ? 1 : 0;
    return count;
}

static void a_run_that_was_interrupted_happens_once(void)
{
    static const enum store_fault ways[] = {STORE_FAULT_BEFORE, STORE_FAULT_AFTER};

    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct faults faults = {.next = STORE_FAULT_NONE};
        struct fixture *fixture;
        struct timer timer;
        const char *directory;
        faults.injection = (struct store_fault_injection){next_fault, &faults};
        fixture = given_fixture(NULL, &faults);
        directory = fixture->directory;
        timer = given_schedule(fixture);
        faults.next = ways[i];
        expect_int64(run(fixture, &timer), STATUS_UNAVAILABLE);
        fixture_close(fixture);
        fixture = given_fixture(directory, &faults);
        expect_int64(count_of(fixture, &task_created_event), i);
        expect(model_has_timer(fixture->model, &timer) == (ways[i] == STORE_FAULT_BEFORE));
        expect_int64(run(fixture, &timer), STATUS_OK);
        expect_int64(run(fixture, &timer), STATUS_OK);
        expect_int64(count_of(fixture, &task_created_event), 1);
        expect_int64(count_of(fixture, &schedule_ran_event), 1);
        fixture_close(fixture);
    }
}

static const struct test tests[] = {
    TEST(a_run_that_was_interrupted_happens_once),
};

const struct suite test_interrupted_run_suite = SUITE_WITH(
    "commands/schedule/interrupted_run", tests, .set_up = set_up, .tear_down = tear_down);
