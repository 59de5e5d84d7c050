/*
 * Calls that wait to be called, and peers that do not: a transport of the test's own, on the test's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "tests/support/expect.h"

static struct loop *loop;
static struct progress progress;
static struct loop_context *context;
static struct call call;
static struct loop_message begin;
static bool has_gone; /* the peer */
static int called;    /* 1: there is work, 0: there is none, -1: not yet */

static const struct uuid node = {{1}};
static const struct uuid other = {{2}};

static bool is_abandoned(const struct call *asked)
{
    (void)asked;
    return has_gone;
}

static void on_abandoned(struct call *waiting, void (*run)(struct call *call))
{
    waiting->abandoned = run;
}

static const struct transport transport = {
    .is_abandoned = is_abandoned, .on_abandoned = on_abandoned};

static void on_called(struct call *waiting, bool is_called)
{
    expect(waiting == &call && called == -1);
    called = is_called ? 1 : 0;
    loop_stop(loop);
}

static void wait_until(int64_t deadline_us)
{
    call_wait_called(&call, node, deadline_us, on_called);
}

static void wait_long(struct loop_message *message)
{
    (void)message;
    wait_until(monotonic_us() + 60 * (int64_t)US_PER_S);
}

static void wait_for_nothing(struct loop_message *message)
{
    (void)message;
    wait_until(monotonic_us());
}

static void wait_and_hang_up(struct loop_message *message)
{
    wait_long(message);
    expect(call.abandoned != NULL);
    call.abandoned(&call);
}

static void wait_and_drain(struct loop_message *message)
{
    wait_long(message);
    loop_context_drain(context);
}

static void wait_beside_another(struct loop_message *message)
{
    const struct uuid keys[] = {other, node};

    wait_long(message);
    loop_context_call(context, keys, 1);
    loop_context_call(context, keys, COUNT_OF(keys));
}

static void set_up(void)
{
    loop = loop_new();
    progress_init(&progress);
    context = loop_context_new(loop, 0, &progress, NULL);
    call = (struct call){.transport = &transport, .loop = context};
    has_gone = false;
    called = -1;
}

static void tear_down(void)
{
    loop_context_free(context);
    loop_free(loop);
}

static void when_waiting(void (*run)(struct loop_message *message))
{
    begin.run = run;
    expect(loop_post(loop, &begin));
    loop_run(loop);
}

static void whoever_is_called_goes_on_and_has_nobody_listen_for_the_peer(void)
{
    when_waiting(wait_beside_another);
    expect_int64(called, 1);
    expect(call.abandoned == NULL);
}

static void whose_time_is_over_has_nothing(void)
{
    when_waiting(wait_for_nothing);
    expect_int64(called, 0);
}

static void whose_peer_has_gone_already_does_not_wait(void)
{
    has_gone = true;
    when_waiting(wait_long);
    expect_int64(called, 0);
    expect_int64(waitlist_count(context->called), 0);
}

static void whose_peer_goes_waits_no_longer(void)
{
    when_waiting(wait_and_hang_up);
    expect_int64(called, 0);
    expect_int64(waitlist_count(context->called), 0);
}

static void who_waits_at_the_end_of_the_server_has_nothing(void)
{
    when_waiting(wait_and_drain);
    expect_int64(called, 0);
}

static const struct test tests[] = {
    TEST(whoever_is_called_goes_on_and_has_nobody_listen_for_the_peer),
    TEST(whose_time_is_over_has_nothing),
    TEST(whose_peer_has_gone_already_does_not_wait),
    TEST(whose_peer_goes_waits_no_longer),
    TEST(who_waits_at_the_end_of_the_server_has_nothing),
};

const struct suite test_wait_suite =
    SUITE_WITH("api/wait", tests, .set_up = set_up, .tear_down = tear_down);
