/*
 * Loops: mail, deferred work, timers. Each test runs its loop on the test's own thread, so that
 * the order is certain.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"

#include <poll.h>
#include <string.h>

/* A mail that writes its letter down, and may do one more thing. */
struct mail_message {
    struct loop_message message;
    char sign;
    void (*then)(struct mail_message *letter);
    struct mail_message *other;
};

static struct loop *loop;
static char story[64];

static void make_loop(void)
{
    loop = loop_new();
    story[0] = '\0';
}

static void free_loop(void)
{
    loop_free(loop);
}

static void note(char sign)
{
    size_t size = strlen(story);

    story[size] = sign;
    story[size + 1] = '\0';
}

static void deliver(struct loop_message *message)
{
    struct mail_message *letter = (struct mail_message *)message;

    note(letter->sign);
    if (letter->then != NULL)
        letter->then(letter);
}

static struct mail_message
make_mail_message(char sign, void (*then)(struct mail_message *letter), struct mail_message *other)
{
    return (struct mail_message){
        .message.run = deliver, .sign = sign, .then = then, .other = other};
}

static void stop(struct mail_message *letter)
{
    (void)letter;
    loop_stop(loop);
}

static void defer_other(struct mail_message *letter)
{
    loop_defer(loop, &letter->other->message);
    note('.');
}

static void mail_is_run_in_order(void)
{
    struct mail_message a = make_mail_message('a', NULL, NULL);
    struct mail_message b = make_mail_message('b', NULL, NULL);
    struct mail_message last = make_mail_message('z', stop, NULL);

    expect(loop_post(loop, &a.message));
    expect(loop_post(loop, &b.message));
    expect(loop_post(loop, &last.message));
    loop_run(loop);
    expect_text(text_from(story), "abz");
}

static void a_chain_is_run_in_its_order(void)
{
    struct mail_message a = make_mail_message('a', NULL, NULL);
    struct mail_message b = make_mail_message('b', NULL, NULL);
    struct mail_message last = make_mail_message('z', stop, NULL);

    a.message.item.next = &b.message.item;
    b.message.item.next = &last.message.item;
    expect(loop_post_all(loop, &a.message.item));
    loop_run(loop);
    expect_text(text_from(story), "abz");
    expect(!loop_post_all(loop, &a.message.item));
}

static void mail_posted_before_the_stop_is_run_and_none_after(void)
{
    struct mail_message a = make_mail_message('a', NULL, NULL);
    struct mail_message late = make_mail_message('l', NULL, NULL);

    expect(loop_post(loop, &a.message));
    loop_stop(loop);
    expect(!loop_post(loop, &late.message));
    loop_run(loop);
    expect_text(text_from(story), "a");
}

static void deferred_work_runs_after_its_callback(void)
{
    struct mail_message deferred = make_mail_message('d', stop, NULL);
    struct mail_message a = make_mail_message('a', defer_other, &deferred);

    expect(loop_post(loop, &a.message));
    loop_run(loop);
    expect_text(text_from(story), "a.d");
}

static void deferred_work_may_defer_more_and_all_is_done_before_the_end(void)
{
    struct mail_message third = make_mail_message('3', NULL, NULL);
    struct mail_message second = make_mail_message('2', defer_other, &third);
    struct mail_message first = make_mail_message('1', defer_other, &second);

    expect(loop_post(loop, &first.message));
    loop_stop(loop);
    loop_run(loop);
    expect_text(text_from(story), "1.2.3");
}

static void loop_knows_whether_we_are_in_it(struct mail_message *letter)
{
    note(loop_is_here(loop) ? 'y' : 'n');
    stop(letter);
}

static void a_loop_knows_its_own_thread(void)
{
    struct mail_message a = make_mail_message('a', loop_knows_whether_we_are_in_it, NULL);

    expect(!loop_is_here(loop));
    expect(loop_post(loop, &a.message));
    loop_run(loop);
    expect_text(text_from(story), "ay");
}

static struct {
    char late, early, never, moved, other;
} signs = {'l', 'e', 'n', 'm', 'o'};

static void tick(void *context)
{
    note(*(const char *)context);
}

static void tick_and_stop(void *context)
{
    tick(context);
    loop_stop(loop);
}

static void defer_from_timer(void *context)
{
    struct mail_message *letter = context;

    note('1');
    loop_defer(loop, &letter->message);
}

/* Else a loop would ask the kernel anew for each of thousands of peers that go at once. */
static void what_is_due_in_the_same_turn_comes_before_what_is_deferred(void)
{
    struct mail_message deferred = make_mail_message('d', stop, NULL);
    struct loop_timer *first = loop_timer_new(loop, defer_from_timer, &deferred);
    struct loop_timer *second = loop_timer_new(loop, tick, &signs.other);

    loop_timer_set(first, 1);
    loop_timer_set(second, 2);
    poll(NULL, 0, 10); /* both are due when the loop begins */
    loop_run(loop);
    expect_text(text_from(story), "1od");
    loop_timer_free(first);
    loop_timer_free(second);
}

static void timers_run_once_in_the_order_of_their_time(void)
{
    struct loop_timer *late = loop_timer_new(loop, tick_and_stop, &signs.late);
    struct loop_timer *early = loop_timer_new(loop, tick, &signs.early);
    struct loop_timer *never = loop_timer_new(loop, tick, &signs.never);

    loop_timer_set(late, 20000);
    loop_timer_set(early, 1000);
    loop_timer_set(never, 1000);
    loop_timer_clear(never);
    loop_run(loop);
    expect_text(text_from(story), "el");
    loop_timer_free(late);
    loop_timer_free(early);
    loop_timer_free(never);
    loop_timer_free(NULL);
}

static void setting_a_timer_again_moves_it(void)
{
    struct loop_timer *moved = loop_timer_new(loop, tick_and_stop, &signs.moved);
    struct loop_timer *other = loop_timer_new(loop, tick, &signs.other);

    loop_timer_set(moved, 0);
    loop_timer_set(moved, 20000);
    loop_timer_set(other, -5);
    loop_run(loop);
    expect_text(text_from(story), "om");
    loop_timer_free(moved);
    loop_timer_free(other);
}

struct count {
    struct loop_message message;
    int *total;
};

static void add_one(struct loop_message *message)
{
    (*((struct count *)message)->total)++;
}

static void run_loop(void *context)
{
    loop_run(context);
}

static void mail_from_another_thread_is_all_run_before_a_stop(void)
{
    enum { MANY = 2000 };
    static struct count counts[MANY];
    int total = 0;
    struct thread *thread = thread_start("loop", run_loop, loop);

    for (int i = 0; i < MANY; i++) {
        counts[i] = (struct count){{.run = add_one}, &total};
        expect(loop_post(loop, &counts[i].message));
    }
    loop_stop(loop);
    thread_join(thread);
    expect_int64(total, MANY);
}

static const struct test tests[] = {
    TEST(mail_is_run_in_order),
    TEST(a_chain_is_run_in_its_order),
    TEST(mail_posted_before_the_stop_is_run_and_none_after),
    TEST(deferred_work_runs_after_its_callback),
    TEST(deferred_work_may_defer_more_and_all_is_done_before_the_end),
    TEST(a_loop_knows_its_own_thread),
    TEST(what_is_due_in_the_same_turn_comes_before_what_is_deferred),
    TEST(timers_run_once_in_the_order_of_their_time),
    TEST(setting_a_timer_again_moves_it),
    TEST(mail_from_another_thread_is_all_run_before_a_stop),
};

const struct suite test_loop_suite =
    SUITE_WITH("core/run/loop", tests, .set_up = make_loop, .tear_down = free_loop);
