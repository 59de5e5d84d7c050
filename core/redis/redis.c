/*
 * The thread: one connection after the other, and the queue of what is to be published.
 *
 *   connecting ──► ready ──► away ── pause, which grows ──► connecting
 *        └────────────────────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/redis/redis.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "core/redis/redis_line.h"
#include "core/run/loop.h"
#include "core/web/names.h"
#include "core/web/trust.h"

#include <stdatomic.h>
#include <string.h>

enum {
    LOOK_US = 1000000,
    FIRST_PAUSE_US = 100000,
    LONGEST_PAUSE_US = 10000000,
    STEADY_US = 5000000, /* a connection that lasted so long begins with the first pause again */
    URL_BYTES = 64 << 10,
    MOST_WAITING_BYTES = 8 << 20
};

const char *const redis_state_names[] = {"connecting", "ready", "away", NULL};

struct redis {
    struct redis_settings settings;
    struct arena *arena; /* of what the URL says */
    struct redis_url url;
    struct ssl_ctx_st *tls;
    struct loop *loop;
    struct evdns_base *names;
    struct loop_timer *look;
    struct loop_timer *retry;
    struct redis_line *line; /* NULL: away */
    int64_t pause_us;
    int64_t ready_us; /* monotonic; 0: it is not */
    bool is_lost;     /* and that was logged */
    atomic_int state;
    atomic_size_t waiting;
    atomic_size_t waiting_bytes;
    atomic_uint_fast64_t published;
    atomic_uint_fast64_t dropped;
    atomic_uint_fast64_t heard;
    atomic_uint_fast64_t lost;
};

static void on_ready(void *context)
{
    struct redis *redis = context;

    redis->ready_us = monotonic_us();
    atomic_store(&redis->state, REDIS_READY);
    log_info(
        "redis.connected",
        log_c("as", redis->settings.role == REDIS_LISTENS ? "listener" : "publisher"));
    redis->is_lost = false;
}

static void on_heard(struct bytes message, void *context)
{
    struct redis *redis = context;

    atomic_fetch_add(&redis->heard, 1);
    redis->settings.heard(message, redis->settings.context);
}

/* Half of it at least, so that those who lost the same Redis do not come back as one. */
static int64_t next_pause(struct redis *redis)
{
    int64_t pause_us = redis->pause_us;
    uint32_t chance;

    random_fill(&chance, sizeof(chance));
    redis->pause_us = 2 * pause_us < LONGEST_PAUSE_US ? 2 * pause_us : LONGEST_PAUSE_US;
    return pause_us / 2 + (int64_t)(chance % (uint32_t)(pause_us / 2));
}

static void on_ended(const char *reason, void *context)
{
    struct redis *redis = context;

    atomic_store(&redis->state, REDIS_AWAY);
    atomic_fetch_add(&redis->lost, 1);
    if (!redis->is_lost)
        log_warning("redis.lost", log_c("reason", reason));
    redis->is_lost = true;
    if (redis->ready_us != 0 && monotonic_us() - redis->ready_us > STEADY_US)
        redis->pause_us = FIRST_PAUSE_US;
    redis->ready_us = 0;
    redis_line_free(redis->line);
    redis->line = NULL;
    loop_timer_set(redis->retry, next_pause(redis));
}

static void on_retry(void *context)
{
    struct redis *redis = context;
    const struct redis_line_settings settings = {
        .loop = redis->loop,
        .names = redis->names,
        .url = &redis->url,
        .tls = redis->tls,
        .channel = redis->settings.channel,
        .role = redis->settings.role,
        .ready = on_ready,
        .heard = on_heard,
        .ended = on_ended,
        .context = redis,
    };

    atomic_store(&redis->state, REDIS_CONNECTING);
    web_names_renew(redis->names);
    redis->line = redis_line_new(&settings);
}

static void on_look(void *context)
{
    struct redis *redis = context;

    if (redis->line != NULL)
        redis_line_look(redis->line);
    loop_timer_set(redis->look, LOOK_US);
}

/* Publishing. */

struct outgoing {
    struct loop_message message; /* first */
    struct redis *redis;
    size_t size;
    uint8_t bytes[];
};

