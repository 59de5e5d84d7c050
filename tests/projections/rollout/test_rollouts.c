/*
 * Rollouts and their targets as the API shows them, and what the audit trail and the system events say of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/rollout_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

enum { TARGETS = 2 };

#define ROLLOUT make_id(40)
#define WEB     make_id(10)
#define TASK    make_id(30)

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, ROLLOUT, UUID_NONE, event);
}

static struct uuid target(size_t n)
{
    return target_id_of(ROLLOUT, n);
}

static void given_rollout(void)
{
    const struct uuid ids[TARGETS] = {WEB, make_id(11)};
    const struct rollout_node nodes[TARGETS] = {
        {make_id(2), UUID_NONE, text_lit("web"), text_lit("1.0.0")},
        {make_id(2), UUID_NONE, text_lit("db"), {NULL, 0}}};
    const struct rollout_created created = {
        .rollout_id = ROLLOUT,
        .target_version = text_lit("1.1.0"),
        .rollback = OPT_FALSE,
        .artifacts = {"", 0},
        .node_ids = {ids, TARGETS},
        .nodes = {nodes, TARGETS},
        .wave_size = 1,
        .pause_seconds = INT64_ABSENT,
    };

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given(&rollout_created_event, &created);
    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
}

static void given_dispatched(void)
{
    const struct rollout_dispatched dispatched = {ROLLOUT, target(0), WEB, TASK};

    given(&rollout_dispatched_event, &dispatched);
}

static void given_failed(void)
{
    const struct rollout_failed failed = {
        .rollout_id = ROLLOUT,
        .target_id = target(0),
        .node_id = WEB,
        .cause = {UPDATE_FAILURE_REPORTED},
        .message = text_lit("No room"),
        .pauses = OPT_TRUE,
    };

    given(&rollout_failed_event, &failed);
}

static void set_up(void)
{
    const struct node_added added = {
        .node_id = WEB,
        .workspace_id = make_id(2),
        .name = text_lit("web"),
        .hostname = text_lit("web"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };

    p = make_projected();
    given_ada_registered(p);
    given_event(p->ledger, &node_added_event, WEB, make_id(2), &added);
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

#define STANDS                                                                                     \
    "select concat_ws('; ', status, started_at is not null, completed_at is not null, "            \
    "cancelled_at is not null, status_message) from set_test.rollouts"
#define TARGETS_STAND                                                                              \
    "select string_agg(concat_ws(' ', node_name_snapshot, status, progress_percent, "              \
    "task_id is not null, completed_at is not null, status_message), '; ' order by sequence) "     \
    "from set_test.rollout_targets"

static void one_begins_queued_and_its_targets_wait(void)
{
    given_rollout();
    expect_text(asked(STANDS), "queued; f; f; f; Queued 2 nodes for agent update to 1.1.0.");
    expect_text(
        asked(TARGETS_STAND), "web pending 0 f f Waiting for rollout dispatch.; "
                              "db pending 0 f f Waiting for rollout dispatch.");
    expect_text(
        asked("select concat_ws(' ', canary is null, wave_size is null, most_failures is null) "
              "from set_test.rollouts"),
        "t t t");
    expect_text(
        asked("select concat_ws(' ', scope, action, target_label, metadata->>'rollback', "
              "jsonb_array_length(metadata->'nodeIds')) from set_test.audit_logs where target_type "
              "= 'agent_update_rollout'"),
        "platform agent_update.rollout.created 1.1.0 false 2");
    expect_text(
        asked(
            "select concat_ws(' ', type, severity, node_id = (select id from set_test.nodes)) from "
            "set_test.events where type like 'agent.update%'"),
        "agent.update.rollout.created info t");
}

static void an_update_is_told_as_far_as_its_agent_tells_it(void)
{
    const struct rollout_progressed silent = {
        .rollout_id = ROLLOUT,
        .target_id = target(0),
        .status = {UPDATE_RECONNECTING},
        .progress_percent = 95};

    given_rollout();
    given_dispatched();
    expect_text(
        asked(STANDS), "running; t; f; f; Dispatched web. Waiting for agent update progress.");
    given(&rollout_progressed_event, &silent);
    expect_text(asked(STANDS), "running; t; f; f; web is waiting for reconnect.");
    expect_text(
        asked("select concat_ws(' ', status, progress_percent) from set_test.rollout_targets where "
              "sequence = 0"),
        "waiting_for_reconnect 95");
}

static void a_failure_pauses_it_and_is_a_warning_in_its_nodes_workspace(void)
{
    given_rollout();
    given_dispatched();
    given_failed();
    expect_text(asked(STANDS), "paused; t; f; f; No room");
    expect_text(
        asked(TARGETS_STAND),
        "web failed 5 t t No room; db pending 0 f f Waiting for rollout dispatch.");
    expect_text(
        asked("select concat_ws(' ', severity, message, metadata->>'taskId' is not null) from "
              "set_test.events where type = 'agent.update.target.failed'"),
        "warning No room t");
}

static void what_is_tried_again_waits_with_nothing_of_before(void)
{
    const struct rollout_retried retried = {ROLLOUT, target(0), OPT_TRUE};

    given_rollout();
    given_dispatched();
    given_failed();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given(&rollout_retried_event, &retried);
    expect_text(asked(STANDS), "running; t; f; f; Retrying web.");
    expect_text(
        asked(TARGETS_STAND), "web pending 0 f f Retry queued by an operator.; "
                              "db pending 0 f f Waiting for rollout dispatch.");
    expect_text(
        asked("select concat_ws(' ', scope, target_label, metadata->>'targetVersion') from "
              "set_test.audit_logs where action = 'agent_update.target.retried'"),
        "platform web 1.1.0");
}

static void one_that_is_left_out_keeps_its_words_and_the_rest_ends_it(void)
{
    const struct rollout_skipped skipped = {ROLLOUT, target(0), OPT_TRUE};
    const struct rollout_confirmed confirmed = {ROLLOUT, target(1), make_id(11)};
    const struct rollout_completed completed = {ROLLOUT};

    given_rollout();
    given_dispatched();
    given_failed();
    given(&rollout_skipped_event, &skipped);
    expect_text(asked(STANDS), "running; t; f; f; Skipping web and continuing the rollout.");
    given(&rollout_confirmed_event, &confirmed);
    given(&rollout_completed_event, &completed);
    expect_text(asked(STANDS), "completed; t; t; f; Rollout finished. No pending targets remain.");
    expect_text(
        asked(TARGETS_STAND),
        "web skipped 5 t t No room; db completed 100 f t Agent reconnect confirmed 1.1.0.");
}

static void with_one_that_is_cancelled_all_that_is_not_over_is(void)
{
    const struct uuid ids[] = {target(1), target(0)};
    const struct rollout_cancelled cancelled = {ROLLOUT, {ids, 2}};

    given_rollout();
    given_dispatched();
    given(&rollout_cancelled_event, &cancelled);
    expect_text(asked(STANDS), "cancelled; t; f; t; Rollout cancelled by an operator.");
    expect_text(
        asked(TARGETS_STAND), "web cancelled 5 t t Cancelled by an operator.; "
                              "db cancelled 0 f t Cancelled before dispatch.");
}

/* 18:00 on 22 March 2026. */
#define SIX_O_CLOCK ((struct timestamp){1774202400000000})

