/*
 * Which server the agent believes, against one that is played on another thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/api_client.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/peer.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 4, HEAD_BYTES = 4096 };

/* What the server answers, and what it was sent. */
static const char *const answers[ROUNDS] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nLedger-Epoch: 2\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nLedger-Epoch: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"};
static char heard[ROUNDS][HEAD_BYTES];
static int listener;
static struct loop *loop;
static struct api_client *client;
static enum api_verdict verdicts[ROUNDS];
static size_t answered;

static void serve(void *context)
{
    (void)context;
    for (size_t i = 0; i < ROUNDS; i++) {
        int peer = accept(listener, NULL, NULL);
        ssize_t size = recv(peer, heard[i], HEAD_BYTES - 1, 0);

        must(size > 0);
        must(peer_send(peer, answers[i]));
        peer_close(peer);
    }
}

static struct loop_message asking;

static void ask_next(struct loop_message *message);

static void on_reply(void *context, const struct api_reply *reply)
{
    (void)context;
    verdicts[answered++] = reply->verdict;
    if (answered < ROUNDS)
        must(loop_post(loop, &asking));
    else
        loop_stop(loop);
}

static void ask_next(struct loop_message *message)
{
    const struct api_request request = {
        .path = "/agent/tasks/claim", .timeout_us = 10 * (int64_t)US_PER_S};

    (void)message;
    (void)api_client_ask(client, &request, on_reply, NULL);
}

static void a_server_of_an_older_epoch_than_one_that_was_seen_is_not_believed(void)
{
    struct thread *server;
    struct error error;
    char origin[64];
    int port = 0;

    listener = listen_anywhere(&port);
    loop = loop_new();
    snprintf(origin, sizeof(origin), "http://127.0.0.1:%d", port);
    must(api_client_new(loop, text_from(origin), NULL, NULL, &client, &error) == STATUS_OK);
    server = thread_start("server", serve, NULL);
    asking.run = ask_next;
    answered = 0;
    must(loop_post(loop, &asking));
    loop_run(loop);
    thread_join(server);
    expect_int64(verdicts[0], API_DONE);
    expect_int64(verdicts[1], API_DONE);
    expect_int64(verdicts[2], API_LATER);
    expect_int64(verdicts[3], API_LATER); /* and is not what ends an agent's life */
    expect(!text_contains(text_from(heard[1]), text_lit("Ledger-Epoch")));
    expect(text_contains(text_from(heard[2]), text_lit("Ledger-Epoch: 2\r\n")));
    api_client_free(client);
    loop_free(loop);
    close(listener);
}

static const struct test tests[] = {
    TEST(a_server_of_an_older_epoch_than_one_that_was_seen_is_not_believed),
};
const struct suite test_api_client_suite = SUITE("node_agent/api_client", tests);
