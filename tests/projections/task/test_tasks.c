/*
 * Tasks and what they wrote.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "eventlog/ledger.h"
#include "projections/build.h"
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

static struct uuid given(const struct event_type *type, const void *event)
{
    return given_event(p->ledger, type, make_id(10), make_id(2), event);
}

static void given_task(void)
{
    const struct task_created created = {
        .task_id = make_id(10),
        .workspace_id = make_id(2),
        .node_id = make_id(20),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"id\"}")},
        .is_internal = OPT_FALSE,
    };

    given(&task_created_event, &created);
}

static void given_claim(void)
{
    const struct task_claimed claimed = {
        make_id(10), make_id(20), make_id(30), timestamp_plus_us(p->ledger->now, US_PER_S)};

    given(&task_claimed_event, &claimed);
}

static void given_start(void)
{
    const struct task_started started = {.task_id = make_id(10), .started_at = {1700000000000000}};

    given(&task_started_event, &started);
}

static struct uuid given_lines(const char *last)
{
    const struct task_log_line lines[] = {
        {{TASK_LOG_STDOUT}, text_lit("one"), {1700000000000000}},
        {{TASK_LOG_STDERR}, text_from(last), {0}},
    };
    const struct task_logged logged = {.task_id = make_id(10), .lines = {lines, COUNT_OF(lines)}};

    return given(&task_logged_event, &logged);
}

static void given_end(struct text output)
{
    const struct task_completed completed = {
        .task_id = make_id(10),
        .status = {TASK_SUCCESS},
        .result = {text_lit("{\"exitCode\":0}")},
        .output = output,
        .is_output_truncated = OPT_FALSE,
        .finished_at = {1700000005000000},
    };

    given(&task_completed_event, &completed);
}

static void expect_no_lease(void)
{
    expect_text(
        value_of(
            p, "select count(*) from tasks"
               " where lease_until is null and claimed_by is null and claim_token is null"),
        "1");
}

static void a_new_task_waits(void)
{
    given_task();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select type, is_internal, payload, status, result, output, output_truncated,"
               " lease_until, claimed_by, claim_token, started_at, finished_at,"
               " cancel_requested_at, cancel_reason, template_id, template_name, target_team_id,"
               " revision from tasks)"),
        "{\"type\":\"shell.exec\",\"is_internal\":false,\"payload\":{\"command\": \"id\"},"
        "\"status\":\"queued\",\"result\":null,\"output\":null,\"output_truncated\":false,"
        "\"lease_until\":null,\"claimed_by\":null,\"claim_token\":null,\"started_at\":null,"
        "\"finished_at\":null,\"cancel_requested_at\":null,\"cancel_reason\":null,"
        "\"template_id\":null,\"template_name\":null,\"target_team_id\":null,\"revision\":1}");
}

static void a_claim_is_a_lease_and_ends_with_it(void)
{
    const struct task_requeued requeued = {make_id(10), make_id(20), {REQUEUE_RELEASED}};

    given_task();
    given_claim();
    given_applied(p);
    expect_text(value_of(p, "select status from tasks"), "accepted");
    expect_text(
        value_of(
            p, "select count(*) from tasks where lease_until = updated_at + interval '1 s'"
               " and claimed_by = node_id and claim_token is not null"),
        "1");
    given(&task_requeued_event, &requeued);
    given_applied(p);
    expect_text(value_of(p, "select status from tasks"), "queued");
    expect_no_lease();
}

static void a_task_that_runs_shows_its_last_line_until_it_ends(void)
{
    given_task();
    given_claim();
    given_start();
    given_lines("last");
    given_applied(p);
    expect_text(value_of(p, "select status || ' ' || output from tasks"), "running last");
    expect_text(
        value_of(p, "select extract(epoch from started_at)::bigint from tasks"), "1700000000");
    expect_no_lease();
    given_end((struct text){0});
    given_applied(p);
    expect_text(value_of(p, "select status || ' ' || output from tasks"), "success last");
    expect_text(value_of(p, "select result from tasks"), "{\"exitCode\": 0}");
    expect_text(
        value_of(p, "select extract(epoch from finished_at)::bigint from tasks"), "1700000005");
}

static void a_task_that_ends_before_it_is_said_to_run_has_no_lease_either(void)
{
    given_task();
    given_claim();
    given_end((struct text){0});
    given_applied(p);
    expect_text(value_of(p, "select status from tasks"), "success");
    expect_no_lease();
}

static void an_output_at_the_end_replaces_the_last_line(void)
{
    given_task();
    given_claim();
    given_start();
    given_lines("last");
    given_end(text_lit("all"));
    given_applied(p);
    expect_text(value_of(p, "select output from tasks"), "all");
    expect_text(value_of(p, "select revision from tasks"), "5");
}

static void a_task_cancelled_before_it_ran_says_so(void)
{
    const struct task_cancelled cancelled = {make_id(10), text_lit("not needed")};

    given_task();
    given_claim();
    given(&task_cancelled_event, &cancelled);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws('|', status, cancel_reason, output) from tasks"),
        "cancelled|not needed|Task cancelled before running: not needed");
    expect_text(
        value_of(
            p, "select count(*) from tasks where finished_at = updated_at"
               " and cancel_requested_at = updated_at"
               " and result = jsonb_build_object('reason', 'cancel-requested-before-run',"
               " 'cancelReason', 'not needed', 'cancelledAt',"
               " to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))"),
        "1");
    expect_no_lease();
    expect_text(
        value_of(p, "select level || ' ' || message from task_logs"),
        "info Cancellation requested: not needed");
}

static void a_cancellation_without_a_reason_names_the_operator(void)
{
    const struct task_cancelled cancelled = {make_id(10), {0}};

    given_task();
    given(&task_cancelled_event, &cancelled);
    given_applied(p);
    expect_text(
        value_of(p, "select output from tasks"), "Task cancelled before running by operator");
    expect_text(value_of(p, "select result -> 'cancelReason' from tasks"), "null");
    expect_text(value_of(p, "select message from task_logs"), "Cancellation requested by operator");
}

static void a_running_task_that_is_to_stop_runs_on(void)
{
    const struct task_cancel_requested asked = {make_id(10), text_lit("enough")};

    given_task();
    given_claim();
    given_start();
    given(&task_cancel_requested_event, &asked);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws(' ', status, cancel_reason) from tasks"), "running enough");
    expect_text(
        value_of(
            p, "select count(*) from tasks where cancel_requested_at = updated_at"
               " and finished_at is null"),
        "1");
    expect_text(value_of(p, "select message from task_logs"), "Cancellation requested: enough");
}

static void a_task_that_waited_or_ran_too_long_has_failed(void)
{
    const struct task_timed_out queued = {.task_id = make_id(10), .previous_status = {TASK_QUEUED}};
    const struct task_timed_out running = {
        .task_id = make_id(10), .previous_status = {TASK_RUNNING}, .started_at = p->ledger->now};

    given_task();
    given(&task_timed_out_event, &queued);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws('|', status, output, result) from tasks"),
        "failed|Task timed out in queue before being started by an agent."
        "|{\"reason\": \"stale-timeout\", \"previousStatus\": \"queued\"}");
    given_lines("last words");
    given(&task_timed_out_event, &running);
    given_applied(p);
    expect_text(
        value_of(
            p,
            "select concat_ws('|', output, result ->> 'previousStatus', started_at < finished_at)"
            " from tasks"),
        "last words|running|t");
}

static void a_task_whose_agent_is_gone_has_failed(void)
{
    const struct task_abandoned abandoned = {
        .task_id = make_id(10), .reason = {ABANDONED_AGENT_RESTARTED}};

    given_task();
    given(&task_abandoned_event, &abandoned);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws('|', status, output, result) from tasks"),
        "failed|Agent restarted while the task was running.|{\"reason\": \"agent_restarted\"}");
}

static void lines_are_rows_in_their_order_with_ids_that_a_replay_gives_again(void)
{
    char first[UUID_TEXT_SIZE];

    given_task();
    uuid_print(given_lines("two"), first);
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(concat_ws(' ', line, level, message), ', ' order by line)"
               " from task_logs"),
        "0 stdout one, 1 stderr two");
    expect_text(value_of(p, "select id from task_logs where line = 0"), first);
    expect_text(value_of(p, "select substr(id::text, 15, 1) from task_logs where line = 1"), "8");
    expect_text(
        value_of(
            p, "select count(*) from task_logs where (line = 0 and timestamp < created_at)"
               " or (line = 1 and timestamp = created_at)"),
        "2");
}

static void given_report(const char *output)
{
    const struct task_reported reported = {
        .task_id = make_id(10),
        .result = {text_lit("{\"exitCode\":0}")},
        .output = text_from(output),
        .is_output_truncated = OPT_TRUE};
    const struct task_completed completed = {
        .task_id = make_id(10),
        .status = {TASK_SUCCESS},
        .is_output_truncated = OPT_FALSE,
        .finished_at = {1700000005000000}};

    given(&task_reported_event, &reported);
    given(&task_completed_event, &completed);
}

/* The bodies of its newest events but the end, so many. */
static void given_dropped(size_t count)
{
    int64_t positions[8];
    const struct task_output_dropped dropped = {
        .task_id = make_id(10),
        .rule = text_lit("TASK_OUTPUT_RETENTION_DAYS"),
        .positions = {positions, count},
        .ended_at = p->ledger->now,
        .is_last = OPT_TRUE};

    for (size_t i = 0; i < count; i++)
        positions[i] = (int64_t)(p->ledger->made - 1 - count + i);
    given(&task_output_dropped_event, &dropped);
}

