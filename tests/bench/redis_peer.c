/*
 * Redis through hiredis, a command under way on each connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/append_peers.h"
#include "tests/bench/program.h"

#include <hiredis/hiredis.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { START_S = 30 };

static const char line[] = "application-1234: waiting until it answers its health check";

/* A port that is free now; Redis takes no 0 for any. */
static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int port = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener >= 0 && bind(listener, (const struct sockaddr *)&address, size) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &size) == 0)
        port = ntohs(address.sin_port);
    if (listener >= 0)
        close(listener);
    return port;
}

/* Asks for its version. */
static bool is_up(struct redis_peer *peer)
{
    redisContext *context = redisConnect("127.0.0.1", peer->port);
    redisReply *info = NULL;
    const char *version = NULL;

    if (context != NULL && context->err == 0)
        info = redisCommand(context, "INFO server");
    if (info != NULL && info->type == REDIS_REPLY_STRING)
        version = strstr(info->str, "redis_version:");
    if (version != NULL && sscanf(version, "redis_version:%15[0-9.]", peer->version) != 1)
        version = NULL;
    freeReplyObject(info);
    redisFree(context);
    return version != NULL;
}

enum status redis_peer_start(struct redis_peer *peer, const struct place *home, struct error *error)
{
    int64_t until_us = monotonic_us() + START_S * (int64_t)US_PER_S;
    char log[PATH_MAX + 8];
    char port[8];
    const char *const argv[] = {"redis-server", "--bind", "127.0.0.1",    "--port", port,
                                "--save",       "",       "--appendonly", "yes",    "--appendfsync",
                                "always",       "--dir",  home->path,     NULL};
    enum status status;

    *peer = (struct redis_peer){.port = free_port()};
    snprintf(port, sizeof(port), "%d", peer->port);
    snprintf(log, sizeof(log), "%s.log", home->path);
    status = program_start(argv, NULL, log, &peer->server, error);
    while (status == STATUS_OK && !is_up(peer)) {
        if (program_has_ended(peer->server)) {
            peer->server = 0;
            return error_set(
                error, STATUS_UNAVAILABLE,
                "no Redis to compare with: apt-get install redis-server");
        }
        if (monotonic_us() > until_us)
            return error_set(error, STATUS_TIMED_OUT, "Redis does not start: see %s", log);
        program_wait_a_little();
    }
    return status;
}

void redis_peer_stop(struct redis_peer *peer)
{
    program_stop(peer->server);
    peer->server = 0;
}

struct redis_connection {
    redisContext *redis;
};

static enum status open_connection(struct load_connection *c, struct error *error)
{
    const struct redis_peer *peer = c->context;
    struct redis_connection *connection = c->state;

    connection->redis = redisConnectNonBlock("127.0.0.1", peer->port);
    if (connection->redis == NULL || connection->redis->err != 0)
        return error_set(error, STATUS_UNAVAILABLE, "no connection to Redis");
    c->fd = connection->redis->fd;
    return STATUS_OK;
}

static void close_connection(struct load_connection *c)
{
    struct redis_connection *connection = c->state;

    redisFree(connection->redis);
}

static enum status redis_error(const redisContext *redis, struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "Redis: %s", redis->errstr);
}

static enum status send_append(struct load_connection *c, bool *out_is_over, struct error *error)
{
    redisContext *redis = ((struct redis_connection *)c->state)->redis;
    int is_sent = 0;

    *out_is_over = false;
    if (redisAppendCommand(redis, "XADD events * task %u line %s", c->number, line) != REDIS_OK)
        return redis_error(redis, error);
    while (is_sent == 0) {
        if (redisBufferWrite(redis, &is_sent) != REDIS_OK)
            return redis_error(redis, error);
    }
    return STATUS_OK;
}

static enum status receive_id(struct load_connection *c, bool *out_is_whole, struct error *error)
{
    redisContext *redis = ((struct redis_connection *)c->state)->redis;
    void *reply = NULL;
    enum status status = STATUS_OK;

    if (redisBufferRead(redis) != REDIS_OK || redisGetReplyFromReader(redis, &reply) != REDIS_OK)
        return redis_error(redis, error);
    *out_is_whole = reply != NULL;
    if (reply != NULL && ((redisReply *)reply)->type != REDIS_REPLY_STRING)
        status = error_set(error, STATUS_INVALID, "Redis: %s", ((redisReply *)reply)->str);
    if (reply != NULL)
        freeReplyObject(reply);
    return status;
}

const struct load_protocol redis_protocol = {
    .state_bytes = sizeof(struct redis_connection),
    .open = open_connection,
    .send = send_append,
    .receive = receive_id,
    .close = close_connection,
};
