/*
 * Tasks that ended long ago: they leave the write model, and are answered for as before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/task/task.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"
#include "tests/support/opened_ledger.h"

enum { DAY_S = 24 * 3600, KEPT_S = 30 * DAY_S };

#define RULE text_lit("FINISHED_TASK_DAYS")

static struct scenario *given_fleet(void)
{
    struct scenario *s = given_opened_ledger();

    given_node(s);
    given_another_node(s, N2, W1, "web-2");
    return s;
}

static void given_ended(struct scenario *s)
{
    given_running_task(s);
    GIVEN(
        s, HAPPENED(
               task_logged, .task_id = T1,
               .lines = {&(struct task_log_line){{TASK_LOG_STDOUT}, text_lit("a line"), {0}}, 1}));
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE,
               .finished_at = timestamp_plus_us(scenario_now(s), US_PER_S)));
}

static void retire_all(struct scenario *s)
{
    scenario_pass(s, KEPT_S + 1);
    WHEN(s, retire_tasks, .most = 1000);
}

static void a_task_that_ended_long_ago_leaves_the_write_model(void)
{
    struct scenario *s = given_fleet();
    struct uuid task_ids[] = {T1};

    given_ended(s);
    scenario_pass(s, KEPT_S - 1);
    WHEN(s, retire_tasks, .most = 1000);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    WHEN(s, retire_tasks, .most = 1000);
    THEN_EMITTED(s, HAPPENED(task_retired, .rule = RULE, .task_ids = {task_ids, 1}));
    WHEN(s, retire_tasks, .most = 1000);
    THEN_NOTHING(s);
}

/* All that the model has of any task. */
static size_t pairs_of_tasks(const struct scenario *s)
{
    static const int timers[] = {TIMER_QUEUED, TIMER_LEASE, TIMER_RUNNING, TIMER_FINISHED};
    static const uint16_t links[] = {LINK_NODE_QUEUE, LINK_NODE_RUNNING, LINK_PACKAGE_LIST};
    struct uuid task_id = UUID_NONE;
    AUTO_ARENA arena = arena_new(1 << 20);
    struct task_state_view task;
    size_t count = 0;

    count += model_load(scenario_model(s), &task_aggregate, T1, arena, &task) ? 1 : 0;
    count += model_revision(scenario_model(s), T1) > 0 ? 1 : 0;
    for (size_t i = 0; i < COUNT_OF(timers); i++)
        count += scenario_timers(s, timers[i]);
    for (size_t i = 0; i < COUNT_OF(links); i++)
        count +=
            model_next_link(scenario_model(s), links[i], N1, UUID_NONE, &task_id, NULL) ? 1 : 0;
    return count;
}

/* The revision of a stream that is still to tell that its output was dropped. */
static int64_t left_of_tasks(const struct scenario *s)
{
    return (int64_t)scenario_timers(s, TIMER_TASK_OUTPUT);
}

static void nothing_of_it_is_left_there(void)
{
    struct scenario *s = given_fleet();

    given_ended(s);
    expect_int64(pairs_of_tasks(s), 3); /* state, revision, timer */
    retire_all(s);
    expect_int64(pairs_of_tasks(s), left_of_tasks(s));
    expect_int64(model_retired_size(scenario_model(s)), scenario_size(s) - 1); /* its end */
}

static void given_cancelled(struct scenario *s, struct uuid task_id)
{
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = task_id, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE),
        HAPPENED(task_cancelled, .task_id = task_id));
}

static void those_that_ended_first_are_retired_first_as_many_as_were_asked_for(void)
{
    struct scenario *s = given_fleet();
    struct uuid first[] = {T2, T1};
    struct uuid rest[] = {own_task};

    given_cancelled(s, T2);
    given_cancelled(s, T1);
    given_cancelled(s, own_task);
    scenario_pass(s, KEPT_S + 1);
    WHEN(s, retire_tasks, .most = 2);
    THEN_EMITTED(s, HAPPENED(task_retired, .rule = RULE, .task_ids = {first, 2}));
    WHEN(s, retire_tasks, .most = 2);
    THEN_EMITTED(s, HAPPENED(task_retired, .rule = RULE, .task_ids = {rest, 1}));
}

