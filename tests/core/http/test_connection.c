/*
 * The life of connections: slow, greedy, hostile and vanishing clients, and a server that drains.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "core/http/http.h"
#include "tests/support/echo_peer.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HOST "Host: fleet.example\r\n"

enum { SOON_US = 30 * US_PER_MS };

/* Everything up to the end of the connection begins with this status, and there is one answer. */
static bool receives_only(const char *status_line)
{
    buf_clear(&got);
    return peer_receive_to_end(peer, &got) &&
           text_starts_with(buf_text(&got), text_from(status_line)) &&
           strstr(got.data + 1, "HTTP/1.1 ") == NULL;
}

static bool ask(const char *request)
{
    buf_clear(&got);
    return peer_send(peer, request) && peer_receive_answer(peer, &got);
}

static void what_is_malformed_is_refused_and_the_connection_closed(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET / HTTP/1.1\r\n\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(receives_only("HTTP/1.1 400 Bad Request\r\n"));
    expect(has("refused: Exactly one Host header field is needed."));
    expect(has("\r\nConnection: close\r\n"));
    expect_int64(echo_requests(echo, 0), 0);
}

static void a_second_request_may_be_the_malformed_one(void)
{
    given_patient_server();
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(peer_send(peer, "BAD\r\n\r\n"));
    expect(receives_only("HTTP/1.1 400 "));
}

