/*
 * The bounded queue, alone and between threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"

enum { PUTTERS = 3, PUT_BY_EACH = 2000, SHORT_US = 1000, PATIENCE_US = 20 * US_PER_S };

struct parcel {
    struct queue_item item;
    int number;
};

static int number_of(const struct queue_item *item)
{
    return item == NULL ? -1 : ((const struct parcel *)item)->number;
}

static struct queue *queue;

static void make_queue(void)
{
    queue = queue_new(2);
}

static void free_queue(void)
{
    while (queue_take(queue, 0) != NULL) {
    }
    queue_free(queue);
}

static void items_leave_in_the_order_they_came(void)
{
    struct parcel a = {.number = 1};
    struct parcel b = {.number = 2};

    expect(queue_put(queue, &a.item));
    expect(queue_put(queue, &b.item));
    expect_int64(queue_depth(queue), 2);
    expect_int64(number_of(queue_take(queue, 0)), 1);
    expect_int64(number_of(queue_take(queue, -1)), 2);
    expect(queue_take(queue, 0) == NULL);
    expect_int64(queue_depth(queue), 0);
}

static void a_full_queue_refuses_but_answers_still_fit(void)
{
    struct parcel parcels[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};

    expect(queue_put(queue, &parcels[0].item));
    expect(queue_put(queue, &parcels[1].item));
    expect(!queue_put(queue, &parcels[2].item));
    expect(queue_put_always(queue, &parcels[3].item));
    expect_int64(number_of(queue_take(queue, 0)), 0);
    expect_int64(number_of(queue_take(queue, 0)), 1);
    expect_int64(number_of(queue_take(queue, 0)), 3);
}

static void taking_all_gives_a_chain_and_leaves_a_usable_queue(void)
{
    struct parcel a = {.number = 1};
    struct parcel b = {.number = 2};
    struct queue_item *chain;

    expect(queue_put(queue, &a.item));
    expect(queue_put(queue, &b.item));
    chain = queue_take_all(queue, -1);
    expect_int64(number_of(chain), 1);
    expect_int64(number_of(chain->next), 2);
    expect(chain->next->next == NULL);
    expect(queue_take_all(queue, 0) == NULL);
    expect(queue_put(queue, &a.item));
    expect_int64(number_of(queue_take(queue, 0)), 1);
}

static void a_chain_is_put_at_once_in_its_order(void)
{
    struct queue_item third = {NULL};
    struct queue_item second = {&third};
    struct queue_item first = {&second};

    expect(queue_put_all(queue, &first));
    expect_int64(queue_depth(queue), 3);
    expect(queue_take(queue, 0) == &first);
    expect(queue_take(queue, 0) == &second);
    expect(queue_take(queue, 0) == &third);
    queue_close(queue);
    expect(!queue_put_all(queue, &third));
}

static void a_closed_queue_refuses_but_gives_what_is_left(void)
{
    struct parcel a = {.number = 1};

    expect(!queue_is_closed(queue));
    expect(queue_put(queue, &a.item));
    queue_close(queue);
    expect(queue_is_closed(queue));
    expect(!queue_put(queue, &a.item));
    expect(!queue_put_always(queue, &a.item));
    expect_int64(number_of(queue_take(queue, -1)), 1);
    expect(queue_take(queue, -1) == NULL);
}

static void waiting_ends_with_the_time_out(void)
{
    expect(queue_take(queue, 1000) == NULL);
    expect(queue_take_all(queue, 1000) == NULL);
}

static void a_wake_is_not_lost_when_nobody_waits_yet_and_does_not_pile_up(void)
{
    struct parcel a = {.number = 7};
    int64_t begun_us = monotonic_us();

    queue_wake(queue);
    queue_wake(queue);
    expect(queue_take(queue, PATIENCE_US) == NULL);
    expect(monotonic_us() - begun_us < PATIENCE_US);
    expect(queue_put(queue, &a.item));
    expect_int64(number_of(queue_take(queue, -1)), 7);
}

static void a_pause_outlasts_wakes_and_leaves_what_was_put(void)
{
    struct parcel a = {.number = 7};
    int64_t begun_us = monotonic_us();

    expect(queue_put(queue, &a.item));
    queue_wake(queue);
    queue_pause(queue, SHORT_US);
    expect(monotonic_us() - begun_us >= SHORT_US);
    expect_int64(number_of(queue_take(queue, 0)), 7);
}

static void what_woke_a_pause_wakes_nothing_after_it(void)
{
    int64_t begun_us = 0;

    queue_wake(queue);
    queue_pause(queue, 0);
    begun_us = monotonic_us();
    expect(queue_take(queue, SHORT_US) == NULL);
    expect(monotonic_us() - begun_us >= SHORT_US);
}

static void a_pause_ends_with_the_queue(void)
{
    int64_t begun_us = monotonic_us();

    queue_close(queue);
    queue_pause(queue, PATIENCE_US);
    expect(monotonic_us() - begun_us < PATIENCE_US);
}

struct taker {
    struct queue *from;
    int64_t sum;
    int count;
};

static void take_until_closed(void *context)
{
    struct taker *taker = context;
    struct queue_item *item;

    while ((item = queue_take(taker->from, -1)) != NULL) {
        taker->sum += number_of(item);
        taker->count++;
    }
}

static struct parcel parcels[PUTTERS][PUT_BY_EACH];

static void put_many(void *context)
{
    struct parcel *mine = context;

    for (int i = 0; i < PUT_BY_EACH; i++) {
        mine[i].number = i;
        while (!queue_put(queue, &mine[i].item)) {
            /* full: again */
        }
    }
}

static void many_threads_lose_and_double_nothing(void)
{
    struct taker takers[2] = {{.from = queue}, {.from = queue}};
    struct thread *taking[2];
    struct thread *putting[PUTTERS];

    for (int i = 0; i < 2; i++)
        taking[i] = thread_start("taker", take_until_closed, &takers[i]);
    for (int i = 0; i < PUTTERS; i++)
        putting[i] = thread_start("putter", put_many, parcels[i]);
    for (int i = 0; i < PUTTERS; i++)
        thread_join(putting[i]);
    queue_close(queue);
    for (int i = 0; i < 2; i++)
        thread_join(taking[i]);
    expect_int64(takers[0].count + takers[1].count, PUTTERS * PUT_BY_EACH);
    expect_int64(
        takers[0].sum + takers[1].sum, (int64_t)PUTTERS * PUT_BY_EACH * (PUT_BY_EACH - 1) / 2);
}

static const struct test tests[] = {
    TEST(items_leave_in_the_order_they_came),
    TEST(a_full_queue_refuses_but_answers_still_fit),
    TEST(taking_all_gives_a_chain_and_leaves_a_usable_queue),
    TEST(a_chain_is_put_at_once_in_its_order),
    TEST(a_closed_queue_refuses_but_gives_what_is_left),
    TEST(waiting_ends_with_the_time_out),
    TEST(a_wake_is_not_lost_when_nobody_waits_yet_and_does_not_pile_up),
    TEST(a_pause_outlasts_wakes_and_leaves_what_was_put),
    TEST(what_woke_a_pause_wakes_nothing_after_it),
    TEST(a_pause_ends_with_the_queue),
    TEST(many_threads_lose_and_double_nothing),
};

const struct suite test_queue_suite =
    SUITE_WITH("core/run/queue", tests, .set_up = make_queue, .tear_down = free_queue);