static void a_task_that_has_not_ended_stays_however_old_it_is(void)
{
    struct scenario *s = given_fleet();

    given_running_task(s);
    retire_all(s);
    THEN_NOTHING(s);
}

static void nothing_is_retired_within_a_day_of_its_end_or_where_all_is_kept(void)
{
    struct scenario *s = given_fleet();
    struct uuid task_ids[] = {T1};

    given_ended(s);
    scenario_policy(s)->finished_task_us = 1;
    scenario_pass(s, TASK_LEAST_KEPT_S - 1);
    WHEN(s, retire_tasks, .most = 1000);
    THEN_NOTHING(s);
    scenario_pass(s, KEPT_S);
    scenario_policy(s)->finished_task_us = 0;
    WHEN(s, retire_tasks, .most = 1000);
    THEN_NOTHING(s);
    scenario_policy(s)->finished_task_us = 1;
    WHEN(s, retire_tasks, .most = 1000);
    THEN_EMITTED(s, HAPPENED(task_retired, .rule = RULE, .task_ids = {task_ids, 1}));
}

/* What an order came to. */
struct came_of {
    enum status status;
    struct error error; /* of a refusal */
    const void *answer;
    size_t emitted;
};

struct order {
    const struct command *command;
    void (*give)(struct scenario *s);
};

#define ORDER(name, command, ...)                                                                  \
    static void name(struct scenario *s)                                                           \
    {                                                                                              \
        WHEN(s, command, __VA_ARGS__);                                                             \
    }
#define AGENT1 .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1

ORDER(cancel, cancel_task, .workspace_id = W1, .id = T1, .reason = text_lit("late"))
ORDER(cancel_anywhere, cancel_task, .id = T1)
ORDER(cancel_elsewhere, cancel_task, .workspace_id = W2, .id = T1)
ORDER(cancel_unknown, cancel_task, .id = T2)
ORDER(accept, accept_task, AGENT1)
ORDER(accept_pushed, accept_task, AGENT1, .is_pushed = OPT_TRUE)
ORDER(start, start_task, AGENT1)
ORDER(log_line, log_task, AGENT1, .line = text_lit("late"))
ORDER(succeed, complete_task, AGENT1, .status = {1}, .exit_code = INT64_ABSENT)
ORDER(fail, complete_task, AGENT1, .status = {2}, .exit_code = INT64_ABSENT)
ORDER(stop, complete_task, AGENT1, .status = {3}, .exit_code = INT64_ABSENT)
ORDER(ask_control, query_control, AGENT1)
ORDER(
    start_of_another,
    start_task,
    .node_id = N2,
    .credential_digest = digest_named(s, "web-2"),
    .task_id = T1)
ORDER(
    start_of_nobody,
    start_task,
    .node_id = N1,
    .credential_digest = digest_named(s, "nobody"),
    .task_id = T1)

static const struct order orders[] = {
    {&cancel_task_command, cancel},
    {&cancel_task_command, cancel_anywhere},
    {&cancel_task_command, cancel_elsewhere},
    {&cancel_task_command, cancel_unknown},
    {&accept_task_command, accept},
    {&accept_task_command, accept_pushed},
    {&start_task_command, start},
    {&log_task_command, log_line},
    {&complete_task_command, succeed},
    {&complete_task_command, fail},
    {&complete_task_command, stop},
    {&query_control_command, ask_control},
    {&start_task_command, start_of_another},
    {&start_task_command, start_of_nobody},
};

static void give_all(struct scenario *s, struct came_of *out)
{
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        const struct error *error;
        int64_t size = scenario_size(s);
        orders[i].give(s);
        out[i].status = scenario_status(s, &error);
        out[i].error = *error;
        out[i].answer = scenario_answer(s);
        out[i].emitted = (size_t)(scenario_size(s) - size);
    }
}

static bool is_same(const struct command *command, const struct came_of *a, const struct came_of *b)
{
    if (a->status != b->status || a->emitted != b->emitted)
        return false;
    if (a->status != STATUS_OK)
        return text_is(text_from(a->error.text), b->error.text) &&
               text_is(text_from(a->error.code), b->error.code);
    if (a->answer == NULL || b->answer == NULL)
        return a->answer == b->answer;
    return shape_equal(command->answer, a->answer, b->answer);
}