static void one_that_waits_tells_until_when_and_a_window_is_told_in_its_workspace(void)
{
    const struct rollout_held held = {ROLLOUT, SIX_O_CLOCK, text_lit("Freeze"), make_id(2)};
    const struct rollout_held pause = {.rollout_id = ROLLOUT, .until = SIX_O_CLOCK};

    given_rollout();
    given_event(p->ledger, &rollout_held_event, ROLLOUT, make_id(2), &held);
    expect_text(
        asked("select concat_ws('; ', status, held_by, status_message) from set_test.rollouts\n"
              "where paused_until = '2026-03-22 18:00:00Z'"),
        "queued; Freeze; The next updates are held back until 2026-03-22T18:00:00.000Z by the "
        "window Freeze.");
    given(&rollout_held_event, &pause);
    expect_text(
        asked("select concat_ws('; ', held_by, status_message) from set_test.rollouts"),
        "The next updates begin at 2026-03-22T18:00:00.000Z.");
    expect_text(
        asked("select string_agg(message, '; ') from set_test.events\n"
              "where type = 'agent.update.rollout.held'\n"
              "    and workspace_id in (select workspace_id from set_test.rollout_targets)"),
        "Agent updates to 1.1.0 are held back until 2026-03-22T18:00:00.000Z by the window "
        "Freeze.");
    given_dispatched();
    expect_text(asked("select count(*) from set_test.rollouts where paused_until is null"), "1");
}

static const struct test tests[] = {
    TEST(one_that_waits_tells_until_when_and_a_window_is_told_in_its_workspace),
    TEST(one_begins_queued_and_its_targets_wait),
    TEST(an_update_is_told_as_far_as_its_agent_tells_it),
    TEST(a_failure_pauses_it_and_is_a_warning_in_its_nodes_workspace),
    TEST(what_is_tried_again_waits_with_nothing_of_before),
    TEST(one_that_is_left_out_keeps_its_words_and_the_rest_ends_it),
    TEST(with_one_that_is_cancelled_all_that_is_not_over_is),
};

const struct suite test_rollouts_suite =
    SUITE_WITH("projections/rollout/rollouts", tests, .set_up = set_up, .tear_down = tear_down);
