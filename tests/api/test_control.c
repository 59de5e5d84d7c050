/*
 * The socket for orders: what is done, what is refused, and who is not waited for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/control.h"
#include "api/control_order.h"
#include "api/own_command.h"
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "eventlog/signer.h"
#include "tests/support/fixture.h"
#include "tests/support/peer.h"

#include <string.h>
#include <time.h>

enum { SOON_MS = 50, LATER_MS = 250, LATE_MS = 15000, VERY_LATE_MS = 60000 };
enum { MORE_THAN_AN_ORDER = (16 << 10) + 1 };

static struct fixture *fixture;
static struct control *control;
static struct signer *signer;
static struct thread *thread;
static struct error error;

static void open_signer(void)
{
    struct log_identity identity;
    const struct signer_settings settings = {
        .home = fixture->directory,
        .log = fixture->log,
        .keyring = fixture->keyring,
        .identity = &identity,
    };

    must(platform_log_identity(fixture->model, fixture->arena, &identity));
    must(
        model_commit(fixture->model, &error) ==
        STATUS_OK); /* then the writer's thread may have it */
    must(signer_open(&settings, &signer, &error) == STATUS_OK);
}

static void open_home(void)
{
    fixture = fixture_open(&(struct fixture_settings){0});
    must(given_order(fixture, &open_ledger_command, opening())->status == STATUS_OK);
    open_signer();
}

static void given_control(int order_ms, int answer_ms)
{
    const struct control_parts parts = {
        .home = fixture->directory,
        .writer = fixture->writer,
        .keyring = fixture->keyring,
        .signer = signer,
        .order_ms = order_ms,
        .answer_ms = answer_ms,
    };

    must(control_new(&parts, &control, &error) == STATUS_OK);
    thread = thread_start("control", control_run, control);
}

static void close_home(void)
{
    control_stop(control);
    thread_join(thread);
    if (fixture->thread == NULL)
        start_writer(fixture); /* what waits is done, for nobody any more */
    finish_writer(fixture);
    control_free(control);
    signer_close(signer);
    fixture_close(fixture);
}

static void wait_a_moment(void)
{
    const struct timespec moment = {.tv_nsec = 5000000};

    nanosleep(&moment, NULL);
}

static struct control_order order_for_nobody(void)
{
    return (struct control_order){
        .name = text_lit("set_password"),
        .input = text_lit("{\"email\":\"nobody@example.com\",\"password\":\"$argon2id$x\"}"),
    };
}

static enum status send_order(const struct control_order *order)
{
    struct text answer;

    return control_send(fixture->directory, order, fixture->arena, &answer, &error);
}

static int connect_to_control(void)
{
    struct text path = text_format(fixture->arena, "%s/control", fixture->directory);

    return peer_connect_unix(text_c(fixture->arena, path));
}

/* Is the peer's connection closed without a word? */
static bool is_closed(int peer)
{
    bool has_ended;
    AUTO_BUF got = {0};

    buf_init(&got, 1024);
    has_ended = peer_receive_to_end(peer, &got);
    return has_ended && got.size == 0;
}

static void an_order_that_is_refused_says_why(void)
{
    struct control_order order = order_for_nobody();

    given_control(VERY_LATE_MS, VERY_LATE_MS);
    start_writer(fixture);
    expect_status(send_order(&order), STATUS_NOT_FOUND, &error);
    order.name = text_lit("drop_everything");
    expect_status(send_order(&order), STATUS_INVALID, &error);
}

/* What a command answers comes back whole; the server adds the key that it has made. */
static void what_was_ordered_is_answered(void)
{
    const struct control_order order = {
        .name = text_lit("rotate_signing_key"), .input = text_lit("{\"overlapSeconds\":60}")};
    struct text answer = {NULL, 0};

    given_control(VERY_LATE_MS, VERY_LATE_MS);
    start_writer(fixture);
    expect_ok(control_send(fixture->directory, &order, fixture->arena, &answer, &error), &error);
    expect(text_starts_with(answer, text_lit("{\"key\":\"")));
    expect(text_contains(answer, text_lit("\"overlapUntil\":\"")));
}