static void what_its_agent_reported_stands_in_the_task(void)
{
    given_task();
    given_start();
    given_lines("last");
    given_report("all");
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws('|', status, result, output, output_truncated) from tasks"),
        "success|{\"exitCode\": 0}|all|t");
}

static void given_rebuilt_beside(void)
{
    struct db *db = NULL;
    struct build *beside = NULL;
    struct error error;

    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    expect_ok(
        build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error), &error);
    expect_ok(build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, &error), &error);
    build_close(beside);
    db_close(db);
}

static void expect_rebuilt_the_same(void)
{
    struct error error;

    given_rebuilt_beside();
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
    expect_ok(ledger_verify(p->ledger->log, NULL, NULL, &error), &error);
}

static void a_task_whose_output_was_dropped_shows_none_live_and_in_a_rebuild(void)
{
    const struct task_cancel_requested asked = {make_id(10), text_lit("enough")};

    given_task();
    given_start();
    given(&task_cancel_requested_event, &asked);
    given_lines("planted line");
    given_report("planted output");
    given_applied(p);
    expect_text(value_of(p, "select count(*) from task_logs"), "3");
    given_dropped(2);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws('|', status, result is null, output is null, output_truncated,"
               " output_dropped_at > updated_at, revision) from tasks"),
        "success|t|t|f|t|7");
    expect_text(
        value_of(p, "select string_agg(message, '|') from task_logs"),
        "Cancellation requested: enough");
    expect_rebuilt_the_same();
}

