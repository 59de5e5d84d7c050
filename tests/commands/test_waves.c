/*
 * The rule of waves: every small case, and many runs of it with outcomes drawn at random.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/waves.h"
#include "tests/support/draw.h"
#include "tests/support/expect.h"

static const struct timestamp now = {INT64_C(1000) * US_PER_S};

static struct waves_step
next(const struct waves_policy *policy, const struct waves_progress *progress)
{
    return waves_next(policy, progress);
}

/* The next of the figures that make up a number: one below `count`. */
static int next_figure(int *number, int count)
{
    int figure = *number % count;

    *number /= count;
    return figure;
}

/* Calls `check` for all cases with few targets. */
static void each_case(void (*check)(const struct waves_policy *, const struct waves_progress *))
{
    static const int64_t until[] = {0, INT64_C(999) * US_PER_S, INT64_C(1001) * US_PER_S};

    for (int i = 0; i < 3 * 3 * 2 * 2 * 4 * 3 * 3 * 2 * 2 * 3; i++) {
        int rest = i;
        struct waves_policy policy = {0};
        struct waves_progress progress = {.now = now};
        policy.canary = next_figure(&rest, 3);
        policy.size = 1 + next_figure(&rest, 3);
        policy.most_failures = next_figure(&rest, 2);
        policy.pause_us = next_figure(&rest, 2) * US_PER_S;
        progress.pending = next_figure(&rest, 4);
        progress.active = next_figure(&rest, 3);
        progress.failures = next_figure(&rest, 3);
        progress.is_canary = next_figure(&rest, 2) == 1;
        progress.has_begun = next_figure(&rest, 2) == 1;
        progress.paused_until = (struct timestamp){until[next_figure(&rest, 3)]};
        check(&policy, &progress);
    }
}

static void stops_only(const struct waves_policy *policy, const struct waves_progress *progress)
{
    bool is_too_much = progress->failures > policy->most_failures;

    expect((next(policy, progress).move == WAVES_STOP) == is_too_much);
}

static void it_stops_when_more_has_failed_than_may_and_only_then(void)
{
    each_case(stops_only);
}

static void waits_only(const struct waves_policy *policy, const struct waves_progress *progress)
{
    enum waves_move move = next(policy, progress).move;
    bool is_pausing = progress->active == 0 && progress->pending > 0 && progress->has_begun &&
                      policy->pause_us > 0 && progress->paused_until.us > progress->now.us;

    if (move != WAVES_STOP)
        expect((move == WAVES_WAIT) == (progress->active > 0 || is_pausing));
}

static void it_waits_for_its_wave_and_for_the_end_of_its_pause(void)
{
    each_case(waits_only);
}

static void completes_only(const struct waves_policy *policy, const struct waves_progress *progress)
{
    enum waves_move move = next(policy, progress).move;

    if (move != WAVES_STOP && progress->active == 0)
        expect((move == WAVES_COMPLETE) == (progress->pending == 0));
}

static void it_is_complete_when_nothing_is_pending_or_active(void)
{
    each_case(completes_only);
}

static void pauses_only(const struct waves_policy *policy, const struct waves_progress *progress)
{
    enum waves_move move = next(policy, progress).move;

    if (move == WAVES_PAUSE)
        expect(
            policy->pause_us > 0 && progress->has_begun &&
            !timestamp_is_present(progress->paused_until));
    if (move == WAVES_BEGIN)
        expect(
            policy->pause_us == 0 || !progress->has_begun ||
            timestamp_is_present(progress->paused_until));
}

static void it_pauses_once_between_two_waves(void)
{
    each_case(pauses_only);
}

static void begins_only(const struct waves_policy *policy, const struct waves_progress *progress)
{
    struct waves_step step = next(policy, progress);
    int64_t size = step.is_canary ? policy->canary : policy->size;

    if (step.move != WAVES_BEGIN) {
        expect_int64(step.count, 0);
        return;
    }
    expect(step.count > 0 && step.count <= progress->pending && step.count <= size);
    expect(step.count == progress->pending || step.count == size);
    expect(step.is_canary == (policy->canary > 0 && progress->is_canary && !progress->has_begun));
}

static void a_wave_has_as_many_as_it_may_and_the_first_may_be_the_canary(void)
{
    each_case(begins_only);
}

/* A run of the rule, whose outcomes are drawn. */
struct run {
    struct waves_policy policy;
    struct waves_progress progress;
    int64_t total;
    int64_t over;
    int64_t waves;
    int64_t wave_size; /* of the present wave */
    uint64_t draw;
};

static struct run drawn_run(uint64_t seed)
{
    struct run run = {.draw = seed};

    run.total = 1 + (int64_t)draw_below(&run.draw, 60);
    run.policy = (struct waves_policy){
        .canary = (int64_t)draw_below(&run.draw, 4),
        .size = 1 + (int64_t)draw_below(&run.draw, 12),
        .most_failures = (int64_t)draw_below(&run.draw, 5),
        .pause_us = (int64_t)draw_below(&run.draw, 2) * 60 * US_PER_S,
    };
    run.progress = (struct waves_progress){
        .pending = run.total, .is_canary = run.policy.canary > 0, .now = now};
    return run;
}

static void begin(struct run *run, struct waves_step step)
{
    expect_int64(run->progress.active, 0);
    expect(run->waves > 0 || step.is_canary == (run->policy.canary > 0));
    expect(step.count <= (step.is_canary ? run->policy.canary : run->policy.size));
    run->waves++;
    run->progress.pending -= step.count;
    run->progress.active = step.count;
    run->progress.is_canary = step.is_canary;
    run->progress.has_begun = true;
    run->progress.paused_until = (struct timestamp){0};
}

/* Time goes by: one of the active is over, or else the pause. */
static void pass(struct run *run)
{
    if (run->progress.active == 0) {
        run->progress.now = run->progress.paused_until;
        return;
    }
    run->progress.active--;
    run->over++;
    run->progress.failures += draw_below(&run->draw, 10) == 0;
}

static void follow(struct run *run)
{
    for (;;) {
        struct waves_step step = next(&run->policy, &run->progress);
        expect_int64(run->progress.pending + run->progress.active + run->over, run->total);
        switch (step.move) {
        case WAVES_BEGIN:
            begin(run, step);
            break;
        case WAVES_PAUSE:
            run->progress.paused_until = timestamp_plus_us(run->progress.now, run->policy.pause_us);
            break;
        case WAVES_WAIT:
            pass(run);
            break;
        case WAVES_STOP:
            expect_int64(run->progress.failures, run->policy.most_failures + 1);
            run->progress.failures = 0; /* resumed */
            break;
        case WAVES_COMPLETE:
            expect_int64(run->over, run->total);
            return;
        }
    }
}

static void whatever_comes_of_its_targets_each_is_over_once_and_no_wave_is_too_large(void)
{
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct run run = drawn_run(seed);
        follow(&run);
    }
}

static const struct test tests[] = {
    TEST(it_stops_when_more_has_failed_than_may_and_only_then),
    TEST(it_waits_for_its_wave_and_for_the_end_of_its_pause),
    TEST(it_is_complete_when_nothing_is_pending_or_active),
    TEST(it_pauses_once_between_two_waves),
    TEST(a_wave_has_as_many_as_it_may_and_the_first_may_be_the_canary),
    TEST(whatever_comes_of_its_targets_each_is_over_once_and_no_wave_is_too_large),
};

const struct suite test_waves_suite = SUITE("commands/waves", tests);