/* All orders, before it is retired and after. */
static void expect_answered_as_before(struct scenario *s)
{
    struct came_of before[COUNT_OF(orders)];
    struct came_of after[COUNT_OF(orders)];

    give_all(s, before);
    retire_all(s);
    expect_int64(pairs_of_tasks(s), left_of_tasks(s));
    give_all(s, after);
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        expect_at(
            is_same(orders[i].command, &before[i], &after[i]), __FILE__, __LINE__,
            orders[i].command->name);
        expect_int64(after[i].emitted, 0);
    }
}

static void a_retired_task_that_ran_is_answered_for_as_before(void)
{
    struct scenario *s = given_fleet();

    given_ended(s);
    expect_answered_as_before(s);
}

static void so_is_one_that_was_asked_to_stop(void)
{
    struct scenario *s = given_fleet();

    given_running_task(s);
    scenario_pass(s, 1);
    GIVEN(s, HAPPENED(task_cancel_requested, .task_id = T1, .reason = text_lit("too slow")));
    scenario_pass(s, 1);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_CANCELLED},
               .is_output_truncated = OPT_FALSE, .started_at = scenario_now(s),
               .finished_at = scenario_now(s)));
    expect_answered_as_before(s);
}

static void so_is_one_that_was_claimed_again_and_again(void)
{
    struct scenario *s = given_fleet();

    given_accepted_task(s);
    for (int i = 0; i < 10; i++) {
        GIVEN(
            s, HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_RELEASED}),
            HAPPENED(
                task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
                .lease_until = scenario_now(s)));
    }
    GIVEN(s, HAPPENED(task_cancelled, .task_id = T1, .reason = text_lit("not needed")));
    expect_answered_as_before(s);
}

static void so_is_one_that_timed_out_or_was_abandoned(void)
{
    struct scenario *s = given_fleet();

    given_running_task(s);
    GIVEN(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
    expect_answered_as_before(s);
    s = given_fleet();
    given_queued_task(s);
    GIVEN(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
    expect_answered_as_before(s);
    s = given_fleet();
    given_running_task(s);
    GIVEN(
        s, HAPPENED(
               task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED},
               .started_at = scenario_now(s)));
    expect_answered_as_before(s);
}

#define BEHIND "The index of events is built again."

static void an_order_is_refused_for_now_while_the_index_is_behind(void)
{
    struct scenario *s = given_fleet();

    given_ended(s);
    retire_all(s);
    scenario_index_behind(s, true);
    cancel(s);
    THEN_REFUSED(s, UNAVAILABLE, BEHIND);
    start(s);
    THEN_REFUSED(s, UNAVAILABLE, BEHIND);
    ask_control(s);
    THEN_REFUSED(s, UNAVAILABLE, BEHIND);
    cancel_unknown(s);
    THEN_REFUSED(s, UNAVAILABLE, BEHIND);
    start_of_nobody(s);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
    scenario_index_behind(s, false);
    cancel_unknown(s);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task %s was not found", T2));
}

static void where_nothing_was_ever_retired_the_index_is_not_asked(void)
{
    struct scenario *s = given_fleet();

    given_ended(s);
    scenario_index_behind(s, true);
    cancel_unknown(s);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task %s was not found", T2));
    cancel(s);
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_task_that_ended_long_ago_leaves_the_write_model),
    TEST(nothing_of_it_is_left_there),
    TEST(those_that_ended_first_are_retired_first_as_many_as_were_asked_for),
    TEST(a_task_that_has_not_ended_stays_however_old_it_is),
    TEST(nothing_is_retired_within_a_day_of_its_end_or_where_all_is_kept),
    TEST(a_retired_task_that_ran_is_answered_for_as_before),
    TEST(so_is_one_that_was_asked_to_stop),
    TEST(so_is_one_that_was_claimed_again_and_again),
    TEST(so_is_one_that_timed_out_or_was_abandoned),
    TEST(an_order_is_refused_for_now_while_the_index_is_behind),
    TEST(where_nothing_was_ever_retired_the_index_is_not_asked),
};

const struct suite test_retire_tasks_suite = SUITE("commands/task/retire_tasks", tests);
