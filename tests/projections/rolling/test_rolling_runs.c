/*
 * Rolling runs and their targets as the API shows them, and what the audit trail and the system events say of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rolling_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

enum { TARGETS = 4 };

#define RUN       make_id(40)
#define WORKSPACE make_id(2)

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, RUN, WORKSPACE, event);
}

static struct uuid target(size_t n)
{
    return target_id_of(RUN, n);
}

static void given_run(void)
{
    struct uuid nodes[TARGETS];
    const struct rolling_run_created created = {
        .run_id = RUN,
        .workspace_id = WORKSPACE,
        .owner_user_id = make_id(1),
        .name = text_lit("Upgrade"),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")},
        .template_version = INT64_ABSENT,
        .node_ids = {nodes, TARGETS},
        .canary = 1,
        .wave_size = 2,
        .wave_share = 50,
        .reach_seconds = 60,
    };

    for (unsigned n = 0; n < TARGETS; n++)
        nodes[n] = make_id(10 + n);
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given(&rolling_run_created_event, &created);
    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
}

/* The first two: one is begun, the other one takes no work. */
static void given_wave(void)
{
    const struct rolling_target_begun begun = {target(0), make_id(30)};
    const struct rolling_target_ended ended = {
        .target_id = target(1),
        .status = {TARGET_NOT_REACHED},
        .reason = {TARGET_NODE_IN_MAINTENANCE},
        .detail = text_lit("It rests.")};
    const struct rolling_run_wave_begun wave = {
        .run_id = RUN,
        .is_canary = OPT_FALSE,
        .begun = {&begun, 1},
        .ended = {&ended, 1},
        .number = 1,
    };

    given(&rolling_run_wave_begun_event, &wave);
}

static void given_failure(void)
{
    const struct rolling_target_ended ended = {
        .target_id = target(0), .status = {TARGET_FAILED}, .reason = {TARGET_TASK_FAILED}};
    const struct rolling_run_counted counted = {.run_id = RUN, .ended = {&ended, 1}};
    const struct rolling_run_stopped stopped = {.run_id = RUN, .cause = {STOPPED_BY_FAILURES}};

    given(&rolling_run_counted_event, &counted);
    given(&rolling_run_stopped_event, &stopped);
}

static void set_up(void)
{
    p = make_projected();
    given_ada_registered(p);
}

static void tear_down(void)
{
    end_projected(p);
}

static struct text asked(const char *query)
{
    given_applied(p);
    return value_of(p, query);
}

#define FIGURES                                                                                    \
    "select concat_ws(' ', status, waves, pending, active, succeeded, failed, not_reached, "       \
    "skipped, cancelled) from set_test.rolling_runs"
#define STATUSES "select string_agg(status, ' ' order by number) from set_test.rolling_targets"
#define MESSAGE(type)                                                                              \
    "select message from set_test.events where type = '" type "' order by created_at desc limit 1"

static void one_begins_with_all_its_targets_pending_in_their_order(void)
{
    given_run();
    expect_text(asked(FIGURES), "running 0 4 0 0 0 0 0 0");
    expect_text(asked(STATUSES), "pending pending pending pending");
    expect_text(
        asked("select string_agg(number || ':' || (right(node_id::text, 2)), ' ' order by id) "
              "from set_test.rolling_targets"),
        asked("select string_agg(n || ':' || (right(node_id::text, 2)), ' ' order by n) from "
              "(select node_id, number n from set_test.rolling_targets) t")
            .data);
    expect_text(
        asked("select concat_ws(' ', action, metadata->>'targets', metadata->>'waveSize') from "
              "set_test.audit_logs where target_type = 'rolling-run'"),
        "rolling-run.created 4 2");
}

static void a_wave_moves_its_targets_and_their_figures(void)
{
    given_run();
    given_wave();
    expect_text(asked(FIGURES), "running 1 2 1 0 0 1 0 0");
    expect_text(asked(STATUSES), "active not_reached pending pending");
    expect_text(
        asked("select concat_ws(' ', reason, detail, wave, task_id is null) from "
              "set_test.rolling_targets where number = 1"),
        "node_in_maintenance It rests. 1 t");
}

static void that_it_stopped_is_told_with_its_figures(void)
{
    given_run();
    given_wave();
    given_failure();
    expect_text(asked(FIGURES), "stopped 1 2 0 0 1 1 0 0");
    expect_text(asked("select stopped_by from set_test.rolling_runs"), "too_many_failures");
    expect_text(
        asked(MESSAGE("rolling-run.stopped")),
        "Rolling run Upgrade stopped: 1 of 4 targets failed, 1 were not reached, 2 are pending.");
    expect_text(
        asked("select concat_ws(' ', severity, node_id is null, metadata->>'failed') from "
              "set_test.events where type = 'rolling-run.stopped'"),
        "warning t 1");
    expect_text(
        asked(
            "select count(*)::text from set_test.audit_logs where action = 'rolling-run.stopped'"),
        "0");
}

static void what_is_tried_again_is_pending_again(void)
{
    const struct uuid ids[] = {target(0), target(1)};
    const struct rolling_run_retried retried = {
        .run_id = RUN, .target_ids = {ids, 2}, .goes_on = OPT_TRUE, .failed = 1};

    given_run();
    given_wave();
    given_failure();
    given(&rolling_run_retried_event, &retried);
    expect_text(asked(FIGURES), "running 1 4 0 0 0 0 0 0");
    expect_text(asked(STATUSES), "pending pending pending pending");
    expect_text(
        asked("select concat_ws(' ', reason is null, detail is null) from "
              "set_test.rolling_targets where number = 1"),
        "t t");
    expect_text(asked("select (stopped_by is null)::text from set_test.rolling_runs"), "true");
}

