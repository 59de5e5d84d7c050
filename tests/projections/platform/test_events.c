/*
 * System events, word by word.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/session_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"
#include "projections/system_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(10), make_id(2), event);
}

/* type|severity|message|metadata of all, in order. */
static struct text told(void)
{
    return value_of(
        p, "select string_agg(concat_ws('|', type, severity, message, metadata), E'\\n'"
           " order by created_at) from events");
}

static void a_node_that_is_added_is_not_told(void)
{
    given_web(p, "web-1");
    given_applied(p);
    expect(!text_is_present(told()));
}

static void a_registration_is_told(void)
{
    const struct node_registered registered = {
        .node_id = make_id(10), .os = text_lit("linux"), .arch = text_lit("amd64")};

    given_web(p, "web-1");
    given(&node_registered_event, &registered);
    given_applied(p);
    expect_text(told(), "node.registered|info|Node web-1 registered with the control plane");
    expect_text(
        value_of(
            p, "select count(*) from events e join nodes n on n.id = e.node_id"
               " and n.workspace_id = e.workspace_id and n.updated_at = e.created_at"),
        "1");
}

static void only_a_heartbeat_tells_that_a_node_is_back(void)
{
    const struct node_came_online back = {.node_id = make_id(10), .sign = {SIGN_HEARTBEAT}};
    const struct node_came_online metrics = {.node_id = make_id(10), .sign = {SIGN_METRICS}};
    const struct node_came_online registration = {
        .node_id = make_id(10), .sign = {SIGN_REGISTRATION}};

    given_web(p, "web-1");
    given(&node_came_online_event, &metrics);
    given(&node_came_online_event, &registration);
    given_applied(p);
    expect(!text_is_present(told()));
    given_web(p, "web-1");
    given(&node_came_online_event, &back);
    given_applied(p);
    expect_text(told(), "node.online|info|Node web-1 is back online");
}

static void the_first_heartbeat_after_a_registration_tells_nothing(void)
{
    const struct node_came_online registration = {
        .node_id = make_id(10), .sign = {SIGN_REGISTRATION}};
    const struct node_came_online back = {.node_id = make_id(10), .sign = {SIGN_HEARTBEAT}};

    given_web(p, "web-1");
    given(&node_came_online_event, &registration);
    given_applied(p);
    given(&node_came_online_event, &back);
    given_applied(p);
    expect(!text_is_present(told()));
}

static void an_agent_that_takes_the_place_of_another_is_a_warning(void)
{
    const struct node_agent_replaced replaced = {make_id(10)};

    given_web(p, "web-1");
    given(&node_agent_replaced_event, &replaced);
    given_applied(p);
    expect_text(
        told(), "node.agent.replaced|warning|Another agent took the place of the one of node web-1,"
                " which is no longer accepted");
}

static void given_end(int64_t status)
{
    const struct task_completed completed = {
        .task_id = make_id(30),
        .status = {status},
        .result = {text_lit("{\"a\":1}")},
        .is_output_truncated = OPT_FALSE,
        .finished_at = {1772550000000000},
    };

    given_event(p->ledger, &task_completed_event, make_id(30), make_id(2), &completed);
}

/* Of an older end, whose body stays. */
static void a_result_that_was_dropped_is_told_no_more(void)
{
    const int64_t none[1] = {0};
    const struct task_output_dropped dropped = {
        .task_id = make_id(30),
        .rule = text_lit("TASK_OUTPUT_RETENTION_DAYS"),
        .positions = {none, 0},
        .ended_at = {1772550000000000},
        .is_last = OPT_TRUE};

    given_web(p, "web-1");
    given_shell_task(p, false);
    given_end(TASK_FAILED);
    given_applied(p);
    expect_text(
        value_of(p, "select metadata -> 'result' from events where type = 'task.failed'"),
        "{\"a\": 1}");
    given_event(p->ledger, &task_output_dropped_event, make_id(30), make_id(2), &dropped);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws('|', metadata -> 'result', metadata ->> 'taskStatus')"
               " from events where type = 'task.failed'"),
        "null|failed");
    expect_text(value_of(p, "select count(*) from events where metadata ? 'result'"), "1");
}

