/*
 * A channel of a real Redis: heard by who listens, over a socket and over TLS; and Redis refused, killed, paused,
 * filled, and played by somebody who is none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/redis/redis.h"
#include "core/redis/redis_reader.h"
#include "core/redis/redis_url.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/redis_server.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SIDES = 2, PATIENCE_US = 30000000 };

#define CHANNEL       text_lit("a channel")
#define HEARD_AT_MOST 4096

static struct redis_server server;
static struct redis *sides[MOST_SIDES];
static struct thread *threads[MOST_SIDES];
static size_t side_count;

/* What was heard last, and logged. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char heard[HEARD_AT_MOST];
static char logged[1 << 16];

static void set_up(void)
{
    server = (struct redis_server){.pid = 0};
    heard[0] = logged[0] = '\0';
    side_count = 0;
}

static void stop_side(size_t at)
{
    redis_stop(sides[at]);
    thread_join(threads[at]);
    redis_free(sides[at]);
}

static void tear_down(void)
{
    while (side_count > 0)
        stop_side(--side_count);
    redis_server_kill(&server);
    log_set_sink(NULL);
}

static void note(struct bytes message, void *context)
{
    (void)context;
    pthread_mutex_lock(&lock);
    snprintf(heard, sizeof(heard), "%.*s", TEXT_ARGS(text_of_bytes(message)));
    pthread_mutex_unlock(&lock);
}

static void keep_log(const char *data, size_t size)
{
    size_t used;

    pthread_mutex_lock(&lock);
    used = strlen(logged);
    snprintf(logged + used, sizeof(logged) - used, "%.*s", (int)size, data);
    pthread_mutex_unlock(&lock);
}

static bool is_in(const char *kept, const char *wanted)
{
    bool is_there;

    pthread_mutex_lock(&lock);
    is_there = strstr(kept, wanted) != NULL;
    pthread_mutex_unlock(&lock);
    return is_there;
}

#define expect_soon(condition)                                                                     \
    do {                                                                                           \
        int64_t until_us = monotonic_us() + PATIENCE_US;                                           \
        while (!(condition) && monotonic_us() < until_us)                                          \
            poll(NULL, 0, 10);                                                                     \
        expect(condition);                                                                         \
    } while (0)

static struct redis *given_side(const char *url, const char *ca_file, enum redis_role role)
{
    const struct redis_settings settings = {
        .url = text_from(url),
        .ca_file = ca_file,
        .channel = CHANNEL,
        .role = role,
        .heard = note,
    };
    struct redis **side = &sides[side_count];
    struct error error;

    must(side_count < MOST_SIDES);
    must(redis_new(&settings, side, &error) == STATUS_OK);
    threads[side_count++] = thread_start("redis", redis_run, *side);
    return *side;
}

static struct redis *given_side_on_socket(enum redis_role role)
{
    char url[700];

    redis_server_url(&server, url);
    return given_side(url, NULL, role);
}

static bool is_ready(const struct redis *redis)
{
    return redis_figures(redis).state == REDIS_READY;
}

/* Again and again, as what is published before somebody listens is nobody's. */
static bool is_heard(struct redis *publisher, const char *message)
{
    redis_publish(publisher, bytes_of_text(text_from(message)));
    return is_in(heard, message);
}

static void what_is_published_is_heard(void)
{
    struct redis *publisher;
    struct redis *listener;

    given_redis_place(&server);
    given_redis(&server);
    listener = given_side_on_socket(REDIS_LISTENS);
    publisher = given_side_on_socket(REDIS_PUBLISHES);
    expect_soon(is_ready(publisher) && is_ready(listener));
    expect_soon(is_heard(publisher, "hello"));
    expect(redis_figures(listener).heard > 0);
    expect(redis_figures(publisher).published > 0);
    expect_int64(redis_figures(publisher).dropped, 0);
}

static void a_redis_that_was_killed_is_found_again(void)
{
    struct redis *publisher;
    struct redis *listener;

    given_redis_place(&server);
    listener = given_side_on_socket(REDIS_LISTENS);
    publisher = given_side_on_socket(REDIS_PUBLISHES);
    expect_soon(redis_figures(publisher).lost > 1);
    redis_publish(publisher, bytes_of_text(text_lit("nobody is there")));
    expect_int64(redis_figures(publisher).dropped, 1);
    given_redis(&server);
    expect_soon(is_heard(publisher, "first"));
    redis_server_kill(&server);
    expect_soon(!is_ready(publisher) && !is_ready(listener));
    given_redis(&server);
    expect_soon(is_heard(publisher, "second"));
}

