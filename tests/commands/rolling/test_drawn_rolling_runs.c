/*
 * Rolling runs whose outcomes are drawn at random, steered at random: whatever comes, no wave is too large, no target is
 * lost, each has one end, and only what failed or was not reached is tried again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/draw.h"
#include "tests/support/fleet.h"
#include "tests/support/rolling.h"

#include <string.h>

enum { MOST_TARGETS = 12, SEEDS = 60, MOST_STEPS = 400 };

struct drawn {
    struct scenario *s;
    struct rolling_run_created run;
    uint64_t draw;
};

static bool is_linked(const struct drawn *drawn, uint16_t kind, size_t n)
{
    return model_linked(scenario_model(drawn->s), kind, RUN1, target_id_of(RUN1, n), NULL);
}

static size_t count_linked(const struct drawn *drawn, uint16_t kind)
{
    size_t count = 0;

    for (size_t n = 0; n < drawn->run.node_ids.count; n++)
        count += is_linked(drawn, kind, n);
    return count;
}

/* What must hold, always. */
static void expect_sound(const struct drawn *drawn)
{
    struct rolling_run run = rolling_run_of(drawn->s, RUN1);
    size_t ended = count_linked(drawn, LINK_ROLLING_ENDED);
    int64_t largest = run.canary > run.wave_size ? run.canary : run.wave_size;
    int64_t sum =
        run.pending + run.active + run.succeeded + run.failed + run.not_reached + run.skipped;

    expect_int64(sum, (int64_t)drawn->run.node_ids.count);
    expect(run.active <= largest);
    expect_int64((int64_t)count_linked(drawn, LINK_ROLLING_PENDING), run.pending);
    expect_int64((int64_t)(count_linked(drawn, LINK_ROLLING_ACTIVE) + ended), run.active);
    expect_int64(
        (int64_t)count_linked(drawn, LINK_ROLLING_RETRYABLE), run.failed + run.not_reached);
    expect(run.failures <= run.most_failures + largest);
    expect(run.status.is != ROLLING_COMPLETED || run.pending + run.active == 0);
    for (size_t n = 0; n < drawn->run.node_ids.count; n++)
        expect(
            is_linked(drawn, LINK_ROLLING_PENDING, n) + is_linked(drawn, LINK_ROLLING_ACTIVE, n) +
                is_linked(drawn, LINK_ROLLING_ENDED, n) +
                is_linked(drawn, LINK_ROLLING_RETRYABLE, n) <=
            1);
}

static void end_some(struct drawn *drawn)
{
    static const enum task_status ends[] = {
        TASK_SUCCESS, TASK_SUCCESS, TASK_SUCCESS, TASK_FAILED, TASK_CANCELLED};

    for (size_t n = 0; n < drawn->run.node_ids.count; n++) {
        if (is_linked(drawn, LINK_ROLLING_ACTIVE, n) && draw_below(&drawn->draw, 2) == 0)
            given_target_ended(drawn->s, RUN1, n, ends[draw_below(&drawn->draw, COUNT_OF(ends))]);
    }
}

static void move_node(struct drawn *drawn)
{
    const struct uuid node = fleet_node(draw_below(&drawn->draw, drawn->run.node_ids.count));

    if (draw_below(&drawn->draw, 2) == 0)
        GIVEN(drawn->s, HAPPENED(node_maintenance_entered, .node_id = node));
    else
        GIVEN(drawn->s, HAPPENED(node_maintenance_left, .node_id = node));
}

static void steer(struct drawn *drawn)
{
    const struct steer_rolling_run order = {.workspace_id = W1, .id = RUN1};
    const struct retry_rolling_run all = {.order = order};
    struct uuid target = target_id_of(RUN1, draw_below(&drawn->draw, drawn->run.node_ids.count));
    const struct skip_rolling_targets one = {order, {&target, 1}};

    switch (draw_below(&drawn->draw, 4)) {
    case 0:
        scenario_when(drawn->s, &stop_rolling_run_command, &order);
        break;
    case 1:
        scenario_when(drawn->s, &resume_rolling_run_command, &order);
        break;
    case 2:
        scenario_when(drawn->s, &retry_rolling_run_command, &all);
        break;
    default:
        scenario_when(drawn->s, &skip_rolling_targets_command, &one);
        break;
    }
}

static struct drawn given_drawn(uint64_t seed)
{
    struct drawn drawn = {.s = scenario_at("2026-03-22T12:00:00Z"), .draw = seed};

    scenario_policy(drawn.s)->stale_queued_us = INT64_C(86400) * 365 * US_PER_S;
    drawn.run = make_rolling_run(RUN1, 1 + draw_below(&drawn.draw, MOST_TARGETS));
    drawn.run.canary = (int64_t)draw_below(&drawn.draw, 3);
    drawn.run.wave_size = 1 + (int64_t)draw_below(&drawn.draw, 5);
    drawn.run.most_failures = (int64_t)draw_below(&drawn.draw, 3);
    drawn.run.pause_seconds = (int64_t)draw_below(&drawn.draw, 2) * 5;
    drawn.run.reach_seconds = 20;
    given_fleet(drawn.s, drawn.run.node_ids.count);
    given_rolling_run(drawn.s, &drawn.run);
    return drawn;
}

/* Nobody does anything any more but to resume it, and all ends well: it ends, too. */
static void finish(struct drawn *drawn)
{
    const struct steer_rolling_run order = {.workspace_id = W1, .id = RUN1};

    for (int i = 0; i < MOST_STEPS; i++) {
        if (rolling_run_of(drawn->s, RUN1).status.is == ROLLING_COMPLETED)
            return;
        if (rolling_run_of(drawn->s, RUN1).status.is == ROLLING_STOPPED)
            scenario_when(drawn->s, &resume_rolling_run_command, &order);
        for (size_t n = 0; n < drawn->run.node_ids.count; n++) {
            if (is_linked(drawn, LINK_ROLLING_ACTIVE, n))
                given_target_ended(drawn->s, RUN1, n, TASK_SUCCESS);
        }
        when_settled(drawn->s);
        expect_sound(drawn);
    }
    expect(false);
}

static void whatever_comes_no_target_is_lost_and_every_run_ends(void)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct drawn drawn = given_drawn(seed);
        for (int i = 0; i < 40; i++) {
            when_looked_at(drawn.s);
            expect_sound(&drawn);
            end_some(&drawn);
            if (draw_below(&drawn.draw, 5) == 0)
                steer(&drawn);
            if (draw_below(&drawn.draw, 8) == 0)
                move_node(&drawn);
            expect_sound(&drawn);
        }
        finish(&drawn);
    }
}

static const struct test tests[] = {
    TEST(whatever_comes_no_target_is_lost_and_every_run_ends),
};

const struct suite test_drawn_rolling_runs_suite =
    SUITE("commands/rolling/drawn_rolling_runs", tests);
