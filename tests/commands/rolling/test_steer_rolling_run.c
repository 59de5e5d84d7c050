/*
 * What people do with a rolling run: stop, resume, cancel, retry, skip; and what befalls it because of others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"
#include "tests/support/rolling.h"

#define M1 id_named("membership 1")
#define M2 id_named("membership 2")

static struct scenario *given_run(size_t targets)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct rolling_run_created run = make_rolling_run(RUN1, targets);

    given_fleet(s, targets);
    given_rolling_run(s, &run);
    when_looked_at(s);
    return s;
}

/* Its canary has failed. */
static struct scenario *given_stopped_run(size_t targets)
{
    struct scenario *s = given_run(targets);

    given_target_ended(s, RUN1, 0, TASK_FAILED);
    when_looked_at(s);
    return s;
}

static void steer(struct scenario *s, const struct command *command)
{
    scenario_when(
        s, command, &(const struct steer_rolling_run){W1, RUN1, .reason = text_lit("Friday")});
}

static struct uuid target_list[4];

static struct list targets(size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        target_list[i] = target_id_of(RUN1, first + i);
    return (struct list){target_list, count};
}

static void retry(struct scenario *s, struct list ids)
{
    WHEN(s, retry_rolling_run, .order = {W1, RUN1, text_lit("Friday")}, .target_ids = ids);
}

static void skip(struct scenario *s, struct list ids)
{
    WHEN(s, skip_rolling_targets, .order = {W1, RUN1, text_lit("Friday")}, .target_ids = ids);
}

static int64_t status_of(const struct scenario *s)
{
    return rolling_run_of(s, RUN1).status.is;
}

static void one_that_is_stopped_begins_no_wave_and_counts_what_goes_on(void)
{
    struct scenario *s = given_run(3);

    steer(s, &stop_rolling_run_command);
    THEN_EMITTED(
        s, HAPPENED(
               rolling_run_stopped, .run_id = RUN1, .cause = {STOPPED_ON_REQUEST},
               .reason = text_lit("Friday")));
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_settled(s);
    expect_int64(status_of(s), ROLLING_STOPPED);
    expect_int64(rolling_run_of(s, RUN1).succeeded, 1);
    expect_int64(rolling_run_of(s, RUN1).pending, 2);
    steer(s, &stop_rolling_run_command);
    THEN_REFUSED(s, CONFLICT, "The rolling run is stopped, so it cannot be stopped.");
}

static void one_that_is_resumed_goes_on_with_the_rest_and_may_fail_as_often_again(void)
{
    struct scenario *s = given_stopped_run(5);

    expect_int64(status_of(s), ROLLING_STOPPED);
    steer(s, &resume_rolling_run_command);
    THEN_EMITTED(s, HAPPENED(rolling_run_resumed, .run_id = RUN1, .reason = text_lit("Friday")));
    when_looked_at(s);
    expect_int64(rolling_run_of(s, RUN1).active, 2);
    given_target_ended(s, RUN1, 1, TASK_SUCCESS);
    given_target_ended(s, RUN1, 2, TASK_FAILED);
    when_looked_at(s);
    expect_int64(status_of(s), ROLLING_STOPPED);
    steer(s, &resume_rolling_run_command);
    when_looked_at(s);
    given_target_ended(s, RUN1, 3, TASK_SUCCESS);
    given_target_ended(s, RUN1, 4, TASK_SUCCESS);
    when_settled(s);
    expect_int64(status_of(s), ROLLING_COMPLETED);
    expect_int64(rolling_run_of(s, RUN1).failed, 2);
    steer(s, &resume_rolling_run_command);
    THEN_REFUSED(s, CONFLICT, "The rolling run is completed, so it cannot be resumed.");
}

static void a_run_that_goes_on_is_not_resumed(void)
{
    struct scenario *s = given_run(2);

    steer(s, &resume_rolling_run_command);
    THEN_REFUSED(s, CONFLICT, "The rolling run is running, so it cannot be resumed.");
}

static void the_canary_is_tried_again_before_the_rest(void)
{
    struct scenario *s = given_stopped_run(5);

    retry(s, (struct list){NULL, 0});
    THEN_EMITTED(
        s, HAPPENED(
               rolling_run_retried, .run_id = RUN1, .target_ids = targets(0, 1),
               .goes_on = OPT_TRUE, .reason = text_lit("Friday"), .failed = 1));
    when_looked_at(s);
    expect_int64(rolling_run_of(s, RUN1).active, 1);
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_looked_at(s);
    expect_int64(rolling_run_of(s, RUN1).active, 2);
    expect_int64(rolling_run_of(s, RUN1).failed, 0);
}