static struct text told_of_ends(void)
{
    return value_of(
        p, "select string_agg(concat_ws('|', type, severity, message, metadata ->> 'taskStatus'),"
           " E'\n' order by created_at) from events where type <> 'task.queued'");
}

static void every_end_of_a_task_is_told_however_it_came(void)
{
    const struct task_timed_out timed_out = {
        .task_id = make_id(30), .previous_status = {TASK_RUNNING}};
    const struct task_abandoned abandoned = {
        .task_id = make_id(30), .reason = {ABANDONED_AGENT_RESTARTED}};

    given_web(p, "web-1");
    given_shell_task(p, false);
    given_end(TASK_SUCCESS);
    given_end(TASK_FAILED);
    given_end(TASK_CANCELLED);
    given_event(p->ledger, &task_timed_out_event, make_id(30), make_id(2), &timed_out);
    given_event(p->ledger, &task_abandoned_event, make_id(30), make_id(2), &abandoned);
    given_applied(p);
    expect_text(
        told_of_ends(),
        "task.completed|info|Task shell.exec completed successfully on node web-1|success\n"
        "task.failed|warning|Task shell.exec failed on node web-1|failed\n"
        "task.cancelled|warning|Task shell.exec was cancelled on node web-1|cancelled\n"
        "task.failed|warning|Task shell.exec failed on node web-1|failed\n"
        "task.failed|warning|Task shell.exec failed on node web-1|failed");
}

static void the_end_of_an_internal_task_is_not_told(void)
{
    given_web(p, "web-1");
    given_shell_task(p, true);
    given_end(TASK_FAILED);
    given_applied(p);
    expect(!text_is_present(told()));
}

static void a_silent_node_is_told_with_both_its_names(void)
{
    const struct node_went_offline offline = {
        make_id(10), {1772550000123000}, 90, {ABSENCE_SILENCE}};

    given_web(p, "Web");
    given(&node_went_offline_event, &offline);
    given_applied(p);
    expect_text(
        told(),
        "node.offline|warning|Node Web (web-1) was marked offline after missing heartbeats for"
        " more than 90 seconds|{\"lastSeenAt\": \"2026-03-03T15:00:00.123Z\","
        " \"heartbeatTimeoutSeconds\": 90}");
}

static void a_name_like_the_host_name_is_said_once(void)
{
    const struct node_went_offline offline = {
        make_id(10), {1772550000123000}, 90, {ABSENCE_SILENCE}};

    given_web(p, "web-1");
    given(&node_went_offline_event, &offline);
    given_applied(p);
    expect(text_contains(told(), text_lit("Node web-1 was marked offline")));
}

static void a_busy_processor_is_told_with_one_decimal(void)
{
    const struct node_cpu_crossed busy = {make_id(10), 97.26, {SEVERITY_CRITICAL}};

    given_web(p, "web-1");
    given(&node_cpu_crossed_event, &busy);
    given_applied(p);
    expect_text(told(), "high.cpu|critical|CPU usage on web-1 reached 97.3%|{\"cpuUsage\": 97.26}");
}

static void a_queued_task_is_told_and_an_internal_one_is_not(void)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(30), id);
    given_web(p, "web-1");
    given_shell_task(p, false);
    given_applied(p);
    expect_text(
        told(), text_format(
                    p->arena,
                    "task.queued|info|Task shell.exec queued for node web-1"
                    "|{\"taskId\": \"%s\", \"taskType\": \"shell.exec\"}",
                    id)
                    .data);
}

static void an_internal_task_is_not_told(void)
{
    const struct task_cancelled cancelled = {make_id(30), {0}};

    given_web(p, "web-1");
    given_shell_task(p, true);
    given_event(p->ledger, &task_cancelled_event, make_id(30), make_id(2), &cancelled);
    given_applied(p);
    expect(!text_is_present(told()));
}

static void a_cancelled_task_is_told_with_its_result(void)
{
    const struct task_cancelled cancelled = {make_id(30), text_lit("no")};

    given_web(p, "web-1");
    given_shell_task(p, false);
    given_applied(p);
    given_event(p->ledger, &task_cancelled_event, make_id(30), make_id(2), &cancelled);
    given_applied(p);
    expect_text(
        value_of(p, "select severity || ' ' || message from events where type = 'task.cancelled'"),
        "warning Task shell.exec was cancelled on node web-1");
    expect_text(
        value_of(
            p, "select count(*) from events e join tasks t on e.metadata = jsonb_build_object("
               "'taskId', t.id, 'taskType', t.type, 'taskStatus', 'cancelled', 'result', t.result)"
               " and e.node_id = t.node_id"),
        "1");
}

