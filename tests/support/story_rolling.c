/*
 * Rolling runs in a story.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_rolling.h"

#include "eventlog/events/rolling_events.h"
#include "eventlog/events/task_events.h"

enum { TARGETS = 3 };

/* The run that is told of. */
struct told {
    struct test_ledger *ledger;
    struct uuid workspace;
    struct uuid run_id;
    struct uuid node_ids[TARGETS];
    unsigned tasks; /* number that the next task's id is made of */
};

static struct told make_told(struct test_ledger *ledger, const struct cast *cast, unsigned number)
{
    return (struct told){
        .ledger = ledger,
        .workspace = cast->workspace,
        .run_id = make_id(97000 + number),
        .node_ids = {cast->node, make_id(96001), make_id(96002)},
        .tasks = 98000 + 10 * number,
    };
}

static void as_clock(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_owner(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1), .session = make_id(2)};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

static void note(const struct told *told, const struct event_type *type, const void *event)
{
    given_event(told->ledger, type, told->run_id, told->workspace, event);
}

static void given_created(const struct told *told, bool is_of_team)
{
    const struct rolling_run_created created = {
        .run_id = told->run_id,
        .workspace_id = told->workspace,
        .owner_user_id = make_id(1),
        .name = text_lit("Upgrade; \"quoted\""),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"apt-get -y upgrade\"}")},
        .template_id = is_of_team ? make_id(8000) : UUID_NONE,
        .template_name = is_of_team ? text_lit("Restart") : (struct text){NULL, 0},
        .template_version = is_of_team ? 2 : INT64_ABSENT,
        .target_team_id = is_of_team ? make_id(52) : UUID_NONE,
        .target_team_name = is_of_team ? text_lit("Edge") : (struct text){NULL, 0},
        .node_ids = {told->node_ids, TARGETS},
        .canary = 1,
        .wave_size = is_of_team ? 2 : 1,
        .wave_share = is_of_team ? 50 : INT64_ABSENT,
        .pause_seconds = 60,
        .reach_seconds = 3600,
    };

    as_owner(told->ledger);
    note(told, &rolling_run_created_event, &created);
    as_clock(told->ledger);
}

/* Makes the task of a target and begins a wave with it. */
static struct uuid given_wave(struct told *told, int64_t number, size_t target)
{
    const struct task_created task = {
        .task_id = make_id(told->tasks++),
        .workspace_id = told->workspace,
        .node_id = told->node_ids[target],
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"apt-get -y upgrade\"}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT,
        .rolling_run_id = told->run_id,
        .rolling_target_id = target_id_of(told->run_id, target),
    };
    const struct rolling_target_begun begun = {task.rolling_target_id, task.task_id};
    const struct rolling_run_wave_begun wave = {
        .run_id = told->run_id,
        .is_canary = opt_bool_of(number == 1),
        .begun = {&begun, 1},
        .ended = {"", 0},
        .reach_at = timestamp_plus_us(told->ledger->now, INT64_C(3600) * US_PER_S),
        .number = number,
    };

    given_event(told->ledger, &task_created_event, task.task_id, told->workspace, &task);
    note(told, &rolling_run_wave_begun_event, &wave);
    return task.task_id;
}

static void
given_end(const struct told *told, struct uuid task_id, size_t target, enum target_status status)
{
    bool is_failure = status == TARGET_FAILED;
    const struct task_completed completed = {
        .task_id = task_id,
        .status = {is_failure ? TASK_FAILED : TASK_SUCCESS},
        .finished_at = told->ledger->now,
    };
    const struct rolling_target_ended ended = {
        .target_id = target_id_of(told->run_id, target),
        .status = {(int64_t)status},
        .reason = {is_failure ? TARGET_TASK_FAILED : 0},
    };
    const struct rolling_run_counted counted = {.run_id = told->run_id, .ended = {&ended, 1}};

    given_event(told->ledger, &task_completed_event, task_id, told->workspace, &completed);
    note(told, &rolling_run_counted_event, &counted);
}

