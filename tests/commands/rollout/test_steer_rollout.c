/*
 * What people do with a rollout, and what its agents tell of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"
#include "tests/support/rollouts.h"

/* Its first target has failed. */
static struct scenario *given_paused_rollout(size_t targets, struct uuid *rollout)
{
    struct scenario *s = given_begun_rollout(targets, rollout);

    given_update_ended(s, *rollout, 0, TASK_FAILED);
    when_rollouts_settle(s);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

static void retry(struct scenario *s, struct uuid rollout, size_t n)
{
    when_target_steered(s, &retry_rollout_target_command, rollout, n);
}

static void skip(struct scenario *s, struct uuid rollout, size_t n)
{
    when_target_steered(s, &skip_rollout_target_command, rollout, n);
}

static void a_target_that_is_tried_again_comes_first(void)
{
    struct uuid rollout;
    struct scenario *s = given_paused_rollout(2, &rollout);

    retry(s, rollout, 0);
    THEN_EMITTED(
        s, HAPPENED(
               rollout_retried, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
               .goes_on = OPT_TRUE));
    expect_text(target_of(s, rollout, 0).status_message, "Retry queued by an operator.");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 1 pending, 1 active, 0 failed; dispatched pending");
}

static void one_whose_agent_has_the_version_by_then_is_over(void)
{
    struct uuid rollout;
    struct scenario *s = given_paused_rollout(1, &rollout);

    given_version(s, 0, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 0 pending, 0 active, 1 failed; failed");
    retry(s, rollout, 0);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; completed");
}

static void one_that_is_left_out_keeps_its_words_and_the_rest_goes_on(void)
{
    struct uuid rollout;
    struct scenario *s = given_paused_rollout(2, &rollout);

    skip(s, rollout, 0);
    THEN_EMITTED(
        s, HAPPENED(
               rollout_skipped, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
               .goes_on = OPT_TRUE));
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "running: 0 pending, 1 active, 0 failed; skipped dispatched");
    given_version(s, 1, "1.1.0");
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "completed: 0 pending, 0 active, 0 failed; skipped completed");
}

static void where_too_many_others_have_failed_it_stays_paused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(3);
    struct uuid rollout;

    order.wave_size = 2;
    given_agents(s, 3);
    rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    given_update_ended(s, rollout, 0, TASK_FAILED);
    when_rollouts_settle(s);
    when_reported(s, rollout, 1, "failed", 20);
    expect_rollout(s, rollout, "paused: 1 pending, 0 active, 2 failed; failed failed pending");
    skip(s, rollout, 0);
    when_rollouts_settle(s);
    expect_rollout(s, rollout, "paused: 1 pending, 0 active, 1 failed; skipped failed pending");
    skip(s, rollout, 1);
    when_rollouts_settle(s);
    expect_rollout(
        s, rollout, "running: 0 pending, 1 active, 0 failed; skipped skipped dispatched");
}

static void only_one_that_is_paused_can_be_resumed_and_not_while_targets_have_failed(void)
{
    struct uuid rollout;
    struct scenario *s = given_paused_rollout(2, &rollout);

    when_steered(s, &resume_rollout_command, rollout);
    THEN_REFUSED(s, CONFLICT, "Retry or skip failed targets before resuming this rollout.");
    retry(s, rollout, 0);
    when_steered(s, &resume_rollout_command, rollout);
    THEN_REFUSED(s, CONFLICT, "Only paused rollouts can be resumed.");
    when_steered(s, &resume_rollout_command, RUN2);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Agent update rollout %s was not found", RUN2));
}

static void targets_are_tried_again_or_left_out_only_where_they_have_failed(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    skip(s, rollout, 0);
    THEN_REFUSED(
        s, CONFLICT, "Target retry and skip are available only when the rollout is paused.");
    given_update_ended(s, rollout, 0, TASK_FAILED);
    when_rollouts_settle(s);
    retry(s, rollout, 1);
    THEN_REFUSED(s, CONFLICT, "Only failed targets can be retried or skipped.");
    scenario_when(
        s, &skip_rollout_target_command, &(const struct steer_rollout_target){{rollout}, T1});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Agent update rollout target %s was not found", T1));
}

