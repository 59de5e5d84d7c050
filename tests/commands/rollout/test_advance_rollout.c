/*
 * What the clock makes of a rollout: one update after the other, an end by the version that was seen, a pause by the
 * first failure or by silence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/rollouts.h"

#include <stdio.h>

static void the_first_update_is_a_task_and_the_rest_waits(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(2);
    struct uuid rollout;
    struct text payload;

    given_agents(s, 2);
    rollout = given_rollout(s, &order);
    payload = text_from(naming(
        s, "{\"targetVersion\":\"1.1.0\",\"targetId\":\"%s\",\"rollback\":false}",
        target_id_of(rollout, 0)));
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_created, .task_id = scenario_made(s, 0), .workspace_id = W1,
            .node_id = fleet_node(0), .type = text_lit("agent.update"), .payload = {payload},
            .is_internal = OPT_FALSE, .template_version = INT64_ABSENT),
        HAPPENED(
            rollout_dispatched, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
            .node_id = fleet_node(0), .task_id = scenario_made(s, 0)));
    THEN_CAUSED_BY(s, rollout_created);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 1 pending, 1 active, 0 failed; dispatched pending");
}

static void an_update_is_over_when_the_version_is_seen_and_the_next_begins(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    given_version(s, 0, "1.1.0");
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            rollout_confirmed, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
            .node_id = fleet_node(0)),
        HAPPENED(
            task_reported, .task_id = target_of(s, rollout, 0).task_id,
            .result = {text_lit("{\"source\":\"agent-update-rollout-monitor\",\"detail\":\"Agent "
                                "reconnect confirmed 1.1.0.\"}")},
            .is_output_truncated = OPT_FALSE),
        HAPPENED(
            task_completed, .task_id = target_of(s, rollout, 0).task_id, .status = {TASK_SUCCESS},
            .is_output_truncated = OPT_FALSE, .started_at = scenario_recorded(s, 0),
            .finished_at = scenario_recorded(s, 0)));
    THEN_CAUSED_BY(s, node_versions_reported);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; completed dispatched");
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; completed completed");
    expect_int64(scenario_timers(s, TIMER_ROLLOUT) + scenario_timers(s, TIMER_UPDATE), 0);
}

static void a_task_that_succeeded_is_no_update_that_did(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(1, &rollout);

    given_update_ended(s, rollout, 0, TASK_SUCCESS);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; dispatched");
    given_version(s, 0, "1.0.9");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; dispatched");
}

static void a_version_that_an_agent_comes_online_with_is_seen_and_one_of_a_registration_is_not(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(1, &rollout);

    GIVEN(s, HAPPENED(node_went_offline, .node_id = fleet_node(0)));
    GIVEN(
        s, HAPPENED(
               node_came_online, .node_id = fleet_node(0), .sign = {SIGN_REGISTRATION},
               .agent_version = text_lit("1.1.0")));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; dispatched");
    GIVEN(
        s, HAPPENED(
               node_came_online, .node_id = fleet_node(0), .sign = {SIGN_CONNECTION},
               .agent_version = text_lit("1.1.0")));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; completed");
}

static void a_target_that_shows_the_version_before_its_turn_is_over(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(3, &rollout);

    given_version(s, 2, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout, "running: 1 pending, 1 active, 0 failed; dispatched pending completed");
}

static void the_failure_of_a_task_pauses_the_rollout(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    given_update_ended(s, rollout, 0, TASK_FAILED);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               rollout_failed, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
               .node_id = fleet_node(0), .cause = {UPDATE_FAILURE_TASK},
               .message = text_from(naming(
                   s, "web-0 update task %s failed before detached updater progress was received.",
                   target_of(s, rollout, 0).task_id)),
               .pauses = OPT_TRUE));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 1 pending, 0 active, 1 failed; failed pending");
}

static void expect_silence_after(const char *status, int64_t seconds, const char *words)
{
    char waits[96];
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(1, &rollout);

    snprintf(waits, sizeof(waits), "running: 0 pending, 1 active, 0 failed; %s", status);
    scenario_policy(s)->stale_queued_us = INT64_C(3600) * US_PER_S;
    when_reported(s, rollout, 0, status, 50);
    scenario_pass(s, seconds - 60);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, waits);
    scenario_pass(s, 60);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 0 pending, 0 active, 1 failed; failed");
    expect_text(target_of(s, rollout, 0).status_message, words);
}

static void silence_is_a_failure_after_the_time_that_its_status_gives(void)
{
    expect_silence_after("dispatched", 120, "web-0 timed out while waiting for dispatched.");
    expect_silence_after("downloading", 900, "web-0 timed out while waiting for downloading.");
    expect_silence_after("restarting", 900, "web-0 timed out while waiting for restarting.");
    expect_silence_after(
        "waiting_for_reconnect", 300, "web-0 timed out while waiting for waiting for reconnect.");
}

static void the_task_of_an_update_that_failed_by_silence_has_failed(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(1, &rollout);
    struct uuid task_id = target_of(s, rollout, 0).task_id;

    scenario_policy(s)->stale_queued_us = INT64_C(3600) * US_PER_S;
    scenario_pass(s, 121);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            rollout_failed, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
            .node_id = fleet_node(0), .cause = {UPDATE_FAILURE_SILENCE},
            .message = text_lit("web-0 timed out while waiting for dispatched."),
            .pauses = OPT_TRUE),
        HAPPENED(
            task_reported, .task_id = task_id,
            .result = {text_lit("{\"source\":\"agent-update-rollout-monitor\",\"detail\":\"web-0 "
                                "timed out while waiting for dispatched.\"}")},
            .is_output_truncated = OPT_FALSE),
        HAPPENED(
            task_completed, .task_id = task_id, .status = {TASK_FAILED},
            .is_output_truncated = OPT_FALSE, .started_at = scenario_recorded(s, 0),
            .finished_at = scenario_recorded(s, 0)));
}

static void a_node_that_takes_no_work_when_its_turn_comes_pauses_the_rollout(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = fleet_node(1)));
    given_version(s, 0, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 0 pending, 0 active, 1 failed; completed failed");
    expect_text(
        target_of(s, rollout, 1).status_message,
        "Node web-1 is in maintenance mode and cannot accept new work.");
}

static void a_node_that_is_gone_when_its_turn_comes_pauses_it_too(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    GIVEN(s, HAPPENED(node_removed, .node_id = fleet_node(1)));
    given_version(s, 0, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 0 pending, 0 active, 1 failed; completed failed");
}

static void while_it_is_paused_a_version_that_is_seen_counts_and_nothing_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(3);
    struct uuid rollout;

    order.wave_size = 2;
    given_agents(s, 3);
    rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout, "running: 1 pending, 2 active, 0 failed; dispatched dispatched pending");
    given_update_ended(s, rollout, 0, TASK_FAILED);
    when_rollouts_settle(s);
    scenario_pass(s, 3600);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 1 pending, 1 active, 1 failed; failed dispatched pending");
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 1 pending, 0 active, 1 failed; failed completed pending");
}

static void waves_begin_with_the_canary_and_bear_as_many_failures_as_they_may(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(4);
    struct uuid rollout;

    order.canary = 1;
    order.wave_size = 3;
    order.most_failures = 1;
    given_agents(s, 4);
    rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout, "running: 3 pending, 1 active, 0 failed; dispatched pending pending pending");
    given_update_ended(s, rollout, 0, TASK_FAILED);
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout,
        "running: 0 pending, 3 active, 1 failed; failed dispatched dispatched dispatched");
    given_update_ended(s, rollout, 2, TASK_CANCELLED);
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout, "paused: 0 pending, 2 active, 2 failed; failed dispatched failed dispatched");
}

/* A rollout of so many, one after the other, with a window open in the workspace of its nodes. */
static struct scenario *
given_held_rollout(size_t targets, struct window *out_window, struct uuid *out_rollout)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct create_rollout order = make_rollout_order(targets);

    *out_window = (struct window){
        .name = text_lit("Freeze"),
        .minutes = INT64_ABSENT,
        .from = at("2026-03-22T00:00:00Z"),
        .until = at("2026-03-22T18:00:00Z"),
    };
    given_agents(s, targets);
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {out_window, 1}));
    *out_rollout = given_rollout(s, &order);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               rollout_held, .rollout_id = *out_rollout, .window = text_lit("Freeze"),
               .until = out_window->until, .workspace_id = W1));
    return s;
}