static void forget(struct outgoing *outgoing)
{
    atomic_fetch_sub(&outgoing->redis->waiting, 1);
    atomic_fetch_sub(&outgoing->redis->waiting_bytes, outgoing->size);
    heap_free(outgoing);
}

static void on_outgoing(struct loop_message *message)
{
    struct outgoing *outgoing = (struct outgoing *)message;
    struct redis *redis = outgoing->redis;

    if (atomic_load(&redis->state) == REDIS_READY && redis->line != NULL &&
        redis_line_publish(redis->line, (struct bytes){outgoing->bytes, outgoing->size}))
        atomic_fetch_add(&redis->published, 1);
    else
        atomic_fetch_add(&redis->dropped, 1);
    forget(outgoing);
}

/* False: no room for it. */
static bool take_room(struct redis *redis, size_t size)
{
    bool has_room = atomic_fetch_add(&redis->waiting, 1) < REDIS_MOST_WAITING;

    has_room = atomic_fetch_add(&redis->waiting_bytes, size) < MOST_WAITING_BYTES && has_room;
    if (has_room)
        return true;
    atomic_fetch_sub(&redis->waiting, 1);
    atomic_fetch_sub(&redis->waiting_bytes, size);
    return false;
}

void redis_publish(struct redis *redis, struct bytes message)
{
    struct outgoing *outgoing;

    must(redis->settings.role == REDIS_PUBLISHES);
    if (message.size > REDIS_LARGEST_MESSAGE || atomic_load(&redis->state) != REDIS_READY ||
        !take_room(redis, message.size)) {
        atomic_fetch_add(&redis->dropped, 1);
        return;
    }
    outgoing = heap_new(sizeof(*outgoing) + message.size);
    outgoing->message.run = on_outgoing;
    outgoing->redis = redis;
    outgoing->size = message.size;
    memcpy(outgoing->bytes, message.data, message.size);
    if (loop_post(redis->loop, &outgoing->message))
        return;
    atomic_fetch_add(&redis->dropped, 1);
    forget(outgoing);
}

/* Making and ending. */

static enum status read_url(struct redis *redis, struct error *error)
{
    if (redis_url_read(redis->settings.url, redis->arena, &redis->url))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "redis_url_invalid",
        "REDIS_URL must be redis://user:password@host:port, rediss:// for TLS, or "
        "unix:///path/of/socket; what is no letter or digit in user and password as %%40");
}

enum status
redis_new(const struct redis_settings *settings, struct redis **out, struct error *error)
{
    struct redis *redis = heap_new(sizeof(*redis));
    enum status status;

    redis->arena = arena_new(URL_BYTES);
    redis->settings = *settings;
    redis->settings.channel = text_copy(redis->arena, settings->channel);
    redis->pause_us = FIRST_PAUSE_US;
    status = read_url(redis, error);
    if (status == STATUS_OK && redis->url.is_tls)
        status = web_trust_new(settings->ca_file, &redis->tls, error);
    if (status != STATUS_OK) {
        redis_free(redis);
        return status;
    }
    redis->loop = loop_new();
    redis->names = web_names_new(loop_base(redis->loop));
    redis->look = loop_timer_new(redis->loop, on_look, redis);
    redis->retry = loop_timer_new(redis->loop, on_retry, redis);
    *out = redis;
    return STATUS_OK;
}

void redis_free(struct redis *redis)
{
    if (redis == NULL)
        return;
    redis_line_free(redis->line);
    web_names_free(redis->names);
    loop_timer_free(redis->look);
    loop_timer_free(redis->retry);
    loop_free(redis->loop);
    web_trust_free(redis->tls);
    arena_free(redis->arena);
    heap_free(redis);
}

void redis_run(void *context)
{
    struct redis *redis = context;

    loop_timer_set(redis->look, LOOK_US);
    loop_timer_set(redis->retry, 0);
    loop_run(redis->loop);
}

void redis_stop(struct redis *redis)
{
    if (redis != NULL)
        loop_stop(redis->loop);
}

struct redis_figures redis_figures(const struct redis *redis)
{
    return (struct redis_figures){
        .state = (enum redis_state)atomic_load(&redis->state),
        .published = atomic_load(&redis->published),
        .dropped = atomic_load(&redis->dropped),
        .heard = atomic_load(&redis->heard),
        .lost = atomic_load(&redis->lost),
    };
}