static void over_tls_only_a_redis_that_is_vouched_for_is_spoken_to(void)
{
    struct redis_server other;
    struct redis *trusting;
    struct redis *doubting;
    char url[256];

    given_redis_tls(&other);
    given_redis_tls(&server);
    given_redis(&server);
    must(
        snprintf(
            url, sizeof(url), "rediss://default:p%%40ss%%20word%%2Fof%%3Aredis@localhost:%d/0",
            server.tls_port) < (int)sizeof(url));
    log_set_sink(keep_log);
    doubting = given_side(url, other.certificate, REDIS_PUBLISHES);
    expect_soon(redis_figures(doubting).lost > 1);
    expect(is_in(logged, "self-signed certificate") || is_in(logged, "self signed certificate"));
    trusting = given_side(url, server.certificate, REDIS_PUBLISHES);
    expect_soon(is_ready(trusting));
    expect(!is_ready(doubting));
}

static void a_wrong_password_is_said_and_never_shown(void)
{
    struct redis *side;
    char url[1024];

    given_redis_place(&server);
    given_redis(&server);
    log_set_sink(keep_log);
    must(snprintf(url, sizeof(url), "unix://:wrong-one@%s/redis.sock", server.directory) > 0);
    side = given_side(url, NULL, REDIS_LISTENS);
    expect_soon(is_in(logged, "Redis refuses: WRONGPASS"));
    expect_soon(redis_figures(side).lost > 1);
    expect(!is_in(logged, "wrong-one"));
}

static void what_a_paused_redis_does_not_take_is_dropped_and_nobody_waits(void)
{
    static uint8_t large[100 << 10];
    struct redis *publisher;
    int64_t begun_us;

    given_redis_place(&server);
    given_redis(&server);
    publisher = given_side_on_socket(REDIS_PUBLISHES);
    expect_soon(is_ready(publisher));
    redis_server_pause(&server);
    begun_us = monotonic_us();
    for (int i = 0; i < 1000; i++)
        redis_publish(publisher, (struct bytes){large, sizeof(large)});
    expect(monotonic_us() - begun_us < 5000000);
    expect_soon(redis_figures(publisher).dropped > 500);
    expect_soon(!is_ready(publisher)); /* it has been silent */
    redis_server_resume(&server);
    expect_soon(is_ready(publisher));
}

static void a_message_that_is_too_large_is_dropped(void)
{
    static uint8_t large[REDIS_LARGEST_MESSAGE + 1];
    struct redis *publisher;

    given_redis_place(&server);
    given_redis(&server);
    publisher = given_side_on_socket(REDIS_PUBLISHES);
    expect_soon(is_ready(publisher));
    redis_publish(publisher, (struct bytes){large, sizeof(large)});
    expect_int64(redis_figures(publisher).dropped, 1);
    redis_publish(publisher, (struct bytes){large, sizeof(large) - 1});
    expect_soon(redis_figures(publisher).published == 1);
}

static void strangers_on_the_channel_are_heard_as_they_are(void)
{
    static const char said[] = "*3\r\n$7\r\nPUBLISH\r\n$9\r\na channel\r\n$9\r\nstrange\r\n\r\n";
    struct redis *listener;

    given_redis_place(&server);
    given_redis(&server);
    listener = given_side_on_socket(REDIS_LISTENS);
    expect_soon(is_ready(listener));
    redis_server_say(&server, said, sizeof(said) - 1);
    expect_soon(is_in(heard, "strange"));
}

static void expect_broken(const char *said)
{
    struct redis_reader *reader = redis_reader_new();
    struct redis_answer answer;

    redis_reader_feed(reader, bytes_of_text(text_from(said)));
    expect(!redis_reader_next(reader, &answer));
    expect(redis_reader_is_broken(reader));
    redis_reader_free(reader);
}