static void no_update_begins_while_a_window_of_its_nodes_workspace_is_open(void)
{
    struct window window;
    struct uuid rollout;
    struct scenario *s = given_held_rollout(2, &window, &rollout);

    when_rollouts_settle(s);
    expect_rollout(s, rollout, "queued: 2 pending, 0 active, 0 failed; pending pending");
    expect(rollout_of(s, rollout).next_at.us == window.until.us);
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "queued: 1 pending, 0 active, 0 failed; pending completed");
    expect(rollout_of(s, rollout).next_at.us == window.until.us);
    scenario_pass(s, 6 * 3600);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; dispatched completed");
    expect(!timestamp_is_present(rollout_of(s, rollout).paused_until));
}

static void what_a_window_held_back_goes_on_when_it_is_taken_away(void)
{
    struct window window;
    struct uuid rollout;
    struct scenario *s = given_held_rollout(1, &window, &rollout);

    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W2, .windows = {&window, 1}));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "queued: 1 pending, 0 active, 0 failed; pending");
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&window, 0}));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; dispatched");
}

static void it_pauses_between_waves_and_after_the_last_it_is_over(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(2);
    struct uuid rollout;

    order.pause_seconds = 600;
    given_agents(s, 2);
    rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    given_version(s, 0, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 1 pending, 0 active, 0 failed; completed pending");
    expect(timestamp_is_present(rollout_of(s, rollout).paused_until));
    scenario_pass(s, 590);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 1 pending, 0 active, 0 failed; completed pending");
    scenario_pass(s, 10);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; completed dispatched");
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; completed completed");
}

static void one_that_pauses_is_over_at_once_when_nothing_is_left(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(2);
    struct uuid rollout;

    order.pause_seconds = 600;
    given_agents(s, 2);
    rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    given_version(s, 0, "1.1.0");
    when_rollouts_settle(s);
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; completed completed");
}

static const struct test tests[] = {
    TEST(no_update_begins_while_a_window_of_its_nodes_workspace_is_open),
    TEST(what_a_window_held_back_goes_on_when_it_is_taken_away),
    TEST(it_pauses_between_waves_and_after_the_last_it_is_over),
    TEST(one_that_pauses_is_over_at_once_when_nothing_is_left),
    TEST(the_first_update_is_a_task_and_the_rest_waits),
    TEST(an_update_is_over_when_the_version_is_seen_and_the_next_begins),
    TEST(a_task_that_succeeded_is_no_update_that_did),
    TEST(a_version_that_an_agent_comes_online_with_is_seen_and_one_of_a_registration_is_not),
    TEST(a_target_that_shows_the_version_before_its_turn_is_over),
    TEST(the_failure_of_a_task_pauses_the_rollout),
    TEST(silence_is_a_failure_after_the_time_that_its_status_gives),
    TEST(the_task_of_an_update_that_failed_by_silence_has_failed),
    TEST(a_node_that_takes_no_work_when_its_turn_comes_pauses_the_rollout),
    TEST(a_node_that_is_gone_when_its_turn_comes_pauses_it_too),
    TEST(while_it_is_paused_a_version_that_is_seen_counts_and_nothing_begins),
    TEST(waves_begin_with_the_canary_and_bear_as_many_failures_as_they_may),
};

const struct suite test_advance_rollout_suite = SUITE("commands/rollout/advance_rollout", tests);
