/*
 * Rollouts as scenarios begin with them, and what agents do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/rollouts.h"

#include "core/base/must.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"

#include <stdio.h>
#include <string.h>

enum { MOST_LOOKS = 1000, ARENA_BYTES = 1 << 20, MOST_NODES = 8 };

void given_agents(struct scenario *s, size_t count)
{
    given_fleet(s, count);
    for (size_t n = 0; n < count; n++)
        GIVEN(
            s, HAPPENED(
                   node_came_online, .node_id = fleet_node(n), .sign = {SIGN_HEARTBEAT},
                   .agent_version = text_lit("1.0.0")));
}

struct create_rollout make_rollout_order(size_t targets)
{
    static const struct rollout_artifact artifact = {
        TEXT_OF("amd64"), TEXT_OF("https://releases.example/agent"), TEXT_OF("00ff")};
    static struct uuid ids[MOST_NODES];

    must(targets <= MOST_NODES);
    for (size_t n = 0; n < targets; n++)
        ids[n] = fleet_node(n);
    return (struct create_rollout){
        .node_ids = {ids, targets},
        .rollback = OPT_FALSE,
        .wave_size = 1,
        .target_version = text_lit("1.1.0"),
        .commit = text_lit("c0ffee"),
        .artifacts = {&artifact, 1},
    };
}

struct uuid given_rollout(struct scenario *s, const struct create_rollout *order)
{
    const struct error *error;

    scenario_actor(s, ACTOR_USER, U1);
    scenario_when(s, &create_rollout_command, order);
    must(scenario_status(s, &error) == STATUS_OK);
    return scenario_made(s, 0);
}

struct scenario *given_begun_rollout(size_t targets, struct uuid *out_rollout)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct create_rollout order = make_rollout_order(targets);

    given_agents(s, targets);
    *out_rollout = given_rollout(s, &order);
    when_rollouts_settle(s);
    return s;
}

static bool is_due(struct scenario *s, int64_t kind)
{
    struct timer timer = {.kind = kind};

    return model_next_timer(scenario_model(s), &timer, &timer) &&
           timer.due.us <= scenario_now(s).us;
}

void when_rollouts_settle(struct scenario *s)
{
    int looks = 0;

    scenario_pass(s, 1);
    for (; is_due(s, TIMER_ROLLOUT) || is_due(s, TIMER_UPDATE); scenario_pass(s, 1)) {
        must(looks++ < MOST_LOOKS);
        WHEN_DUE(s);
    }
}

void when_steered(struct scenario *s, const struct command *command, struct uuid rollout)
{
    scenario_actor(s, ACTOR_USER, U1);
    scenario_when(s, command, &(const struct steer_rollout){rollout});
}

void when_target_steered(
    struct scenario *s, const struct command *command, struct uuid rollout, size_t n)
{
    scenario_actor(s, ACTOR_USER, U1);
    scenario_when(
        s, command, &(const struct steer_rollout_target){{rollout}, target_id_of(rollout, n)});
}

void given_version(struct scenario *s, size_t n, const char *version)
{
    GIVEN(
        s,
        HAPPENED(
            node_versions_reported, .node_id = fleet_node(n), .agent_version = text_from(version)));
}

static struct enum_value reported_status(const char *status)
{
    static const char *const names[] = {"dispatched", "downloading", "verifying",
                                        "installing", "restarting",  "waiting_for_reconnect",
                                        "failed",     NULL};

    return enum_from(names, text_from(status));
}

void when_reported(
    struct scenario *s, struct uuid rollout, size_t n, const char *status, int64_t percent)
{
    char hostname[32];

    snprintf(hostname, sizeof(hostname), "web-%zu", n);
    scenario_actor(s, ACTOR_AGENT, fleet_node(n));
    WHEN(
        s, report_update, .node_id = fleet_node(n), .credential_digest = digest_named(s, hostname),
        .target_id = target_id_of(rollout, n), .status = reported_status(status),
        .progress_percent = percent);
}

void given_update_ended(struct scenario *s, struct uuid rollout, size_t n, enum task_status status)
{
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = target_of(s, rollout, n).task_id,
               .status = {(int64_t)status}, .finished_at = scenario_now(s)));
}

struct rollout rollout_of(const struct scenario *s, struct uuid rollout_id)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct rollout rollout;

    must(model_load(scenario_model(s), &rollout_aggregate, rollout_id, arena, &rollout));
    return rollout;
}

struct rollout_target target_of(const struct scenario *s, struct uuid rollout, size_t n)
{
    static struct arena *arena;
    struct update update;

    arena_free(arena);
    arena = arena_new(ARENA_BYTES);
    must(
        model_load(scenario_model(s), &update_aggregate, target_id_of(rollout, n), arena, &update));
    return update.shown;
}

void expect_rollout(const struct scenario *s, struct uuid rollout_id, const char *wanted)
{
    struct rollout rollout = rollout_of(s, rollout_id);
    char figures[512];
    size_t size;

    snprintf(
        figures, sizeof(figures), "%s: %d pending, %d active, %d failed;",
        enum_name(rollout_status_names, rollout.status), (int)rollout.pending, (int)rollout.active,
        (int)rollout.failed);
    for (size_t n = 0; n < (size_t)rollout.targets; n++) {
        size = strlen(figures);
        snprintf(
            figures + size, sizeof(figures) - size, " %s",
            enum_name(update_status_names, target_of(s, rollout_id, n).status));
    }
    expect_text(text_from(figures), wanted);
}
