/*
 * Tasks and nodes: what is done and undone leaves no trace in what the write model walks and waits for: its links, claims
 * and timers are what they were.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/encode.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/model.h"
#include "tests/support/fleet.h"

#include <stdio.h>
#include <string.h>

#define G1 id_named("team 1")

/* Keys of links, claims and timers, as "table key" lines in order. */
struct traces {
    struct arena *arena;
    struct text lines;
};

static void add_trace(const char *table, struct bytes key, void *context)
{
    struct traces *traces = context;

    if (strcmp(table, "links") != 0 && strcmp(table, "claims") != 0 && strcmp(table, "timers") != 0)
        return;
    traces->lines = text_format(
        traces->arena, "%.*s%s %.*s\n", TEXT_ARGS(traces->lines), table,
        TEXT_ARGS(hex_encode(traces->arena, key)));
}

static struct model *empty;

static void set_up(void)
{
    struct error error = {0};
    const struct digest fingerprint = {{0}};

    expect_ok(model_open(make_directory(), fingerprint, &empty, &error), &error);
}

static void tear_down(void)
{
    model_close(empty);
}

static struct text traces_of(const struct scenario *s, struct arena *arena)
{
    struct traces traces = {arena, text_lit("")};

    model_compare(scenario_model(s), empty, add_trace, &traces);
    return traces.lines;
}

struct pair {
    const char *name;
    void (*before)(struct scenario *s); /* what both are about */
    void (*there)(struct scenario *s);
    void (*back)(struct scenario *s);
};

static struct timestamp later(const struct scenario *s, int64_t seconds)
{
    return timestamp_plus_us(scenario_now(s), seconds * US_PER_S);
}

static void create_task(struct scenario *s)
{
    given_queued_task(s);
}

static void claim_task(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = later(s, 60)));
}

static void requeue_task(struct scenario *s)
{
    GIVEN(s, HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_RELEASED}));
}

static void create_package_list(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T1, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
}

static void start_package_list(struct scenario *s)
{
    create_package_list(s);
    claim_task(s);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = scenario_now(s)));
}

/* The timer of its end goes with all else. */
static void retire_task(struct scenario *s)
{
    const struct uuid task_ids[] = {T1};

    GIVEN(
        s,
        HAPPENED(task_retired, .rule = text_lit("FINISHED_TASK_DAYS"), .task_ids = {task_ids, 1}));
}

static void cancel_task(struct scenario *s)
{
    GIVEN(s, HAPPENED(task_cancelled, .task_id = T1));
    retire_task(s);
}

static void complete_task(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .finished_at = scenario_now(s)));
    retire_task(s);
}

static void time_out_task(struct scenario *s)
{
    GIVEN(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
    retire_task(s);
}

static void abandon_task(struct scenario *s)
{
    GIVEN(s, HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED}));
    retire_task(s);
}

static void enter_maintenance(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
}

static void leave_maintenance(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
}

static void add_node(struct scenario *s)
{
    given_another_node(s, N2, W1, "web-2");
}

static void work_on_node(struct scenario *s)
{
    add_node(s);
    GIVEN(
        s, HAPPENED(node_came_online, .node_id = N2, .sign = {SIGN_HEARTBEAT}),
        HAPPENED(node_team_changed, .node_id = N2, .team_id = G1));
}

static void remove_node(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_removed, .node_id = N2));
}

static void come_online(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_METRICS}));
}

static void go_offline(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_went_offline, .node_id = N1, .timeout_seconds = 90));
}

static void join_team(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_team_changed, .node_id = N1, .team_id = G1));
}

static void leave_team(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_team_changed, .node_id = N1));
}

static void create_team(struct scenario *s)
{
    given_team_called(s, G1, W1, "Core");
}

static void given_fleet(struct scenario *s)
{
    given_node(s);
}

static void given_fleet_with_team(struct scenario *s)
{
    given_fleet(s);
    create_team(s);
}

static void given_fleet_with_task(struct scenario *s)
{
    given_fleet(s);
    create_task(s);
}

static void given_fleet_with_claim(struct scenario *s)
{
    given_fleet_with_task(s);
    claim_task(s);
}

static const struct pair pairs[] = {
    {"a task that is cancelled", given_fleet, create_task, cancel_task},
    {"a package list that is cancelled", given_fleet, create_package_list, cancel_task},
    {"a claim that is given back", given_fleet_with_task, claim_task, requeue_task},
    {"a task that runs and completes", given_fleet, start_package_list, complete_task},
    {"a task that runs and times out", given_fleet, start_package_list, time_out_task},
    {"a task that runs and is abandoned", given_fleet, start_package_list, abandon_task},
    {"maintenance", given_fleet_with_task, enter_maintenance, leave_maintenance},
    {"maintenance of a node with a claim", given_fleet_with_claim, enter_maintenance,
     leave_maintenance},
    {"a node that is removed", given_fleet, add_node, remove_node},
    {"a node that worked and is removed", given_fleet_with_team, work_on_node, remove_node},
    {"a node that is online for a while", given_fleet, come_online, go_offline},
    {"a node in a team", given_fleet_with_team, join_team, leave_team},
};

static void a_task_or_node_that_is_undone_leaves_no_link_no_claim_and_no_timer(void)
{
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
        struct arena *arena = arena_new(4 << 20);
        struct text before;
        struct text between;
        struct text after;

        pairs[i].before(s);
        before = traces_of(s, arena);
        pairs[i].there(s);
        between = traces_of(s, arena);
        pairs[i].back(s);
        after = traces_of(s, arena);
        if (!text_equal(before, after) || text_equal(before, between))
            printf("    %s\n", pairs[i].name);
        expect(!text_equal(before, between));
        expect_text(after, text_c(arena, before));
        arena_free(arena);
    }
}

static const struct test tests[] = {
    TEST(a_task_or_node_that_is_undone_leaves_no_link_no_claim_and_no_timer),
};

const struct suite test_inverse_fleet_suite =
    SUITE_WITH("commands/inverse_fleet", tests, .set_up = set_up, .tear_down = tear_down);
