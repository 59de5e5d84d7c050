/*
 * Rollouts in a story, and upgrades of the program beside them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/story_rolling.h"
#include "tests/support/story_upgrades.h"

enum { TARGETS = 3 };

/* The rollout that is told of. */
struct told {
    struct test_ledger *ledger;
    struct uuid workspace;
    struct uuid id;
    struct uuid node_ids[TARGETS];
    unsigned tasks; /* number that the next task's id is made of */
};

static struct told make_told(struct test_ledger *ledger, const struct cast *cast, unsigned number)
{
    return (struct told){
        .ledger = ledger,
        .workspace = cast->workspace,
        .id = make_id(87000 + number),
        .node_ids = {cast->node, cast->other, make_id(86001)},
        .tasks = 88000 + 10 * number,
    };
}

static void as_clock(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_admin(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1), .session = make_id(2)};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

/* About the rollout, or about a node of the workspace. */
static void note(const struct told *told, const struct event_type *type, const void *event)
{
    given_event(told->ledger, type, told->id, UUID_NONE, event);
}
static void note_of_node(const struct told *told, const struct event_type *type, const void *event)
{
    given_event(told->ledger, type, told->id, told->workspace, event);
}

static void given_created(const struct told *told, bool is_in_waves)
{
    const struct rollout_artifact artifact = {
        text_lit("amd64"), text_lit("https://releases.example/1.1.0/agent"),
        text_lit("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")};
    const struct rollout_node nodes[TARGETS] = {
        {told->workspace, make_id(52), text_lit("Web; \"one\""), text_lit("1.0.0")},
        {told->workspace, UUID_NONE, text_lit("web-2"), text_lit("1.0.0")},
        {told->workspace, UUID_NONE, text_lit("gone"), {NULL, 0}}};
    const struct rollout_created created = {
        .rollout_id = told->id,
        .target_version = is_in_waves ? text_lit("1.0.0") : text_lit("1.1.0"),
        .rollback = opt_bool_of(is_in_waves),
        .commit = text_lit("c0ffee"),
        .artifacts = {&artifact, 1},
        .node_ids = {told->node_ids, TARGETS},
        .nodes = {nodes, TARGETS},
        .canary = is_in_waves ? 1 : 0,
        .wave_size = is_in_waves ? 2 : 1,
        .most_failures = is_in_waves ? 1 : 0,
        .pause_seconds = INT64_ABSENT,
    };

    as_admin(told->ledger);
    note(told, &rollout_created_event, &created);
    as_clock(told->ledger);
}

static void given_dispatched(struct told *told, size_t n)
{
    const struct task_created task = {
        .task_id = make_id(told->tasks++),
        .workspace_id = told->workspace,
        .node_id = told->node_ids[n],
        .type = text_lit("agent.update"),
        .payload = {text_lit("{\"targetVersion\":\"1.1.0\"}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT,
    };
    const struct rollout_dispatched dispatched = {
        told->id, target_id_of(told->id, n), task.node_id, task.task_id};

    given_event(told->ledger, &task_created_event, task.task_id, told->workspace, &task);
    note_of_node(told, &rollout_dispatched_event, &dispatched);
}

static void given_progress(const struct told *told, size_t n)
{
    const struct rollout_progressed silent = {
        .rollout_id = told->id,
        .target_id = target_id_of(told->id, n),
        .status = {UPDATE_DOWNLOADING},
        .progress_percent = 20};
    const struct rollout_progressed spoken = {
        .rollout_id = told->id,
        .target_id = target_id_of(told->id, n),
        .status = {UPDATE_RECONNECTING},
        .progress_percent = 95,
        .message = text_lit("Restarted; <b>waiting</b>")};

    told->ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = told->node_ids[n]};
    note_of_node(told, &rollout_progressed_event, &silent);
    note_of_node(told, &rollout_progressed_event, &spoken);
    as_clock(told->ledger);
}

static void given_failure(const struct told *told, size_t n, enum update_failure cause)
{
    const struct rollout_failed failed = {
        .rollout_id = told->id,
        .target_id = target_id_of(told->id, n),
        .node_id = told->node_ids[n],
        .cause = {(int64_t)cause},
        .message = text_lit("Node gone must be online before it can be updated."),
        .pauses = OPT_TRUE,
    };

    note_of_node(told, &rollout_failed_event, &failed);
}

static void given_retry(const struct told *told, size_t n)
{
    const struct rollout_retried retried = {told->id, target_id_of(told->id, n), OPT_TRUE};

    as_admin(told->ledger);
    note(told, &rollout_retried_event, &retried);
    as_clock(told->ledger);
}

static void given_confirmed(const struct told *told, size_t n)
{
    const struct rollout_confirmed confirmed = {
        told->id, target_id_of(told->id, n), told->node_ids[n]};

    note_of_node(told, &rollout_confirmed_event, &confirmed);
}

/* The last target is left out, which does not suffice; then it goes on. */
static void given_skip(const struct told *told, size_t n)
{
    const struct rollout_skipped skipped = {told->id, target_id_of(told->id, n), OPT_FALSE};
    const struct rollout_resumed resumed = {told->id};

    as_admin(told->ledger);
    note(told, &rollout_skipped_event, &skipped);
    note(told, &rollout_resumed_event, &resumed);
    as_clock(told->ledger);
}

static void given_completed_rollout(struct told *told)
{
    const struct rollout_completed completed = {told->id};

    given_created(told, false);
    given_dispatched(told, 0);
    given_failure(told, 0, UPDATE_FAILURE_SILENCE);
    given_retry(told, 0);
    given_dispatched(told, 0);
    given_progress(told, 0);
    given_confirmed(told, 0);
    given_dispatched(told, 1);
    given_confirmed(told, 1);
    given_failure(told, 2, UPDATE_FAILURE_REFUSED);
    given_skip(told, 2);
    note(told, &rollout_completed_event, &completed);
}

static void given_cancelled_rollout(struct told *told)
{
    const struct uuid open[] = {target_id_of(told->id, 1), target_id_of(told->id, 0)};
    const struct rollout_cancelled cancelled = {told->id, {open, 2}};

    given_created(told, true);
    given_dispatched(told, 0);
    given_confirmed(told, 2);
    as_admin(told->ledger);
    note(told, &rollout_cancelled_event, &cancelled);
}

void given_story_of_rollouts(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    struct told completed = make_told(ledger, cast, 2 * chapter);
    struct told cancelled = make_told(ledger, cast, 2 * chapter + 1);

    given_completed_rollout(&completed);
    given_cancelled_rollout(&cancelled);
    given_story_of_upgrades(ledger, chapter);
}