static void what_people_do_with_one_is_shown_with_their_reason(void)
{
    const struct uuid skipped_id = target(3);
    const struct rolling_run_stopped stopped = {RUN, {STOPPED_ON_REQUEST}, text_lit("Lunch")};
    const struct rolling_run_resumed resumed = {RUN, text_lit("Lunch is over")};
    const struct rolling_run_skipped skipped = {RUN, {&skipped_id, 1}, text_lit("It is old")};

    given_run();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given(&rolling_run_stopped_event, &stopped);
    expect_text(
        asked("select concat_ws(' ', status, reason) from set_test.rolling_runs"), "stopped Lunch");
    expect_text(
        asked(MESSAGE("rolling-run.stopped")),
        "Rolling run Upgrade stopped: somebody stopped it; 4 targets are pending.");
    given(&rolling_run_resumed_event, &resumed);
    given(&rolling_run_skipped_event, &skipped);
    expect_text(asked(FIGURES), "running 0 3 0 0 0 0 1 0");
    expect_text(asked(STATUSES), "pending pending pending skipped");
    expect_text(
        asked("select string_agg(concat_ws(':', action, metadata->>'reason'), ' ' order by "
              "created_at) from set_test.audit_logs where action <> 'rolling-run.created'"),
        "rolling-run.stopped:Lunch rolling-run.resumed:Lunch is over "
        "rolling-run.targets-skipped:It is old");
}

static void between_waves_it_says_until_when_it_pauses(void)
{
    const struct rolling_run_paused paused = {RUN, {INT64_C(1774317900) * US_PER_S}};

    given_run();
    given(&rolling_run_paused_event, &paused);
    expect_text(
        asked("select concat_ws(' ', status, extract(epoch from paused_until)::bigint) from "
              "set_test.rolling_runs"),
        "pausing 1774317900");
    given_wave();
    expect_text(
        asked("select concat_ws(' ', status, paused_until is null) from set_test.rolling_runs"),
        "running t");
}

static void while_a_window_holds_it_back_it_says_which(void)
{
    const struct rolling_run_held held = {
        RUN, text_lit("Freeze"), {INT64_C(1774317900) * US_PER_S}};

    given_run();
    given(&rolling_run_held_event, &held);
    expect_text(
        asked("select concat_ws(' ', status, extract(epoch from paused_until)::bigint, held_by) "
              "from set_test.rolling_runs"),
        "pausing 1774317900 Freeze");
    expect_text(
        asked("select message from set_test.events where type = 'rolling-run.held'"),
        "Rolling run Upgrade is held back until 2026-03-24T02:05:00.000Z by the window Freeze; "
        "4 targets are pending.");
    given_wave();
    expect_text(
        asked("select concat_ws(' ', status, held_by is null) from set_test.rolling_runs"),
        "running t");
}

static void its_end_is_told_with_its_figures(void)
{
    const struct rolling_run_completed completed = {
        .run_id = RUN, .succeeded = 2, .failed = 1, .not_reached = 1, .skipped = 0};

    given_run();
    given(&rolling_run_completed_event, &completed);
    expect_text(
        asked("select concat_ws(' ', status, ended_at is not null) from set_test.rolling_runs"),
        "completed t");
    expect_text(
        asked(MESSAGE("rolling-run.completed")),
        "Rolling run Upgrade completed: 2 succeeded, 1 failed, 1 not reached, 0 skipped.");
}

static void with_one_that_is_cancelled_its_pending_targets_are(void)
{
    const struct uuid ids[] = {target(2), target(3)};
    const struct rolling_run_cancelled cancelled = {
        RUN, {ids, 2}, {ROLLING_CANCELLED_ON_REQUEST}, text_lit("Wrong team")};
    const struct rolling_target_ended ended = {
        .target_id = target(0), .status = {TARGET_CANCELLED}};
    const struct rolling_run_counted counted = {.run_id = RUN, .ended = {&ended, 1}};

    given_run();
    given_wave();
    given(&rolling_run_cancelled_event, &cancelled);
    given(&rolling_run_counted_event, &counted);
    expect_text(asked(FIGURES), "cancelled 1 0 0 0 0 1 0 3");
    expect_text(asked(STATUSES), "cancelled not_reached cancelled cancelled");
}

static const struct test tests[] = {
    TEST(one_begins_with_all_its_targets_pending_in_their_order),
    TEST(a_wave_moves_its_targets_and_their_figures),
    TEST(that_it_stopped_is_told_with_its_figures),
    TEST(what_is_tried_again_is_pending_again),
    TEST(what_people_do_with_one_is_shown_with_their_reason),
    TEST(between_waves_it_says_until_when_it_pauses),
    TEST(while_a_window_holds_it_back_it_says_which),
    TEST(its_end_is_told_with_its_figures),
    TEST(with_one_that_is_cancelled_its_pending_targets_are),
};

const struct suite test_rolling_runs_suite =
    SUITE_WITH("projections/rolling/rolling_runs", tests, .set_up = set_up, .tear_down = tear_down);