static void with_one_that_is_cancelled_all_that_is_not_over_is(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);
    const struct uuid open[] = {target_id_of(rollout, 1), target_id_of(rollout, 0)};

    when_steered(s, &cancel_rollout_command, rollout);
    THEN_EMITTED(
        s, HAPPENED(rollout_cancelled, .rollout_id = rollout, .target_ids = {open, 2}),
        HAPPENED(
            task_cancelled, .task_id = target_of(s, rollout, 0).task_id,
            .reason = text_lit("Rollout cancelled by operator.")));
    expect_rollout(s, rollout, "cancelled: 0 pending, 0 active, 0 failed; cancelled cancelled");
    expect_int64(target_of(s, rollout, 0).progress_percent, 5);
    expect_text(target_of(s, rollout, 1).status_message, "Cancelled before dispatch.");
    expect_int64(scenario_timers(s, TIMER_ROLLOUT) + scenario_timers(s, TIMER_UPDATE), 0);
    when_steered(s, &cancel_rollout_command, rollout);
    THEN_REFUSED(s, CONFLICT, "This rollout is already terminal.");
}

static void a_report_moves_its_target_forward_and_never_back(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(1, &rollout);

    when_reported(s, rollout, 0, "verifying", 45);
    THEN_EMITTED(
        s, HAPPENED(
               rollout_progressed, .rollout_id = rollout, .target_id = target_id_of(rollout, 0),
               .status = {UPDATE_VERIFYING}, .progress_percent = 45));
    expect_int64(ANSWER(s, rollout_target)->status.is, UPDATE_VERIFYING);
    when_reported(s, rollout, 0, "downloading", 90);
    THEN_NOTHING(s);
    when_reported(s, rollout, 0, "verifying", 45);
    THEN_NOTHING(s);
    when_reported(s, rollout, 0, "installing", 10);
    expect_int64(ANSWER(s, rollout_target)->progress_percent, 45);
}

static void a_report_about_a_target_that_waits_changes_nothing(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    when_reported(s, rollout, 1, "installing", 70);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, rollout_target)->status.is, UPDATE_PENDING);
    when_reported(s, rollout, 1, "failed", 70);
    THEN_NOTHING(s);
}

static void a_report_of_failure_pauses_the_rollout_and_ends_the_task(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    when_reported(s, rollout, 0, "failed", 45);
    expect_rollout(s, rollout, "paused: 1 pending, 0 active, 1 failed; failed pending");
    expect_text(target_of(s, rollout, 0).status_message, "web-0 reported an update failure.");
    when_reported(s, rollout, 0, "installing", 70);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, rollout_target)->status.is, UPDATE_FAILED);
}

static void an_agent_reports_for_its_own_node_only(void)
{
    struct uuid rollout;
    struct scenario *s = given_begun_rollout(2, &rollout);

    WHEN(
        s, report_update, .node_id = fleet_node(1), .credential_digest = digest_named(s, "web-1"),
        .target_id = target_id_of(rollout, 0), .status = {2}, .progress_percent = 1);
    THEN_REFUSED(
        s, CONFLICT, "The authenticated agent cannot report progress for this rollout target.");
    WHEN(
        s, report_update, .node_id = fleet_node(0), .credential_digest = digest_named(s, "web-1"),
        .target_id = target_id_of(rollout, 0), .status = {2}, .progress_percent = 1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(a_target_that_is_tried_again_comes_first),
    TEST(one_whose_agent_has_the_version_by_then_is_over),
    TEST(one_that_is_left_out_keeps_its_words_and_the_rest_goes_on),
    TEST(where_too_many_others_have_failed_it_stays_paused),
    TEST(only_one_that_is_paused_can_be_resumed_and_not_while_targets_have_failed),
    TEST(targets_are_tried_again_or_left_out_only_where_they_have_failed),
    TEST(with_one_that_is_cancelled_all_that_is_not_over_is),
    TEST(a_report_moves_its_target_forward_and_never_back),
    TEST(a_report_about_a_target_that_waits_changes_nothing),
    TEST(a_report_of_failure_pauses_the_rollout_and_ends_the_task),
    TEST(an_agent_reports_for_its_own_node_only),
};

const struct suite test_steer_rollout_suite = SUITE("commands/rollout/steer_rollout", tests);
