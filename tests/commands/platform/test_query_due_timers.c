/*
 * Which timers are due: of every kind, no earlier than asked for, and at the cost of what is due.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/platform/platform_commands.h"
#include "commands/task/task.h"
#include "commands/timers.h"
#include "core/base/must.h"
#include "tests/support/expect.h"

#include <string.h>

enum { ARENA_BYTES = 16 << 20, LOOKS = 400, MANY = 100000, FEW = 1000 };
static const int64_t now_us = INT64_C(1000000) * US_PER_S;

/* A model that holds nothing but timers, and the policy that says how long is too long. */
struct clock {
    struct model *model;
    struct arena *arena;
    struct policy policy;
};

static struct clock make_clock(void)
{
    struct clock clock = {
        .arena = arena_new(ARENA_BYTES),
        .policy = {.stale_queued_us = 120 * US_PER_S, .stale_running_us = INT64_C(1800) * US_PER_S},
    };
    struct error error;

    must(model_open(make_directory(), (struct digest){{1}}, &clock.model, &error) == STATUS_OK);
    return clock;
}

static void close_clock(struct clock *clock)
{
    model_close(clock->model);
    arena_free(clock->arena);
}

static struct uuid id_numbered(uint32_t n)
{
    struct uuid id = {{1}};

    memcpy(id.bytes + 12, &n, sizeof(n));
    return id;
}

static void given_timer(struct clock *clock, int kind, uint32_t id, int64_t at_us)
{
    struct timer timer = {kind, id_numbered(id), {at_us}};

    model_set_timer(clock->model, &timer);
}

static const struct due_timers *
when_asked(struct clock *clock, const struct query_due_timers *query)
{
    struct decision decision = {
        .model = clock->model,
        .policy = &clock->policy,
        .now = {now_us},
        .arena = clock->arena,
    };
    struct due_timers *due = arena_one(clock->arena, struct due_timers);

    query_due_timers_command.answer_from(&decision, query, clock->arena, due);
    return due;
}

static const struct timer *nth(const struct due_timers *due, size_t n)
{
    return (const struct timer *)due->timers.items + n;
}

static void every_kind_falls_due_after_its_own_patience(void)
{
    struct clock clock = make_clock();
    struct query_due_timers query = {.limit = 100};
    const struct due_timers *due;

    given_timer(&clock, TIMER_INSTALL, 1, now_us);
    given_timer(&clock, TIMER_INSTALL, 2, now_us + 1);
    given_timer(&clock, TIMER_ENROLLMENT, 3, now_us);
    given_timer(&clock, TIMER_LEASE, 4, now_us);
    given_timer(&clock, TIMER_QUEUED, 5, now_us - clock.policy.stale_queued_us);
    given_timer(&clock, TIMER_QUEUED, 6, now_us - clock.policy.stale_queued_us + 1);
    given_timer(&clock, TIMER_RUNNING, 7, now_us - clock.policy.stale_running_us);
    given_timer(&clock, TIMER_RUNNING, 8, now_us - clock.policy.stale_running_us + 1);
    due = when_asked(&clock, &query);
    expect_int64(due->timers.count, 5);
    for (size_t i = 0; i < due->timers.count; i++) {
        uint32_t wanted[] = {1, 3, 4, 5, 7};
        expect(uuid_equal(nth(due, i)->id, id_numbered(wanted[i])));
    }
    close_clock(&clock);
}

