/*
 * Rolling runs as scenarios begin with them, and orders for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/rolling.h"

#include "core/base/must.h"
#include "tests/support/fleet.h"

#include <stdio.h>

enum { MOST_LOOKS = 1000, ARENA_BYTES = 1 << 20 };

static const char *called(char name[32], size_t n)
{
    snprintf(name, 32, "web-%zu", n);
    return name;
}

struct uuid fleet_node(size_t n)
{
    char name[32];

    return id_named(called(name, n));
}

void given_fleet(struct scenario *s, size_t count)
{
    given_workspace(s);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        given_another_node(s, fleet_node(i), W1, called(name, i));
    }
}

/* They live as long as the program: tests name few of them. */
static struct list nodes(size_t count)
{
    static struct uuid ids[2 * ROLLING_MOST_TARGETS];

    must(count <= COUNT_OF(ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = fleet_node(i);
    return (struct list){ids, count};
}

struct rolling_run_created make_rolling_run(struct uuid run_id, size_t targets)
{
    return (struct rolling_run_created){
        .run_id = run_id,
        .workspace_id = W1,
        .owner_user_id = U1,
        .name = text_lit("Upgrade"),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"date\"}")},
        .template_version = INT64_ABSENT,
        .node_ids = nodes(targets),
        .canary = 1,
        .wave_size = 2,
        .wave_share = INT64_ABSENT,
        .reach_seconds = 3600,
    };
}

void given_rolling_run(struct scenario *s, const struct rolling_run_created *run)
{
    const struct happened created = {&rolling_run_created_event, run, OUTCOME_DONE};

    scenario_given(s, &created, 1);
}

void when_looked_at(struct scenario *s)
{
    scenario_pass(s, 1);
    WHEN_DUE(s);
}

static bool is_anything_due(struct scenario *s)
{
    struct timer timer = {.kind = TIMER_ROLLING_RUN};

    return model_next_timer(scenario_model(s), &timer, &timer) &&
           timer.due.us <= scenario_now(s).us;
}

void when_settled(struct scenario *s)
{
    int looks = 0;

    scenario_pass(s, 1);
    for (; is_anything_due(s); scenario_pass(s, 1)) {
        must(looks++ < MOST_LOOKS);
        WHEN_DUE(s);
    }
}

struct rolling_run rolling_run_of(const struct scenario *s, struct uuid run_id)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct rolling_run run;

    must(model_load(scenario_model(s), &rolling_run_aggregate, run_id, arena, &run));
    return run;
}

struct uuid task_of_target(const struct scenario *s, struct uuid run_id, size_t n)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct rolling_target target = {.task_id = UUID_NONE};

    if (!model_load(
            scenario_model(s), &rolling_target_aggregate, target_id_of(run_id, n), arena, &target))
        return UUID_NONE;
    return target.task_id;
}

void given_target_ended(struct scenario *s, struct uuid run_id, size_t n, enum task_status status)
{
    struct uuid task_id = task_of_target(s, run_id, n);

    must(uuid_is_present(task_id));
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = task_id, .status = {(int64_t)status},
               .finished_at = scenario_now(s)));
}

struct create_rolling_run make_rolling_order(size_t targets)
{
    return (struct create_rolling_run){
        .workspace_id = W1,
        .name = text_lit("Upgrade"),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"date\"}")},
        .node_ids = nodes(targets),
        .canary = 1,
        .wave_size = 2,
        .wave_share = INT64_ABSENT,
        .reach_seconds = 3600,
    };
}
