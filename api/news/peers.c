/*
 * Between Redis and the news.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/peers.h"

#include "api/automation/monitor.h"
#include "api/news/news.h"
#include "core/base/heap.h"
#include "core/base/random.h"
#include "eventlog/leadership.h"

enum { OPENING_BYTES = 1 << 20 };

struct peers {
    const struct services *services;
    struct redis *redis;
    struct peer_seal *seal;
    struct arena *arena; /* of what comes; the thread's */
    bool listens;
    atomic_uint_fast64_t taken;
    atomic_uint_fast64_t foreign;
    atomic_uint_fast64_t stale;
};

static void
keep_node(const struct services *services, struct uuid node, struct timestamp at, bool is_told)
{
    monitor_note_seen(services->monitor, node, at);
    if (is_told)
        news_note_row(services->news, &node_status_frame, node);
}

static void keep_sample(const struct services *services, const struct metric_told *told)
{
    const struct metric_sample *sample = &told->sample;

    monitor_note_sample(services->monitor, sample);
    news_tell(services->news, &metrics_frame, told, sample->workspace_id, sample->node_id);
}

static void keep(const struct services *services, const struct peer_message *message)
{
    if (message->sample != NULL)
        keep_sample(services, message->sample);
    else
        keep_node(services, message->node_id, message->seen_at, opt_bool_is_true(message->is_told));
}

static void on_heard(struct bytes sealed, void *context)
{
    struct peers *peers = context;
    struct peer_message message;

    arena_reset(peers->arena);
    switch (peer_seal_open(peers->seal, sealed, timestamp_now(), peers->arena, &message)) {
    case PEER_TAKEN:
        atomic_fetch_add(&peers->taken, 1);
        keep(peers->services, &message);
        return;
    case PEER_FOREIGN:
        atomic_fetch_add(&peers->foreign, 1);
        return;
    case PEER_STALE:
        atomic_fetch_add(&peers->stale, 1);
        return;
    }
}

/* Nothing without Redis, where one listens, or where another server leads by now: what that says is heard. */
static void publish(struct peers *peers, struct peer_message message)
{
    AUTO_BUF sealed = {0};

    if (peers == NULL || peers->listens ||
        leadership_is_superseded(peers->services->leadership, NULL))
        return;
    message.sent_at = timestamp_now();
    buf_init(&sealed, PEER_HEAD_SIZE + PEER_LARGEST_MESSAGE);
    if (peer_seal_close(peers->seal, &message, &sealed))
        redis_publish(peers->redis, buf_bytes(&sealed));
}

void peers_note_node(
    const struct services *services, struct uuid node, struct timestamp at, bool is_told)
{
    keep_node(services, node, at, is_told);
    publish(
        services->peers,
        (struct peer_message){.node_id = node, .seen_at = at, .is_told = opt_bool_of(is_told)});
}

void peers_note_sample(const struct services *services, const struct metric_told *told)
{
    keep_sample(services, told);
    publish(services->peers, (struct peer_message){.sample = told});
}

static enum status make_seal(struct peers *peers, struct error *error)
{
    uint8_t key[AEAD_KEY_SIZE];
    enum status status = keyring_installation_key(peers->services->keyring, KEY_TOKEN, key, error);

    if (status == STATUS_OK)
        peers->seal = peer_seal_new(key, uuid_new());
    crypto_wipe(key, sizeof(key));
    return status;
}

static enum status make_redis(struct peers *peers, struct error *error)
{
    const struct settings *settings = peers->services->settings;
    char channel[PEER_CHANNEL_SIZE];
    enum status status;
    struct redis_settings redis = {
        .url = settings_redis_url(settings, peers->arena),
        .role = peers->listens ? REDIS_LISTENS : REDIS_PUBLISHES,
        .heard = on_heard,
        .context = peers,
    };

    peer_seal_channel(peers->seal, channel);
    redis.channel = text_from(channel);
    if (settings->redis_ca_file.size > 0)
        redis.ca_file = text_c(peers->arena, settings->redis_ca_file);
    status = redis_new(&redis, &peers->redis, error);
    if (status != STATUS_OK)
        error_context(error, "REDIS_URL, REDIS_CA_FILE");
    return status;
}

enum status peers_new(const struct services *services, struct peers **out, struct error *error)
{
    struct peers *peers;
    enum status status;

    *out = NULL;
    peers = heap_new(sizeof(*peers));
    peers->services = services;
    peers->listens = services->following != NULL;
    peers->arena = arena_new(OPENING_BYTES);
    if (settings_redis_url(services->settings, peers->arena).size == 0) {
        peers_free(peers);
        return STATUS_OK;
    }
    status = make_seal(peers, error);
    if (status == STATUS_OK)
        status = make_redis(peers, error);
    if (status == STATUS_OK)
        *out = peers;
    else
        peers_free(peers);
    return status;
}

void peers_free(struct peers *peers)
{
    if (peers == NULL)
        return;
    redis_free(peers->redis);
    peer_seal_free(peers->seal);
    arena_free(peers->arena);
    heap_free(peers);
}

void peers_run(void *context)
{
    struct peers *peers = context;

    if (peers != NULL)
        redis_run(peers->redis);
}

void peers_stop(struct peers *peers)
{
    if (peers != NULL)
        redis_stop(peers->redis);
}

struct peers_figures peers_figures(const struct peers *peers)
{
    if (peers == NULL)
        return (struct peers_figures){.is_on = false};
    return (struct peers_figures){
        .is_on = true,
        .listens = peers->listens,
        .redis = redis_figures(peers->redis),
        .taken = atomic_load(&peers->taken),
        .foreign = atomic_load(&peers->foreign),
        .stale = atomic_load(&peers->stale),
    };
}
