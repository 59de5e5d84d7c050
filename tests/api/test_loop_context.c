/*
 * Waiting on a loop: what is announced on other threads, in which order it is heard, and the end.
 * The loop runs on the test's own thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/loop_context.h"
#include "tests/support/expect.h"

#include <string.h>

static struct loop *loop;
static struct progress progress;
static struct loop_context *context;
static char story[32];

/* Waits, or is a message; writes down that it was heard. */
struct listener {
    struct loop_message message; /* first */
    struct waiter waiter;
    char sign;
    bool is_last;
};

static void note(char sign)
{
    size_t size = strlen(story);

    story[size] = sign;
    story[size + 1] = '\0';
}

static void on_wake(struct waiter *waiter, enum wake_reason reason)
{
    const struct listener *listener =
        (const struct listener *)(const void *)((char *)waiter - offsetof(struct listener, waiter));

    note(reason == WAKE_REACHED ? listener->sign : '-');
    if (listener->is_last)
        loop_stop(loop);
}

static void make_loop(void)
{
    loop = loop_new();
    progress_init(&progress);
    context = loop_context_new(loop, 0, &progress, NULL);
    story[0] = '\0';
}

static void free_loop(void)
{
    loop_context_free(context);
    loop_free(loop);
}

static int64_t in_us(int64_t us)
{
    return monotonic_us() + us;
}

static const struct uuid node = {{1}};

static void wait_for_size_7(struct loop_message *message)
{
    struct listener *listener = (struct listener *)message;

    listener->waiter.wake = on_wake;
    loop_context_wait_shown(context, &listener->waiter, 7, in_us(60 * US_PER_S));
}

static void wait_for_work(struct loop_message *message)
{
    struct listener *listener = (struct listener *)message;

    listener->waiter.wake = on_wake;
    loop_context_wait_called(context, &listener->waiter, node, in_us(60 * US_PER_S));
}

static void wait_for_work_briefly(struct loop_message *message)
{
    struct listener *listener = (struct listener *)message;

    listener->waiter.wake = on_wake;
    loop_context_wait_called(context, &listener->waiter, node, in_us(1000));
}

static void wait_for_work_longer(struct loop_message *message)
{
    struct listener *listener = (struct listener *)message;

    listener->waiter.wake = on_wake;
    loop_context_wait_called(context, &listener->waiter, node, in_us(300000));
}

static void hear(struct loop_message *message)
{
    note(((struct listener *)message)->sign);
}

static void show_7(struct loop_message *message)
{
    (void)message;
    note('.');
    progress.size = 7;
    loop_context_announce_shown(context);
    loop_context_announce_shown(context);
}

static void post(struct listener *listener, void (*run)(struct loop_message *message))
{
    listener->message.run = run;
    expect(loop_post(loop, &listener->message));
}

static void who_waits_for_a_size_goes_on_when_it_is_shown(void)
{
    struct listener waiting = {.sign = 'a', .is_last = true};
    struct listener shows = {.sign = 's'};

    post(&waiting, wait_for_size_7);
    post(&shows, show_7);
    loop_run(loop);
    expect_text(text_from(story), ".a");
}

static void who_asks_for_what_is_shown_does_not_wait(void)
{
    struct listener waiting = {.sign = 'a', .is_last = true};

    progress.size = 9;
    post(&waiting, wait_for_size_7);
    loop_run(loop);
    expect_text(text_from(story), "a");
}

static void outcomes_of_a_batch_are_heard_in_order_and_before_whom_it_concerns(void)
{
    struct listener first = {.sign = '1'};
    struct listener second = {.sign = '2'};
    struct listener waiting = {.sign = 'w', .is_last = true};

    first.message.run = hear;
    second.message.run = hear;
    post(&waiting, wait_for_work);
    loop_context_gather(context, &first.message);
    loop_context_gather(context, &second.message);
    loop_context_post_gathered(context);
    loop_context_post_gathered(context);
    loop_context_call(context, &node, 1);
    loop_run(loop);
    expect_text(text_from(story), "12w");
}

/* That is how a claim that found nothing hears of the task that the same batch has made. */
static void who_begins_to_wait_by_an_outcome_hears_what_the_same_batch_added(void)
{
    struct listener outcome = {.sign = 'o', .is_last = true};

    outcome.message.run = wait_for_work;
    loop_context_gather(context, &outcome.message);
    loop_context_post_gathered(context);
    loop_context_call(context, &node, 1);
    loop_run(loop);
    expect_text(text_from(story), "o");
}

static void who_waits_too_long_is_told_so(void)
{
    struct listener waiting = {.sign = 'w', .is_last = true};

    post(&waiting, wait_for_work_briefly);
    loop_run(loop);
    expect_text(text_from(story), "-");
}

static void give_up(void *argument)
{
    (void)argument;
    note('!');
    loop_stop(loop);
}

/* One timer serves all: after each end it is set for the next. */
static void who_waits_longer_is_told_so_later(void)
{
    struct listener longer = {.sign = 'l', .is_last = true};
    struct listener shorter = {.sign = 's'};
    struct loop_timer *patience = loop_timer_new(loop, give_up, NULL);

    loop_timer_set(patience, 20 * US_PER_S);
    post(&longer, wait_for_work_longer);
    post(&shorter, wait_for_work_briefly);
    loop_run(loop);
    loop_timer_free(patience);
    expect_text(text_from(story), "--");
}

static void nobody_waits_to_be_called_while_it_drains_but_for_what_is_to_be_shown(void)
{
    struct listener before = {.sign = 'b'};
    struct listener after = {.sign = 'a'};
    struct listener shown = {.sign = 's', .is_last = true};
    struct listener shows = {.sign = '7'};

    post(&before, wait_for_work);
    post(&shown, wait_for_size_7);
    loop_context_drain(context);
    post(&after, wait_for_work);
    post(&shows, show_7);
    loop_run(loop);
    expect_text(text_from(story), "--.s");
}

static const struct test tests[] = {
    TEST(who_waits_for_a_size_goes_on_when_it_is_shown),
    TEST(who_asks_for_what_is_shown_does_not_wait),
    TEST(outcomes_of_a_batch_are_heard_in_order_and_before_whom_it_concerns),
    TEST(who_begins_to_wait_by_an_outcome_hears_what_the_same_batch_added),
    TEST(who_waits_too_long_is_told_so),
    TEST(who_waits_longer_is_told_so_later),
    TEST(nobody_waits_to_be_called_while_it_drains_but_for_what_is_to_be_shown),
};

const struct suite test_loop_context_suite =
    SUITE_WITH("api/loop_context", tests, .set_up = make_loop, .tear_down = free_loop);