static void a_retry_touches_only_what_failed_or_was_not_reached(void)
{
    struct scenario *s = given_stopped_run(3);

    retry(s, targets(1, 1));
    THEN_REFUSED(
        s, CONFLICT,
        naming(
            s, "Target %s has not failed and was not missed, so it cannot be tried again.",
            target_id_of(RUN1, 1)));
    steer(s, &resume_rolling_run_command);
    when_looked_at(s);
    given_target_ended(s, RUN1, 1, TASK_SUCCESS);
    given_target_ended(s, RUN1, 2, TASK_SUCCESS);
    when_settled(s);
    expect_int64(status_of(s), ROLLING_COMPLETED);
    retry(s, targets(2, 1));
    THEN_REFUSED(
        s, CONFLICT,
        naming(
            s, "Target %s has not failed and was not missed, so it cannot be tried again.",
            target_id_of(RUN1, 2)));
    retry(s, targets(0, 1));
    when_looked_at(s);
    expect_int64(rolling_run_of(s, RUN1).active, 1);
    expect_int64(rolling_run_of(s, RUN1).succeeded, 2);
}

static void where_nothing_failed_nothing_is_tried_again(void)
{
    struct scenario *s = given_run(2);

    retry(s, (struct list){NULL, 0});
    THEN_REFUSED(s, CONFLICT, "No target of the rolling run has failed or was not reached.");
}

static void some_targets_of_a_stopped_run_wait_until_it_is_resumed(void)
{
    struct scenario *s = given_stopped_run(3);

    retry(s, targets(0, 1));
    THEN_EMITTED(
        s, HAPPENED(
               rolling_run_retried, .run_id = RUN1, .target_ids = targets(0, 1),
               .goes_on = OPT_FALSE, .reason = text_lit("Friday"), .failed = 1));
    expect_int64(status_of(s), ROLLING_STOPPED);
    expect_int64(rolling_run_of(s, RUN1).pending, 3);
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
}

static void what_is_skipped_gets_no_task(void)
{
    struct scenario *s = given_run(3);

    skip(s, targets(1, 1));
    THEN_EMITTED(
        s, HAPPENED(
               rolling_run_skipped, .run_id = RUN1, .target_ids = targets(1, 1),
               .reason = text_lit("Friday")));
    skip(s, targets(0, 1));
    THEN_REFUSED(
        s, CONFLICT,
        naming(
            s, "Target %s is not pending any more, so it cannot be skipped.",
            target_id_of(RUN1, 0)));
    target_list[0] = fleet_node(2);
    skip(s, (struct list){target_list, 1});
    THEN_REFUSED(
        s, NOT_FOUND, naming(s, "Target %s of the rolling run was not found", fleet_node(2)));
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_looked_at(s);
    given_target_ended(s, RUN1, 2, TASK_SUCCESS);
    when_settled(s);
    expect_int64(status_of(s), ROLLING_COMPLETED);
    expect_int64(rolling_run_of(s, RUN1).skipped, 1);
}

static void one_that_has_nothing_left_but_what_is_skipped_is_completed(void)
{
    struct scenario *s = given_run(2);
    struct rolling_run run;

    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    skip(s, targets(1, 1));
    when_settled(s);
    run = rolling_run_of(s, RUN1);
    expect_int64(run.status.is, ROLLING_COMPLETED);
}

static void a_run_that_is_cancelled_is_so_with_its_tasks_for_good(void)
{
    struct scenario *s = given_run(3);
    struct uuid task = task_of_target(s, RUN1, 0);
    struct rolling_target_ended ended = {
        .target_id = target_id_of(RUN1, 0), .status = {TARGET_CANCELLED}};

    steer(s, &cancel_rolling_run_command);
    THEN_EMITTED(
        s,
        HAPPENED(
            rolling_run_cancelled, .run_id = RUN1, .target_ids = targets(1, 2),
            .cause = {ROLLING_CANCELLED_ON_REQUEST}, .reason = text_lit("Friday")),
        HAPPENED(
            task_cancelled, .task_id = task, .reason = text_lit("Its rolling run was cancelled.")));
    when_looked_at(s);
    THEN_EMITTED(s, HAPPENED(rolling_run_counted, .run_id = RUN1, .ended = {&ended, 1}));
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
    steer(s, &resume_rolling_run_command);
    THEN_REFUSED(s, CONFLICT, "The rolling run is cancelled, so it cannot be resumed.");
    retry(s, (struct list){NULL, 0});
    THEN_REFUSED(s, CONFLICT, "The rolling run is cancelled, so it cannot be retried.");
    steer(s, &cancel_rolling_run_command);
    THEN_REFUSED(s, CONFLICT, "The rolling run is cancelled, so it cannot be cancelled.");
}