static void a_body_too_large_is_refused_before_it_comes(void)
{
    given_patient_server();
    expect(peer_send(peer, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1025\r\n\r\n"));
    expect(receives_only("HTTP/1.1 413 "));
}

/* Closing with bytes unread would reset the connection and destroy the answer on its way. */
static void who_sends_too_much_without_asking_can_still_read_why_not(void)
{
    enum { SIZE = 4 << 20 };
    char *body = heap_new(SIZE);

    given_patient_server();
    expect(peer_send(peer, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4194304\r\n\r\n"));
    expect(peer_send_bytes(peer, body, SIZE));
    expect(peer_receive_answer(peer, &got));
    expect(has("HTTP/1.1 413 "));
    heap_free(body);
}

/* However much it still has to say: after the last answer two seconds are left to it. */
static void who_never_closes_is_closed_after_the_last_answer(void)
{
    int64_t until_us = monotonic_us() + 20 * US_PER_S;
    const struct timespec moment = {.tv_nsec = 20000000};

    given_patient_server();
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    while (http_server_connections(echo_server(echo)) > 0 && monotonic_us() < until_us) {
        (void)peer_send(peer, "x");
        nanosleep(&moment, NULL);
    }
    expect_int64(http_server_connections(echo_server(echo)), 0);
}

static void a_chunked_body_too_large_is_refused(void)
{
    given_patient_server();
    expect(peer_send(
        peer, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
              "401\r\n"));
    expect(receives_only("HTTP/1.1 413 "));
}

static void a_head_without_end_is_refused(void)
{
    char line[1024];
    AUTO_BUF raw = {0};

    memset(line, 'a', sizeof(line));
    buf_init(&raw, 1 << 20);
    buf_add_c(&raw, "GET / HTTP/1.1\r\nX: ");
    for (int i = 0; i < 100; i++)
        buf_add(&raw, line, sizeof(line));
    given_patient_server();
    expect(peer_send_bytes(peer, raw.data, raw.size));
    expect(receives_only("HTTP/1.1 431 "));
}

static void a_slow_head_times_out(void)
{
    struct http_settings settings = echo_settings();

    settings.head_timeout_us = SOON_US;
    given_server(&settings);
    expect(peer_send(peer, "GET / HT"));
    expect(receives_only("HTTP/1.1 408 "));
}

static void a_slow_body_times_out(void)
{
    struct http_settings settings = echo_settings();

    settings.body_timeout_us = SOON_US;
    given_server(&settings);
    expect(peer_send(peer, "POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nx"));
    expect(receives_only("HTTP/1.1 408 "));
}

static void a_body_that_trickles_is_ended_before_its_time_is_up(void)
{
    struct http_settings settings = echo_settings();

    settings.pace_us = SOON_US;
    settings.pace_bytes = 100;
    given_server(&settings);
    expect(peer_send(peer, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n"));
    expect(peer_send(peer, "trickle"));
    expect(receives_only("HTTP/1.1 408 "));
}

static void a_body_that_keeps_its_pace_may_take_its_time(void)
{
    struct http_settings settings = echo_settings();
    int idle;

    settings.pace_us = SOON_US;
    settings.idle_timeout_us = 3 * SOON_US;
    given_server(&settings);
    expect(peer_send(peer, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nx"));
    idle = peer_connect(echo_port(echo));
    expect(peer_receive_to_end(idle, &got)); /* after three looks at the body's pace */
    peer_close(idle);
    buf_clear(&got);
    expect(peer_send(peer, "y"));
    expect(peer_receive_answer(peer, &got));
    expect(has("HTTP/1.1 200 "));
}

static void an_answer_that_is_read_too_slowly_is_ended(void)
{
    struct http_settings settings = echo_settings();

    settings.pace_us = SOON_US;
    settings.pace_bytes = 1000;
    given_server(&settings);
    expect(peer_send(peer, "GET /text/33000000 HTTP/1.1\r\n" HOST "\r\n"));
    while (echo_requests(echo, 0) == 0 || http_server_connections(echo_server(echo)) > 0)
        (void)recv(peer, NULL, 0, MSG_PEEK); /* waits for the server, not for a time */
    (void)peer_receive_to_end(peer, &got);
    expect(got.size < 33000000);
    expect_int64(http_server_held(echo_server(echo)), 0);
}

static void a_body_is_not_read_before_it_is_let_in(void)
{
    given_patient_server();
    expect(peer_send(
        peer, "POST /admit HTTP/1.1\r\n" HOST "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
    expect(peer_receive_answer(peer, &got));
    expect_text(buf_text(&got), "HTTP/1.1 100 Continue\r\n\r\n");
    expect_int64(echo_requests(echo, 0), 0);
    buf_clear(&got);
    expect(peer_send(peer, "hello"));
    expect(peer_receive_answer(peer, &got));
    expect(has("\r\n\r\nPOST /admit 127.0.0.1 plain\nhello"));
    expect(ask("POST /admit HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nall"));
    expect(has("\nall"));
}

static void an_answer_before_the_body_is_the_last_one(void)
{
    given_patient_server();
    expect(peer_send(
        peer, "POST /refuse HTTP/1.1\r\n" HOST
              "Content-Length: 4000000\r\nExpect: 100-continue\r\n\r\n"));
    expect(receives_only("HTTP/1.1 403 "));
    expect(has("\r\nConnection: close\r\n"));
    expect_int64(echo_requests(echo, 0), 0);
}

static void without_a_body_an_early_answer_is_like_any(void)
{
    given_patient_server();
    for (int i = 0; i < 3; i++) {
        expect(ask("GET /refuse HTTP/1.1\r\n" HOST "\r\n"));
        expect(has("HTTP/1.1 403 "));
    }
}

static void who_vanishes_before_the_body_is_let_in_leaves_nothing(void)
{
    enum { MANY = 50 };
    int vanished[MANY];

    given_patient_server();
    for (int i = 0; i < MANY; i++) {
        vanished[i] = peer_connect(echo_port(echo));
        expect(
            peer_send(vanished[i], "POST /admit HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab"));
        peer_reset(vanished[i]);
    }
    expect(ask("POST /admit HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nall"));
    while (http_server_connections(echo_server(echo)) > 1) {
    }
    expect(ask("POST /admit HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nall"));
    expect_int64(http_server_in_flight(echo_server(echo)), 0);
    while (http_server_held(echo_server(echo)) > 0) {
    }
    expect(echo_ended(echo) >= 1);
}

static void given_server_that_holds(size_t bytes)
{
    struct http_settings settings = echo_settings();

    settings.held_bytes = bytes;
    given_server(&settings);
}

static void more_than_the_server_can_hold_is_not_taken(void)
{
    enum { SIZE = 3 << 20 };
    char *body = heap_new(SIZE);

    given_server_that_holds(1 << 20);
    expect(peer_send(peer, "POST /echo/large HTTP/1.1\r\n" HOST "Content-Length: 3145728\r\n\r\n"));
    expect(peer_send_bytes(peer, body, SIZE));
    expect(peer_receive_answer(peer, &got));
    expect(has("HTTP/1.1 503 "));
    heap_free(body);
    while (http_server_held(echo_server(echo)) > 0) {
    }
    peer_close(peer);
    peer = peer_connect(echo_port(echo));
    expect(ask("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
    expect(has("\nhello"));
}

static void more_than_the_server_can_hold_is_not_sent(void)
{
    given_server_that_holds(1 << 20);
    expect(ask("GET /text/3000000 HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("HTTP/1.1 503 "));
    expect(ask("GET /text/60000 HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("HTTP/1.1 200 "));
}

static void what_lasts_is_sent_from_where_it_lies_and_held_by_nobody(void)
{
    int second;

    given_server_that_holds(1 << 20);
    expect(peer_send(peer, "GET /lasting HTTP/1.1\r\n" HOST "\r\n"));
    expect(recv(peer, (char[1]){0}, 1, MSG_PEEK) == 1);
    second = peer_connect(echo_port(echo));
    expect(peer_send(second, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
    buf_clear(&got);
    expect(peer_receive_answer(second, &got) && has("HTTP/1.1 200 "));
    peer_close(second);
    buf_clear(&got);
    expect(peer_receive_answer(peer, &got) && has("HTTP/1.1 200 "));
    expect(got.size > ECHO_LASTING_BYTES);
}

static void an_idle_connection_is_closed_without_a_word(void)
{
    struct http_settings settings = echo_settings();

    settings.idle_timeout_us = SOON_US;
    given_server(&settings);
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
    peer_close(peer);
    peer = peer_connect(echo_port(echo));
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
}

static void who_does_not_read_is_closed(void)
{
    struct http_settings settings = echo_settings();

    settings.write_timeout_us = SOON_US;
    given_server(&settings);
    expect(peer_send(peer, "GET /text/33000000 HTTP/1.1\r\n" HOST "\r\n"));
    while (echo_requests(echo, 0) == 0 || http_server_connections(echo_server(echo)) > 0)
        (void)recv(peer, NULL, 0, MSG_PEEK); /* waits for the server, not for a time */
    (void)peer_receive_to_end(peer, &got);
    expect(got.size < 33000000);
}

static void waiting_for_the_handler_has_no_time_out(void)
{
    struct http_settings settings = echo_settings();
    int idle;

    settings.head_timeout_us = SOON_US;
    settings.body_timeout_us = SOON_US;
    settings.idle_timeout_us = SOON_US;
    given_server(&settings);
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    idle = peer_connect(echo_port(echo));
    expect(peer_receive_to_end(idle, &got)); /* later than any time-out of the parked one */
    peer_close(idle);
    echo_answer_parked(echo);
    expect(peer_receive_answer(peer, &got));
    expect(has("HTTP/1.1 200 "));
}

static void a_vanished_client_abandons_its_exchange(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    expect_int64(http_server_in_flight(echo_server(echo)), 1);
    peer_close(peer);
    peer = -1;
    expect(echo_wait_abandoned(echo));
    echo_answer_parked(echo);
    while (http_server_in_flight(echo_server(echo)) > 0 ||
           http_server_connections(echo_server(echo)) > 0) {
    }
}

static void a_reset_abandons_the_exchange_and_closes_the_connection(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    peer_reset(peer);
    peer = -1;
    expect(echo_wait_abandoned(echo));
    while (http_server_connections(echo_server(echo)) > 0) {
    }
    expect_int64(http_server_in_flight(echo_server(echo)), 1);
    echo_answer_parked(echo);
    while (http_server_in_flight(echo_server(echo)) > 0) {
    }
}

static void a_half_closed_client_counts_as_gone_but_is_answered(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    peer_end(peer);
    expect(echo_wait_abandoned(echo));
    echo_answer_parked(echo);
    expect(receives_only("HTTP/1.1 499 "));
    expect(has("\r\nConnection: close\r\n"));
}

static void who_asks_late_is_told_too_and_not_from_inside_the_asking(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /late HTTP/1.1\r\n" HOST "\r\n"));
    peer_end(peer);
    expect(echo_wait_parked(echo));
    expect(echo_wait_abandoned(echo));
    echo_answer_parked(echo);
    expect(receives_only("HTTP/1.1 499 "));
}

static void a_client_that_leaves_in_the_middle_of_a_request_is_forgotten(void)
{
    given_patient_server();
    expect(peer_send(peer, "POST / HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nabc"));
    peer_end(peer);
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
    expect_int64(echo_requests(echo, 0), 0);
}

static void an_exchange_never_answered_is_released_with_the_server(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
}

static void connections_beyond_the_limit_are_turned_away(void)
{
    struct http_settings settings = echo_settings();
    int second;

    settings.max_connections = 1;
    given_server(&settings);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    second = peer_connect(echo_port(echo));
    buf_clear(&got);
    expect(peer_receive_to_end(second, &got));
    expect(has("HTTP/1.1 503 "));
    expect(has("refused: There are too many connections."));
    peer_close(second);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
}

static void draining_closes_idle_connections_and_lets_the_others_finish(void)
{
    int idle;

    given_patient_server();
    idle = peer_connect(echo_port(echo));
    expect(peer_send(idle, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(peer_receive_answer(idle, &got));
    expect(peer_send(peer, "GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    http_server_drain(echo_server(echo));
    http_server_drain(echo_server(echo)); /* twice is once */
    buf_clear(&got);
    expect(peer_receive_to_end(idle, &got));
    expect_int64(got.size, 0);
    expect_int64(peer_connect(echo_port(echo)), -1);
    expect_int64(http_server_in_flight(echo_server(echo)), 1);
    echo_answer_parked(echo);
    expect(receives_only("HTTP/1.1 200 "));
    expect(has("\r\nConnection: close\r\n"));
    peer_close(idle);
}

static void draining_answers_a_request_already_begun(void)
{
    int idle;

    given_patient_server();
    idle = peer_connect(echo_port(echo));
    expect(peer_send(
        peer, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
              "Content-Length: 2\r\n\r\n"));
    expect(peer_receive_answer(peer, &got)); /* so it is begun */
    http_server_drain(echo_server(echo));
    expect(peer_receive_to_end(idle, &got)); /* so it is draining */
    expect(peer_send(peer, "ab"));
    expect(receives_only("HTTP/1.1 200 "));
    expect(has("\r\nConnection: close\r\n"));
    peer_close(idle);
}

/* Allows no more descriptors than are open now, and `more`. */
static struct rlimit limit_descriptors(unsigned more)
{
    struct rlimit before = {0};
    struct rlimit now;
    int lowest = dup(STDIN_FILENO);

    close(lowest);
    getrlimit(RLIMIT_NOFILE, &before);
    now = before;
    now.rlim_cur = (rlim_t)lowest + more;
    setrlimit(RLIMIT_NOFILE, &now);
    return before;
}

/* What the server logs meanwhile. */
struct heard {
    int saved;
    FILE *file;
};

static struct heard hear_log(void)
{
    struct heard heard = {dup(STDERR_FILENO), tmpfile()};

    dup2(fileno(heard.file), STDERR_FILENO);
    return heard;
}

static unsigned times_heard(struct heard *heard, const char *key)
{
    char line[1024];
    unsigned times = 0;

    dup2(heard->saved, STDERR_FILENO);
    close(heard->saved);
    rewind(heard->file);
    while (fgets(line, sizeof(line), heard->file) != NULL)
        times += strstr(line, key) != NULL;
    fclose(heard->file);
    return times;
}

static void without_descriptors_callers_are_told_so_and_it_is_logged_once(void)
{
    struct heard heard = hear_log();
    struct rlimit before;
    int second;

    given_patient_server();
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    before = limit_descriptors(1);
    for (int i = 0; i < 3; i++) {
        second = peer_connect(echo_port(echo)); /* takes the last */
        buf_clear(&got);
        expect(peer_receive_answer(second, &got));
        expect(has("HTTP/1.1 503 ") && has("refused: There are too many connections."));
        peer_close(second);
        expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n")); /* who is in goes on */
    }
    setrlimit(RLIMIT_NOFILE, &before);
    second = peer_connect(echo_port(echo));
    expect(peer_send(second, "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    buf_clear(&got);
    expect(peer_receive_answer(second, &got) && has("HTTP/1.1 200 "));
    peer_close(second);
    expect_int64(times_heard(&heard, "http.no_descriptors"), 1);
}

static const struct test tests[] = {
    TEST(what_is_malformed_is_refused_and_the_connection_closed),
    TEST(a_second_request_may_be_the_malformed_one),
    TEST(a_body_too_large_is_refused_before_it_comes),
    TEST(who_sends_too_much_without_asking_can_still_read_why_not),
    TEST(who_never_closes_is_closed_after_the_last_answer),
    TEST(a_chunked_body_too_large_is_refused),
    TEST(a_head_without_end_is_refused),
    TEST(a_slow_head_times_out),
    TEST(a_slow_body_times_out),
    TEST(a_body_that_trickles_is_ended_before_its_time_is_up),
    TEST(a_body_that_keeps_its_pace_may_take_its_time),
    TEST(an_answer_that_is_read_too_slowly_is_ended),
    TEST(a_body_is_not_read_before_it_is_let_in),
    TEST(an_answer_before_the_body_is_the_last_one),
    TEST(without_a_body_an_early_answer_is_like_any),
    TEST(who_vanishes_before_the_body_is_let_in_leaves_nothing),
    TEST(more_than_the_server_can_hold_is_not_taken),
    TEST(more_than_the_server_can_hold_is_not_sent),
    TEST(what_lasts_is_sent_from_where_it_lies_and_held_by_nobody),
    TEST(an_idle_connection_is_closed_without_a_word),
    TEST(who_does_not_read_is_closed),
    TEST(waiting_for_the_handler_has_no_time_out),
    TEST(a_vanished_client_abandons_its_exchange),
    TEST(a_reset_abandons_the_exchange_and_closes_the_connection),
    TEST(a_half_closed_client_counts_as_gone_but_is_answered),
    TEST(who_asks_late_is_told_too_and_not_from_inside_the_asking),
    TEST(a_client_that_leaves_in_the_middle_of_a_request_is_forgotten),
    TEST(an_exchange_never_answered_is_released_with_the_server),
    TEST(connections_beyond_the_limit_are_turned_away),
    TEST(without_descriptors_callers_are_told_so_and_it_is_logged_once),
    TEST(draining_closes_idle_connections_and_lets_the_others_finish),
    TEST(draining_answers_a_request_already_begun),
};

const struct suite test_connection_suite = SUITE_WITH(
    "core/http/connection", tests, .set_up = echo_peer_init, .tear_down = echo_peer_free);