static void what_happens_to_a_removed_node_is_not_told(void)
{
    const struct node_removed removed = {make_id(10)};

    given_web(p, "web-1");
    given(&node_removed_event, &removed);
    given_shell_task(p, false);
    given_applied(p);
    expect(!text_is_present(told()));
}

/* Of the platform: about a person, in no workspace. */
static void given_of_person(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(30), UUID_NONE, event);
}

static void only_a_refresh_token_that_came_twice_is_told_of_ended_sessions(void)
{
    const struct uuid session = make_id(31);
    struct sessions_ended ended = {make_id(30), {&session, 1}, {SESSION_SIGNED_OUT}};

    given_of_person(&sessions_ended_event, &ended);
    given_applied(p);
    expect(!text_is_present(told()));
    ended.end.is = SESSION_REFRESH_USED;
    given_of_person(&sessions_ended_event, &ended);
    given_applied(p);
    expect_text(
        value_of(
            p, "select type || ' ' || severity from events where workspace_id is null"
               " and node_id is null and metadata ? 'userId' and metadata ? 'sessionIds'"),
        "auth.refresh-token.used-twice critical");
}

static void only_a_key_that_counts_back_is_told_of_failed_sign_ins(void)
{
    static const uint8_t digest[32] = {7};
    struct sign_in_failed failed = {make_id(30), {digest, sizeof(digest)}, {FAILURE_KEY}};

    given_of_person(&sign_in_failed_event, &failed);
    given_applied(p);
    expect(!text_is_present(told()));
    failed.failure.is = FAILURE_KEY_COPIED;
    given_of_person(&sign_in_failed_event, &failed);
    given_applied(p);
    expect_text(
        value_of(p, "select type || ' ' || severity from events where workspace_id is null"),
        "auth.security-key.copied critical");
}

static void expect_fitting_values(const struct system_event_rule *rule)
{
    const struct shape *row = rule->table == NULL ? &node_row_shape : rule->table->shape;

    expect(value_ref_fits(&rule->node_id, rule->event, row));
    expect(value_ref_fits(&rule->key, rule->event, NULL));
    expect(value_ref_fits(&rule->severity_of, rule->event, row));
    expect(details_fit(rule->metadata, rule->event, row));
    expect((rule->severity == 0) == (rule->severity_of.source != VALUE_NONE));
}

static void every_rule_names_values_of_its_own_event_and_row(void)
{
    for (size_t i = 0; system_event_catalog[i] != NULL; i++) {
        const struct system_event_rule *rule = system_event_catalog[i];
        for (; rule->event != NULL; rule++)
            expect_fitting_values(rule);
    }
}

static const struct test tests[] = {
    TEST(every_rule_names_values_of_its_own_event_and_row),
    TEST(a_node_that_is_added_is_not_told),
    TEST(a_registration_is_told),
    TEST(only_a_heartbeat_tells_that_a_node_is_back),
    TEST(the_first_heartbeat_after_a_registration_tells_nothing),
    TEST(an_agent_that_takes_the_place_of_another_is_a_warning),
    TEST(a_result_that_was_dropped_is_told_no_more),
    TEST(every_end_of_a_task_is_told_however_it_came),
    TEST(the_end_of_an_internal_task_is_not_told),
    TEST(a_silent_node_is_told_with_both_its_names),
    TEST(a_name_like_the_host_name_is_said_once),
    TEST(a_busy_processor_is_told_with_one_decimal),
    TEST(a_queued_task_is_told_and_an_internal_one_is_not),
    TEST(an_internal_task_is_not_told),
    TEST(a_cancelled_task_is_told_with_its_result),
    TEST(what_happens_to_a_removed_node_is_not_told),
    TEST(only_a_refresh_token_that_came_twice_is_told_of_ended_sessions),
    TEST(only_a_key_that_counts_back_is_told_of_failed_sign_ins),
};

const struct suite test_events_suite =
    SUITE_WITH("projections/platform/events", tests, .set_up = set_up, .tear_down = tear_down);
