/*
 * One connection of hiredis that blocks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/redis/redis_probe.h"

#include <hiredis/hiredis.h>

#include <string.h>

/* Of a refusal its first word, a code ("WRONGPASS"): the rest may repeat what was sent. */
static enum status refused(const redisReply *reply, struct error *error)
{
    size_t size = reply->str == NULL ? 0 : strcspn(reply->str, " ");

    return error_set(
        error, STATUS_UNAVAILABLE, "Redis refuses: %.*s", (int)(size < 40 ? size : 40),
        size == 0 ? "" : reply->str);
}

static enum status
say(redisContext *redis, int count, const struct text *words, struct error *error)
{
    const char *data[2];
    size_t sizes[2];
    redisReply *reply;
    enum status status = STATUS_OK;

    for (int i = 0; i < count && i < 2; i++) {
        data[i] = words[i].data;
        sizes[i] = words[i].size;
    }
    reply = redisCommandArgv(redis, count, data, sizes);
    if (reply == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "no answer: %s", redis->errstr);
    if (reply->type == REDIS_REPLY_ERROR)
        status = refused(reply, error);
    freeReplyObject(reply);
    return status;
}

static enum status talk(redisContext *redis, const struct redis_place *place, struct error *error)
{
    const struct text sign_in[] = {text_lit("AUTH"), place->password};
    const struct text ping[] = {text_lit("PING")};
    enum status status = STATUS_OK;

    if (place->password.size > 0)
        status = say(redis, 2, sign_in, error);
    return status == STATUS_OK ? say(redis, 1, ping, error) : status;
}

enum status redis_probe(const struct redis_place *place, struct error *error)
{
    const struct timeval patience = {.tv_sec = REDIS_PROBE_S};
    redisContext *redis = place->host[0] == '/'
                              ? redisConnectUnixWithTimeout(place->host, patience)
                              : redisConnectWithTimeout(place->host, place->port, patience);
    enum status status;

    if (redis == NULL || redis->err != 0 || redisSetTimeout(redis, patience) != REDIS_OK)
        status = error_set(
            error, STATUS_UNAVAILABLE, "%s", redis == NULL ? "out of memory" : redis->errstr);
    else
        status = talk(redis, place, error);
    redisFree(redis);
    return status;
}