/* The second node takes no work. */
static void given_unreached(const struct told *told)
{
    const struct rolling_target_ended ended = {
        .target_id = target_id_of(told->run_id, 1),
        .status = {TARGET_NOT_REACHED},
        .reason = {TARGET_NODE_IN_MAINTENANCE},
        .detail = text_lit("Node web is in maintenance mode and cannot accept new work."),
    };
    const struct rolling_run_wave_begun wave = {
        .run_id = told->run_id,
        .is_canary = OPT_FALSE,
        .begun = {"", 0},
        .ended = {&ended, 1},
        .number = 3,
    };

    note(told, &rolling_run_wave_begun_event, &wave);
}

static void given_retry(const struct told *told)
{
    const struct uuid first = target_id_of(told->run_id, 0);
    const struct rolling_run_stopped stopped = {
        .run_id = told->run_id, .cause = {STOPPED_BY_FAILURES}};
    const struct rolling_run_retried retried = {
        .run_id = told->run_id,
        .target_ids = {&first, 1},
        .goes_on = OPT_TRUE,
        .reason = text_lit("The mirror is back"),
        .failed = 1,
    };

    note(told, &rolling_run_stopped_event, &stopped);
    as_owner(told->ledger);
    note(told, &rolling_run_retried_event, &retried);
    as_clock(told->ledger);
}

static void given_steering(const struct told *told)
{
    const struct uuid last = target_id_of(told->run_id, 2);
    const struct rolling_run_stopped stopped = {
        told->run_id, {STOPPED_ON_REQUEST}, text_lit("Lunch")};
    const struct rolling_run_resumed resumed = {.run_id = told->run_id};
    const struct rolling_run_skipped skipped = {
        told->run_id, {&last, 1}, text_lit("It is <b>old</b>")};

    as_owner(told->ledger);
    note(told, &rolling_run_stopped_event, &stopped);
    note(told, &rolling_run_resumed_event, &resumed);
    note(told, &rolling_run_skipped_event, &skipped);
    as_clock(told->ledger);
}

static void given_completed_run(struct told *told)
{
    const struct rolling_run_paused paused = {
        told->run_id, timestamp_plus_us(told->ledger->now, 60 * US_PER_S)};
    const struct rolling_run_held held = {
        told->run_id, text_lit("Freeze; \"quoted\""),
        timestamp_plus_us(told->ledger->now, 60 * US_PER_S)};
    const struct rolling_run_completed completed = {
        .run_id = told->run_id, .succeeded = 1, .not_reached = 1, .skipped = 1};

    given_created(told, false);
    given_end(told, given_wave(told, 1, 0), 0, TARGET_FAILED);
    given_retry(told);
    given_end(told, given_wave(told, 2, 0), 0, TARGET_SUCCEEDED);
    note(told, &rolling_run_paused_event, &paused);
    note(told, &rolling_run_held_event, &held);
    given_unreached(told);
    given_steering(told);
    note(told, &rolling_run_completed_event, &completed);
}

static void given_cancelled_run(const struct told *told)
{
    const struct uuid targets[] = {
        target_id_of(told->run_id, 0), target_id_of(told->run_id, 1),
        target_id_of(told->run_id, 2)};
    const struct rolling_run_cancelled cancelled = {
        .run_id = told->run_id,
        .target_ids = {targets, TARGETS},
        .cause = {ROLLING_CANCELLED_ON_REQUEST},
        .reason = text_lit("Wrong team"),
    };

    given_created(told, true);
    as_owner(told->ledger);
    note(told, &rolling_run_cancelled_event, &cancelled);
}

void given_story_of_rolling_runs(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    struct told completed = make_told(ledger, cast, 2 * chapter);
    struct told cancelled = make_told(ledger, cast, 2 * chapter + 1);

    given_completed_run(&completed);
    given_cancelled_run(&cancelled);
}
