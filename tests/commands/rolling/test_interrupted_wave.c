/*
 * A wave begins once, whatever becomes of the server in the middle: nothing of one that was not committed is there, and
 * all of one that was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/rolling/rolling.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger.h"
#include "tests/support/fixture.h"

#include <string.h>

enum { NODES = 3 };

struct faults {
    struct store_fault_injection injection;
    enum store_fault next; /* of a commit, once */
};

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
    return fixture_open(&(const struct fixture_settings){
        .directory = directory, .fault_injection = &faults->injection});
}

/* Its timer. */
static struct timer given_rolling_run(struct fixture *fixture)
{
    static const char *const names[NODES] = {"web-1", "web-2", "web-3"};
    struct uuid nodes[NODES];
    struct create_rolling_run run = {
        .name = text_lit("Upgrade"),
        .type = text_lit("shell.exec"),
        .node_ids = {nodes, NODES},
        .wave_size = NODES,
        .wave_share = INT64_ABSENT,
        .reach_seconds = 60,
    };
    struct timer timer = {.kind = TIMER_ROLLING_RUN};
    struct submission *made;

    run.workspace_id =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "acme"))->subject;
    for (size_t i = 0; i < NODES; i++) {
        const struct add_node node = {
            .workspace_id = run.workspace_id,
            .hostname = text_from(names[i]),
            .os = text_lit("linux"),
            .arch = text_lit("amd64")};
        nodes[i] = given_order(fixture, &add_node_command, &node)->subject;
    }
    made = given_order(fixture, &create_rolling_run_command, &run);
    must(made->status == STATUS_OK);
    must(model_next_timer(fixture->model, &timer, &timer));
    return timer;
}

static enum status look(struct fixture *fixture, const struct timer *timer)
{
    struct submission *order = make_order(fixture, &advance_rolling_run_command, timer);

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

static void a_wave_that_was_interrupted_begins_once(void)
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
        timer = given_rolling_run(fixture);
        faults.next = ways[i];
        expect_int64(look(fixture, &timer), STATUS_UNAVAILABLE);
        fixture_close(fixture);
        fixture = given_fixture(directory, &faults);
        expect_int64(count_of(fixture, &task_created_event), (int64_t)i * NODES);
        expect(model_has_timer(fixture->model, &timer) == (ways[i] == STORE_FAULT_BEFORE));
        expect_int64(look(fixture, &timer), STATUS_OK);
        expect_int64(look(fixture, &timer), STATUS_OK);
        expect_int64(count_of(fixture, &task_created_event), NODES);
        expect_int64(count_of(fixture, &rolling_run_wave_begun_event), 1);
        fixture_close(fixture);
    }
}

static const struct test tests[] = {
    TEST(a_wave_that_was_interrupted_begins_once),
};

const struct suite test_interrupted_wave_suite = SUITE("commands/rolling/interrupted_wave", tests);