static void nobody_orders_what_the_server_adds(void)
{
    const struct control_order order = {
        .name = text_lit("rotate_signing_key"),
        .input = text_lit("{\"overlapSeconds\":60,\"verifierKey\":\"AAAA\"}")};

    given_control(VERY_LATE_MS, VERY_LATE_MS);
    start_writer(fixture);
    expect_status(send_order(&order), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("verifierKey")));
}

static void what_is_done_on_a_stopped_home_is_refused_beside_a_server(void)
{
    const struct control_order order = {
        .name = text_lit("declare_origin"), .input = text_lit("{\"reason\":\"restored\"}")};

    given_control(VERY_LATE_MS, VERY_LATE_MS);
    start_writer(fixture);
    expect_status(send_order(&order), STATUS_CONFLICT, &error);
    expect(text_contains(text_from(error.text), text_lit("stop the server first")));
}

/* Its leader alone decides, so it would be told that only the leader records it: as if all were wrapped anew. */
static void a_follower_without_a_former_key_is_told_so(void)
{
    const struct control_parts parts = {.keyring = fixture->keyring};
    const struct control_order order = {
        .name = text_lit("rotate_key_encryption_key"), .input = text_lit("{}")};
    struct own_command own = {.command = NULL};

    given_control(VERY_LATE_MS, VERY_LATE_MS);
    expect_status(
        control_order_read(&parts, &order, false, fixture->arena, &own, &error), STATUS_CONFLICT,
        &error);
    expect_text(text_from(error.code), "former_key_missing");
}

static void who_orders_nothing_is_not_waited_for(void)
{
    int silent;

    given_control(SOON_MS, VERY_LATE_MS);
    start_writer(fixture);
    silent = connect_to_control();
    expect(is_closed(silent));
    peer_close(silent);
}

/* Each byte comes soon enough; the whole order never does. */
static void who_orders_a_byte_at_a_time_is_not_waited_for(void)
{
    int64_t until_us = monotonic_us() + (int64_t)LATE_MS * US_PER_MS;
    int slow;

    given_control(LATER_MS, VERY_LATE_MS);
    start_writer(fixture);
    slow = connect_to_control();
    while (peer_send(slow, "x") && monotonic_us() < until_us)
        wait_a_moment();
    expect(monotonic_us() < until_us);
    peer_close(slow);
}

static void an_order_that_is_too_large_is_closed_without_a_word(void)
{
    char *large = heap_array(MORE_THAN_AN_ORDER, 1);
    int peer;

    memset(large, 'x', MORE_THAN_AN_ORDER);
    given_control(VERY_LATE_MS, VERY_LATE_MS);
    start_writer(fixture);
    peer = connect_to_control();
    (void)peer_send_bytes(peer, large, MORE_THAN_AN_ORDER);
    peer_end(peer);
    expect(is_closed(peer));
    peer_close(peer);
    heap_free(large);
}

/* The writer does not run. */
static void an_order_that_takes_too_long_may_still_be_carried_out(void)
{
    struct control_order order = order_for_nobody();

    given_control(VERY_LATE_MS, SOON_MS);
    expect_status(send_order(&order), STATUS_TIMED_OUT, &error);
    expect(text_contains(text_from(error.text), text_lit("may still")));
}

static const struct test tests[] = {
    TEST(an_order_that_is_refused_says_why),
    TEST(what_was_ordered_is_answered),
    TEST(nobody_orders_what_the_server_adds),
    TEST(what_is_done_on_a_stopped_home_is_refused_beside_a_server),
    TEST(a_follower_without_a_former_key_is_told_so),
    TEST(who_orders_nothing_is_not_waited_for),
    TEST(who_orders_a_byte_at_a_time_is_not_waited_for),
    TEST(an_order_that_is_too_large_is_closed_without_a_word),
    TEST(an_order_that_takes_too_long_may_still_be_carried_out),
};

const struct suite test_control_suite =
    SUITE_WITH("api/control", tests, .set_up = open_home, .tear_down = close_home);