static void what_no_redis_says_breaks_the_reader(void)
{
    expect_broken("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect_broken("*2147483647\r\n");
    expect_broken("*5\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n");
    expect_broken("*1\r\n*1\r\n");
}

static void a_text_without_end_breaks_the_reader(void)
{
    static uint8_t piece[64 << 10];
    struct redis_reader *reader = redis_reader_new();
    struct redis_answer answer;
    size_t size = 0;

    redis_reader_feed(reader, bytes_of_text(text_lit("$2000000000\r\n")));
    while (!redis_reader_next(reader, &answer) && !redis_reader_is_broken(reader)) {
        redis_reader_feed(reader, (struct bytes){piece, sizeof(piece)});
        size += sizeof(piece);
        must(size <= 2 * (size_t)REDIS_LARGEST_MESSAGE);
    }
    expect(redis_reader_is_broken(reader));
    redis_reader_free(reader);
}

/* None of them is too large by itself. */
static void large_texts_of_one_answer_break_the_reader(void)
{
    static uint8_t text[REDIS_LARGEST_MESSAGE];
    struct redis_reader *reader = redis_reader_new();
    struct redis_answer answer;

    redis_reader_feed(reader, bytes_of_text(text_lit("*3\r\n")));
    for (int i = 0; i < 2; i++) {
        redis_reader_feed(reader, bytes_of_text(text_lit("$262144\r\n")));
        redis_reader_feed(reader, (struct bytes){text, sizeof(text)});
        redis_reader_feed(reader, bytes_of_text(text_lit("\r\n")));
        expect(!redis_reader_next(reader, &answer));
        expect(redis_reader_is_broken(reader) == (i == 1));
    }
    redis_reader_free(reader);
}

static void of_a_refusal_the_code_alone_is_kept(void)
{
    struct redis_reader *reader = redis_reader_new();
    struct redis_answer answer;

    redis_reader_feed(reader, bytes_of_text(text_lit("-ERR unknown command 'a-password'\r\n")));
    expect(redis_reader_next(reader, &answer));
    expect_int64(answer.kind, REDIS_REFUSAL);
    expect_text(text_from(answer.code), "ERR");
    redis_reader_free(reader);
}

static void urls_of_redis_are_told_from_others(void)
{
    static const char *const right[] = {
        "redis://localhost",
        "redis://:secret@10.0.0.1:6380/0",
        "rediss://user:s%40cret@redis.example:6380",
        "redis://[::1]:6379",
        "unix:///run/redis/redis.sock",
        "unix://:secret@/run/redis/redis.sock"};
    static const char *const wrong[] = {
        "",
        "localhost:6379",
        "http://localhost",
        "redis://",
        "redis://:6379",
        "redis://host:0",
        "redis://host:65536",
        "redis://host:6379/name",
        "redis://user@host",
        "redis://:a%4@host",
        "redis://:a%00b@host",
        "redis://:a%zzb@host",
        "redis://[::1",
        "redis://[::1]6379",
        "unix://redis.sock",
        "redis://two words"};

    for (size_t i = 0; i < COUNT_OF(right); i++)
        expect_at(redis_url_is_valid(text_from(right[i])), __FILE__, __LINE__, right[i]);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_at(!redis_url_is_valid(text_from(wrong[i])), __FILE__, __LINE__, wrong[i]);
}

static void what_a_url_says_is_read(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct redis_url url;

    must(redis_url_read(text_lit("rediss://us%3Aer:p%40ss@[::1]:6380/3"), arena, &url));
    expect(url.is_tls && url.path == NULL);
    expect_text(text_from(url.host), "::1");
    expect_int64(url.port, 6380);
    expect_text(url.user, "us:er");
    expect_text(url.password, "p@ss");
    must(redis_url_read(text_lit("redis://host"), arena, &url));
    expect(!url.is_tls && !text_is_present(url.password));
    expect_int64(url.port, REDIS_PORT);
}

static const struct test tests[] = {
    TEST(what_is_published_is_heard),
    TEST(a_redis_that_was_killed_is_found_again),
    TEST(over_tls_only_a_redis_that_is_vouched_for_is_spoken_to),
    TEST(a_wrong_password_is_said_and_never_shown),
    TEST(what_a_paused_redis_does_not_take_is_dropped_and_nobody_waits),
    TEST(a_message_that_is_too_large_is_dropped),
    TEST(strangers_on_the_channel_are_heard_as_they_are),
    TEST(what_no_redis_says_breaks_the_reader),
    TEST(a_text_without_end_breaks_the_reader),
    TEST(large_texts_of_one_answer_break_the_reader),
    TEST(of_a_refusal_the_code_alone_is_kept),
    TEST(urls_of_redis_are_told_from_others),
    TEST(what_a_url_says_is_read),
};
const struct suite test_redis_suite =
    SUITE_WITH("core/redis/redis", tests, .set_up = set_up, .tear_down = tear_down);