static void what_was_due_before_the_time_asked_for_is_left_out(void)
{
    struct clock clock = make_clock();
    struct query_due_timers query = {.since = {now_us - US_PER_S}, .limit = 100};
    const struct due_timers *due;

    given_timer(&clock, TIMER_INSTALL, 1, now_us - US_PER_S - 1);
    given_timer(&clock, TIMER_INSTALL, 2, now_us - US_PER_S);
    given_timer(&clock, TIMER_QUEUED, 3, now_us - US_PER_S - 1 - clock.policy.stale_queued_us);
    given_timer(&clock, TIMER_QUEUED, 4, now_us - US_PER_S - clock.policy.stale_queued_us);
    due = when_asked(&clock, &query);
    expect_int64(due->timers.count, 2);
    expect(uuid_equal(nth(due, 0)->id, id_numbered(2)));
    expect(uuid_equal(nth(due, 1)->id, id_numbered(4)));
    query.since = (struct timestamp){0};
    expect_int64(when_asked(&clock, &query)->timers.count, 4);
    close_clock(&clock);
}

/* Asks on and on, and expects ids from 0 to count - 1. */
static void expect_all_in_parts(struct clock *clock, int64_t limit, uint32_t count)
{
    struct query_due_timers query = {.limit = limit};
    uint32_t seen = 0;

    for (uint32_t asked = 0; asked <= count; asked++) {
        const struct due_timers *due = when_asked(clock, &query);
        for (size_t i = 0; i < due->timers.count; i++)
            expect(uuid_equal(nth(due, i)->id, id_numbered(seen++)));
        if (due->timers.count < (size_t)limit)
            break;
        query.after = nth(due, due->timers.count - 1);
    }
    expect_int64(seen, count);
}

static void what_does_not_fit_into_one_answer_comes_in_the_next_over_all_kinds(void)
{
    struct clock clock = make_clock();

    for (uint32_t i = 0; i < 7; i++)
        given_timer(&clock, i < 3 ? TIMER_INSTALL : TIMER_LEASE, i, now_us - 100 + i / 2);
    for (int64_t limit = 1; limit <= 8; limit++)
        expect_all_in_parts(&clock, limit, 7);
    close_clock(&clock);
}

static void many_that_are_due_at_once_are_all_found(void)
{
    struct clock clock = make_clock();

    for (uint32_t i = 0; i < 3 * FEW; i++)
        given_timer(&clock, TIMER_LEASE, i, 1 + i);
    expect_all_in_parts(&clock, 256, 3 * FEW);
    close_clock(&clock);
}

/* The best of many looks with nothing due: how long one takes. */
static int64_t time_of_a_look(struct clock *clock)
{
    struct query_due_timers query = {.limit = 1};
    int64_t best_us = INT64_MAX;

    for (int look = 0; look < LOOKS; look++) {
        int64_t began_us = monotonic_us();
        for (int i = 0; i < 10; i++)
            expect_int64(when_asked(clock, &query)->timers.count, 0);
        best_us = monotonic_us() - began_us < best_us ? monotonic_us() - began_us : best_us;
    }
    return best_us;
}

static void a_look_with_nothing_due_costs_the_same_however_many_wait(void)
{
    struct clock few = make_clock();
    struct clock many = make_clock();
    const int kinds[] = {TIMER_INSTALL, TIMER_ENROLLMENT, TIMER_LEASE, TIMER_QUEUED, TIMER_RUNNING};

    for (uint32_t i = 0; i < MANY; i++) {
        int kind = kinds[i % COUNT_OF(kinds)];
        if (i < FEW)
            given_timer(&few, kind, i, now_us + 1 + i);
        given_timer(&many, kind, i, now_us + 1 + i);
    }
    expect(time_of_a_look(&many) < 4 * time_of_a_look(&few) + 10);
    close_clock(&few);
    close_clock(&many);
}

static const struct test tests[] = {
    TEST(every_kind_falls_due_after_its_own_patience),
    TEST(what_was_due_before_the_time_asked_for_is_left_out),
    TEST(what_does_not_fit_into_one_answer_comes_in_the_next_over_all_kinds),
    TEST(many_that_are_due_at_once_are_all_found),
    TEST(a_look_with_nothing_due_costs_the_same_however_many_wait),
};

const struct suite test_query_due_timers_suite = SUITE("commands/platform/query_due_timers", tests);