static void tasks_that_run_are_asked_to_stop(void)
{
    struct scenario *s = given_run(1);
    struct uuid task = task_of_target(s, RUN1, 0);

    GIVEN(s, HAPPENED(task_started, .task_id = task, .started_at = scenario_now(s)));
    steer(s, &cancel_rolling_run_command);
    THEN_EMITTED(
        s,
        HAPPENED(
            rolling_run_cancelled, .run_id = RUN1, .target_ids = {"", 0},
            .cause = {ROLLING_CANCELLED_ON_REQUEST}, .reason = text_lit("Friday")),
        HAPPENED(
            task_cancel_requested, .task_id = task,
            .reason = text_lit("Its rolling run was cancelled.")));
    given_target_ended(s, RUN1, 0, TASK_CANCELLED);
    when_settled(s);
    expect_int64(rolling_run_of(s, RUN1).active, 0);
    expect_int64(rolling_run_of(s, RUN1).failed, 0);
}

static void a_run_of_another_workspace_is_not_there(void)
{
    struct scenario *s = given_run(1);

    given_workspace_called(s, W2, "other");
    scenario_when(
        s, &stop_rolling_run_command,
        &(const struct steer_rolling_run){.workspace_id = W2, .id = RUN1});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Rolling run %s was not found", RUN1));
}

static void whose_owner_leaves_the_workspace_is_stopped(void)
{
    struct scenario *s = given_run(3);

    given_account(s, U1, "ann@example.com");
    given_account(s, U2, "bob@example.com");
    given_member(s, M1, W1, U1, MEMBER_ADMIN);
    given_member(s, M2, W1, U2, MEMBER_OWNER);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M1);
    THEN_EMITTED(
        s, HAPPENED(rolling_run_stopped, .run_id = RUN1, .cause = {STOPPED_OWNER_LEFT}),
        HAPPENED(
            member_removed, .membership_id = M1, .workspace_id = W1, .user_id = U1,
            .is_consequence = OPT_FALSE));
    expect_int64(status_of(s), ROLLING_STOPPED);
}

static void whoever_owns_one_that_is_not_over_is_not_deleted(void)
{
    struct scenario *s = given_ann_and_bob();
    struct rolling_run_created run = make_rolling_run(RUN1, 1);

    given_fleet(s, 1);
    run.owner_user_id = U2;
    given_rolling_run(s, &run);
    WHEN(s, delete_user, .user_id = U2);
    THEN_REFUSED(
        s, CONFLICT,
        "Cancel this user's rolling runs before deleting the account, or let them complete.");
    steer(s, &cancel_rolling_run_command);
    WHEN(s, delete_user, .user_id = U2);
    expect(scenario_status(s, &(const struct error *){NULL}) == STATUS_OK);
}

static void whose_owner_may_not_sign_in_any_more_is_stopped(void)
{
    struct scenario *s = given_ann_and_bob();
    struct rolling_run_created run = make_rolling_run(RUN1, 1);

    given_fleet(s, 1);
    run.owner_user_id = U2;
    given_rolling_run(s, &run);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE),
        HAPPENED(rolling_run_stopped, .run_id = RUN1, .cause = {STOPPED_OWNER_LEFT}));
}

static void they_are_cancelled_with_their_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct rolling_run_created run = make_rolling_run(RUN1, 1);

    given_fleet(s, 0);
    given_workspace_called(s, W2, "other");
    run.workspace_id = W2;
    given_rolling_run(s, &run);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_EMITTED(
        s,
        HAPPENED(
            rolling_run_cancelled, .run_id = RUN1, .target_ids = targets(0, 1),
            .cause = {ROLLING_CANCELLED_WORKSPACE_DELETED}),
        HAPPENED(workspace_deleted, .workspace_id = W2));
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
}

static const struct test tests[] = {
    TEST(one_that_is_stopped_begins_no_wave_and_counts_what_goes_on),
    TEST(one_that_is_resumed_goes_on_with_the_rest_and_may_fail_as_often_again),
    TEST(a_run_that_goes_on_is_not_resumed),
    TEST(the_canary_is_tried_again_before_the_rest),
    TEST(a_retry_touches_only_what_failed_or_was_not_reached),
    TEST(where_nothing_failed_nothing_is_tried_again),
    TEST(some_targets_of_a_stopped_run_wait_until_it_is_resumed),
    TEST(what_is_skipped_gets_no_task),
    TEST(one_that_has_nothing_left_but_what_is_skipped_is_completed),
    TEST(a_run_that_is_cancelled_is_so_with_its_tasks_for_good),
    TEST(tasks_that_run_are_asked_to_stop),
    TEST(a_run_of_another_workspace_is_not_there),
    TEST(whose_owner_leaves_the_workspace_is_stopped),
    TEST(whoever_owns_one_that_is_not_over_is_not_deleted),
    TEST(whose_owner_may_not_sign_in_any_more_is_stopped),
    TEST(they_are_cancelled_with_their_workspace),
};

const struct suite test_steer_rolling_run_suite =
    SUITE("commands/rolling/steer_rolling_run", tests);