/* All at once: the rows that would have had it are of the same batch. */
static void nor_does_a_batch_that_has_all_of_it(void)
{
    given_task();
    given_start();
    given_lines("planted line");
    given_report("planted output");
    given_dropped(2);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from task_logs"), "0");
    expect_text(value_of(p, "select count(*) from tasks where output is null"), "1");
    expect_rebuilt_the_same();
}

/* What the program says of it is no output of its own. */
static void what_ended_without_its_agent_keeps_the_programs_words(void)
{
    const struct task_timed_out timed_out = {
        .task_id = make_id(10), .previous_status = {TASK_RUNNING}};

    given_task();
    given_start();
    given_lines("planted line");
    given(&task_timed_out_event, &timed_out);
    given_applied(p);
    expect_text(value_of(p, "select output from tasks"), "planted line");
    given_dropped(1);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws('|', output, result ->> 'reason') from tasks"),
        "Task timed out while running on agent.|stale-timeout");
    expect_rebuilt_the_same();
}

/* The ledger keeps the body of such an end, which says how the task ended. */
static void an_older_end_shows_no_output_either(void)
{
    given_task();
    given_start();
    given_end(text_lit("planted output"));
    given_applied(p);
    given_dropped(0);
    given_applied(p);
    expect_text(
        value_of(p, "select count(*) from tasks where output is null and result is null"), "1");
    expect_rebuilt_the_same();
}

static void output_that_is_withheld_is_shown(void)
{
    const struct task_output_withheld withheld = {make_id(10), make_id(40), text_lit("hold")};

    given_task();
    given_start();
    given_report("all");
    given(&task_output_withheld_event, &withheld);
    given_applied(p);
    expect_text(value_of(p, "select output || ' ' || revision from tasks"), "all 5");
}

static const struct test tests[] = {
    TEST(a_new_task_waits),
    TEST(a_claim_is_a_lease_and_ends_with_it),
    TEST(a_task_that_runs_shows_its_last_line_until_it_ends),
    TEST(a_task_that_ends_before_it_is_said_to_run_has_no_lease_either),
    TEST(an_output_at_the_end_replaces_the_last_line),
    TEST(a_task_cancelled_before_it_ran_says_so),
    TEST(a_cancellation_without_a_reason_names_the_operator),
    TEST(a_running_task_that_is_to_stop_runs_on),
    TEST(a_task_that_waited_or_ran_too_long_has_failed),
    TEST(a_task_whose_agent_is_gone_has_failed),
    TEST(lines_are_rows_in_their_order_with_ids_that_a_replay_gives_again),
    TEST(what_its_agent_reported_stands_in_the_task),
    TEST(a_task_whose_output_was_dropped_shows_none_live_and_in_a_rebuild),
    TEST(nor_does_a_batch_that_has_all_of_it),
    TEST(what_ended_without_its_agent_keeps_the_programs_words),
    TEST(an_older_end_shows_no_output_either),
    TEST(output_that_is_withheld_is_shown),
};

const struct suite test_tasks_suite =
    SUITE_WITH("projections/task/tasks", tests, .set_up = set_up, .tear_down = tear_down);
