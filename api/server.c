/*
 * Making and ending the server; announcements from the writer and the projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/server.h"

#include "api/agent/agent_socket.h"
#include "api/audience.h"
#include "api/automation/monitor.h"
#include "api/entry.h"
#include "api/news/news.h"
#include "api/news/peers.h"
#include "api/own_call.h"
#include "api/platform/docs.h"
#include "api/provider/known_providers.h"
#include "api/socket/polling.h"
#include "api/socket/rooms.h"
#include "api/task/task_wake.h"
#include "commands/identity/identity_commands.h"
#include "core/base/heap.h"
#include "core/base/random.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "eventlog/events/node_events.h"

#include <string.h>

enum {
    WAITING_CALLS = 1024,
    WAITING_HASHES = 64, /* a second's work */
    WAITING_OUTWARD = 64,
    MOST_CONNECTIONS = 20000,
    MOST_FAILURES = 10000,
    PACE_S = 10,
    DRAIN_STEP_US = 10000,
    HEAD_BYTES = 32 * 1024,
    ARENA_BYTES = 128 << 20
};

/* Which connection speaks for the node from now on; absent: none. */
struct decided_agent {
    struct uuid node;
    struct uuid connection;
};

struct server {
    struct services services;
    struct entry_context entry;
    struct http_handler handler;
    struct http_networks trusted_proxies;
    const char *conninfo;
    struct replicas *replicas;
    struct loop_context **loops;
    struct rooms **rooms; /* of these */
    size_t loop_count;
    struct router *router;
    struct router *messages;
    atomic_uint_fast64_t access_generation;
    struct uuid
        *wakes; /* of the batch under way: nodes with work, tasks that ended; writer's thread */
    size_t wake_count;
    size_t wake_capacity;
    struct decided_agent *decided; /* connections that the batch decided about; writer's thread */
    size_t decided_count;
    size_t decided_capacity;
    bool has_access_changed; /* by the batch under way */
    uint64_t relay_from;     /* of the batch under way; equal: nothing of it is relayed */
    uint64_t relay_to;
    struct arena *arena; /* of what lives as long as the server */
};

static void make_loops(struct server *server, const struct server_settings *settings)
{
    server->loop_count = settings->loop_count;
    server->loops = heap_array(settings->loop_count, sizeof(struct loop_context *));
    server->rooms = heap_array(settings->loop_count, sizeof(struct rooms *));
    server->services.loops = server->loops;
    server->services.rooms = server->rooms;
    server->services.loop_count = settings->loop_count;
    for (size_t i = 0; i < settings->loop_count; i++) {
        struct loop_context *loop =
            loop_context_new(settings->loops[i], i, settings->progress, server->services.holders);
        loop->rooms = rooms_new(loop->loop, &server->services.meter->listeners);
        loop->audience = audience_new(&server->services, loop);
        loop->on_drain = polling_close_all;
        server->loops[i] = loop;
        server->rooms[i] = loop->rooms;
    }
    server->entry = (struct entry_context){&server->services, server->loops, server->loop_count};
}

/* After all threads ended: what still waited on its loop goes with it. */
static void free_loop(struct loop_context *loop)
{
    while (loop->own_calls != NULL)
        own_call_free(loop->own_calls);
    audience_free(loop->audience);
    loop_context_free(loop);
}

/* What is on its way to rooms tells the news of its end. */
static void free_loops(struct server *server)
{
    for (size_t i = 0; i < server->loop_count; i++)
        rooms_free(server->rooms[i]);
    news_free(server->services.news);
    for (size_t i = 0; i < server->loop_count; i++)
        free_loop(server->loops[i]);
    heap_free(server->loops);
    heap_free(server->rooms);
}

/* Codes of six digits that may be tried, a minute and account. */
enum { MOST_CODES = 5 };

/* Of sign-ins and tokens, a minute and address: enough for a fleet of expired tabs. */
static int64_t most_failures(int64_t rate_limit_per_minute)
{
    int64_t limit = rate_limit_per_minute * 10;

    return limit < MOST_FAILURES ? limit : MOST_FAILURES;
}

static void make_services(struct server *server, const struct server_settings *settings)
{
    route_check_all(route_catalog);
    route_check_all(message_catalog);
    server->router = router_new(route_catalog);
    server->messages = router_new(message_catalog);
    server->services = (struct services){
        .build = settings->build,
        .settings = settings->settings,
        .given = settings->given,
        .setup = settings->setup,
        .ledger = settings->ledger,
        .index = settings->index,
        .writer = settings->writer,
        .keyring = settings->keyring,
        .signer = settings->signer,
        .telemetry = settings->telemetry,
        .monitor = settings->monitor,
        .looks = monitor_looks(settings->monitor),
        .progress = settings->progress,
        .timezones = settings->timezones,
        .outbox = settings->outbox,
        .sinks = settings->sinks,
        .releases = settings->releases,
        .server_releases = settings->server_releases,
        .upgrader = settings->upgrader,
        .vault = settings->vault,
        .known_providers = known_providers_new(),
        .archiver = settings->archiver,
        .following = settings->following,
        .leadership = settings->leadership,
        .holders = settings->holders,
        .forward = settings->forward,
        .router = server->router,
        .messages = server->messages,
        .meter = meter_new(router_count(server->router), router_count(server->messages)),
        .throttle = throttle_new(settings->settings->rate_limit_per_minute),
        .failures = throttle_new(most_failures(settings->settings->rate_limit_per_minute)),
        .codes = throttle_new(settings->settings->rate_limit_per_minute == 0 ? 0 : MOST_CODES),
        .lanes =
            {
                .plain = queue_new(WAITING_CALLS),
                .large = queue_new(WAITING_CALLS),
                .read = queue_new(WAITING_CALLS),
                .hash = queue_new(WAITING_HASHES),
                .outward = queue_new(WAITING_OUTWARD),
            },
        .budget = budget_new((size_t)settings->settings->caller_body_bytes),
        .access_generation = &server->access_generation,
        .jwt_seconds = settings_duration_s(settings->settings->jwt_expires_in),
        .docs = docs_new(server->arena),
        .downloads = settings->downloads,
        .boot_id = settings->boot,
        .started_at = timestamp_now(),
    };
}

/* What tokens are signed with: as set, else a key of the installation. */
static enum status find_jwt_secret(struct server *server, struct error *error)
{
    struct services *services = &server->services;
    uint8_t *key = arena_take(server->arena, 32);
    enum status status;

    services->jwt_secret = services->settings->jwt_secret;
    if (services->jwt_secret.size > 0)
        return STATUS_OK;
    status = keyring_installation_key(services->keyring, KEY_JWT, key, error);
    services->jwt_secret = (struct text){(const char *)key, 32};
    return status;
}

/* Without any where the settings name none. */
static enum status make_replicas(struct server *server, struct error *error)
{
    struct text *conninfos = arena_array(server->arena, MOST_READ_URLS, sizeof(*conninfos));
    const struct services *services = &server->services;
    const struct replicas_settings replicas = {
        .conninfo = server->conninfo,
        .conninfos = conninfos,
        .count = settings_read_conninfos(services->settings, server->arena, conninfos),
        .ledger = services->ledger,
        .progress = services->progress,
    };

    if (replicas.count > 0 &&
        !text_is_present(settings_conninfo(services->settings, server->arena)))
        return error_set(
            error, STATUS_INVALID,
            "DATABASE_READ_URLS names replicas of the PostgreSQL of DATABASE_URL, which is not set: "
            "the embedded PostgreSQL has none");
    server->replicas = replicas_new(&replicas);
    server->services.replicas = server->replicas;
    return STATUS_OK;
}

/* By the codes of core/http, what helps: it knows no settings. */
static const struct {
    const char *code;
    const char *remedy;
} remedies[] = {
    {"address_in_use", "Another program has it ('ss -ltnp' names it): set PORT to another one"},
    {"address_forbidden",
     "Ports below 1024 need a right: set PORT to another one, or grant CAP_NET_BIND_SERVICE"},
    {"address_unknown",
     "Set HOST to an address of this machine ('ip addr' lists them), 0.0.0.0 and :: being all"},
    {"tls_certificate",
     "TLS_CERTIFICATE_FILE must name a PEM file with the certificate's chain that this user can "
     "read"},
    {"tls_key", "TLS_KEY_FILE must name the PEM file of that certificate's key, readable here"},
    {"tls_half", "Set TLS_CERTIFICATE_FILE and TLS_KEY_FILE, or neither"},
};

static enum status with_remedy(enum status status, struct error *error)
{
    char said[ERROR_TEXT_SIZE];

    for (size_t i = 0; status != STATUS_OK && i < COUNT_OF(remedies); i++) {
        if (!text_is(text_from(error->code), remedies[i].code))
            continue;
        memcpy(said, error->text, sizeof(said));
        return error_set_code(
            error, status, remedies[i].code, "%.300s. %s.", said, remedies[i].remedy);
    }
    return status;
}

static enum status listen_on(struct server *server, struct loop *const *loops, struct error *error)
{
    const struct settings *settings = server->services.settings;
    struct http_settings http = {
        .host = text_c(server->arena, settings->host),
        .port = (int)settings->port,
        .trusted_proxies = &server->trusted_proxies,
        .expects_proxy_header = opt_bool_is_true(settings->proxy_protocol),
        .max_connections = MOST_CONNECTIONS,
        .max_head_bytes = HEAD_BYTES,
        .arena_bytes = ARENA_BYTES,
        .head_timeout_us = 10LL * US_PER_S,
        .body_timeout_us = settings->transfer_timeout_seconds * US_PER_S,
        .idle_timeout_us = 65LL * US_PER_S,
        .write_timeout_us = settings->transfer_timeout_seconds * US_PER_S,
        .pace_us = PACE_S * US_PER_S,
        .pace_bytes = (size_t)(settings->least_bytes_per_second * PACE_S),
        .held_bytes = (size_t)settings->body_bytes,
    };

    if (settings->trusted_proxies.size > 0 &&
        !http_networks_parse(settings->trusted_proxies, &server->trusted_proxies))
        return error_set(error, STATUS_INVALID, "TRUSTED_PROXIES is no list of networks");
    if (settings->tls_certificate_file.size > 0)
        http.tls_certificate_file = text_c(server->arena, settings->tls_certificate_file);
    if (settings->tls_key_file.size > 0)
        http.tls_key_file = text_c(server->arena, settings->tls_key_file);
    server->handler = (struct http_handler){
        .on_request = entry_on_request,
        .on_head = entry_on_head,
        .on_malformed = entry_on_malformed,
        .on_end = entry_on_end,
        .context = &server->entry,
    };
    return with_remedy(
        http_server_new(
            &http, &server->handler, loops, server->loop_count, &server->services.http, error),
        error);
}

enum status
server_new(const struct server_settings *settings, struct server **out, struct error *error)
{
    struct server *server = heap_new(sizeof(*server));
    enum status status;

    server->conninfo = settings->conninfo;
    server->arena = arena_new(16 << 20);
    make_services(server, settings);
    make_loops(server, settings);
    server->services.news = news_new(&server->services, server->loops[0]);
    status = find_jwt_secret(server, error);
    if (status == STATUS_OK)
        status = make_replicas(server, error);
    if (status == STATUS_OK)
        status = peers_new(&server->services, &server->services.peers, error);
    if (status == STATUS_OK)
        status = listen_on(server, settings->loops, error);
    if (status == STATUS_OK)
        *out = server;
    else
        server_free(server);
    return status;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < server->loop_count; i++)
        polling_free_all(server->loops[i]); /* while that counts what waits in them */
    http_server_free(server->services.http);
    free_loops(server);
    queue_free(server->services.lanes.plain);
    queue_free(server->services.lanes.read);
    queue_free(server->services.lanes.large);
    budget_free(server->services.budget);
    queue_free(server->services.lanes.hash);
    queue_free(server->services.lanes.outward);
    known_providers_free(server->services.known_providers);
    replicas_free(server->replicas);
    peers_free(server->services.peers);
    router_free(server->router);
    router_free(server->messages);
    throttle_free(server->services.throttle);
    throttle_free(server->services.failures);
    throttle_free(server->services.codes);
    meter_free(server->services.meter);
    heap_free(server->wakes);
    heap_free(server->decided);
    arena_free(server->arena);
    heap_free(server);
}

int server_port(const struct server *server)
{
    return http_server_port(server->services.http);
}

static struct worker_settings
workers_of(const struct server *server, enum pool pool, struct queue *queue)
{
    return (struct worker_settings){
        .queue = queue,
        .progress = server->services.progress,
        .busy = &server->services.meter->busy[pool],
    };
}

struct worker_settings server_workers_read(const struct server *server)
{
    struct worker_settings workers = workers_of(server, POOL_READ, server->services.lanes.read);

    workers.conninfo = server->conninfo;
    workers.replicas = server->replicas;
    return workers;
}

struct worker_settings server_workers_plain(const struct server *server)
{
    return workers_of(server, POOL_PLAIN, server->services.lanes.plain);
}

struct worker_settings server_workers_large(const struct server *server)
{
    struct worker_settings workers = workers_of(server, POOL_LARGE, server->services.lanes.large);

    workers.gives_way = true;
    return workers;
}

struct worker_settings server_workers_outward(const struct server *server)
{
    return workers_of(server, POOL_OUTWARD, server->services.lanes.outward);
}

struct worker_settings server_workers_hash(const struct server *server)
{
    return workers_of(server, POOL_HASH, server->services.lanes.hash);
}

void server_run_redis(void *server)
{
    peers_run(((struct server *)server)->services.peers);
}

struct replicas *server_replicas(const struct server *server)
{
    return server->replicas;
}

void server_shown(struct server *server)
{
    replicas_shown(server->replicas);
    for (size_t i = 0; i < server->loop_count; i++)
        loop_context_announce_shown(server->loops[i]);
}

void server_signed(struct server *server)
{
    for (size_t i = 0; i < server->loop_count; i++)
        loop_context_call(server->loops[i], &loop_context_next_checkpoint, 1);
}

/* For server_answered(): the records do not live so long. */
static void note_wake(struct server *server, struct uuid key)
{
    if (!uuid_is_present(key))
        return;
    if (server->wake_count == server->wake_capacity) {
        server->wake_capacity = server->wake_capacity == 0 ? 64 : 2 * server->wake_capacity;
        server->wakes = heap_resize(server->wakes, server->wake_capacity * sizeof(*server->wakes));
    }
    server->wakes[server->wake_count++] = key;
}

/* The last word on a node is the one that counts. */
static void note_agent(struct server *server, struct uuid node, struct uuid connection)
{
    size_t at = 0;

    while (at < server->decided_count && !uuid_equal(server->decided[at].node, node))
        at++;
    if (at == server->decided_capacity) {
        server->decided_capacity = at == 0 ? 16 : 2 * at;
        server->decided =
            heap_resize(server->decided, server->decided_capacity * sizeof(*server->decided));
    }
    server->decided[at] = (struct decided_agent){node, connection};
    if (at == server->decided_count)
        server->decided_count++;
}

static void note_relay(struct server *server, const struct record *record)
{
    if (!news_relays(record))
        return;
    if (server->relay_from == server->relay_to)
        server->relay_from = record->position.value;
    server->relay_to = record->position.value + 1;
}

void server_committed(struct server *server, const struct record *records, size_t count)
{
    struct uuid node;
    struct uuid connection;

    if (identity_changes_access(records, count)) {
        atomic_fetch_add(&server->access_generation, 1);
        server->has_access_changed = true;
    }
    for (size_t i = 0; i < count; i++) {
        note_relay(server, &records[i]);
        note_wake(server, task_wake_key(&records[i]));
        if (agent_socket_is_decided(&records[i], &node, &connection))
            note_agent(server, node, connection);
        if (records[i].type == &node_removed_event)
            monitor_note_removed(server->services.monitor, records[i].entry.stream);
    }
}

/* Nodes and connections on their way to a loop. */
struct agents_message {
    struct loop_message message; /* first */
    struct loop_context *loop;
    size_t count;
    struct decided_agent agents[];
};

static void on_agents(struct loop_message *message)
{
    struct agents_message *agents = (struct agents_message *)message;

    for (size_t i = 0; i < agents->count; i++)
        agent_socket_keep_only(agents->loop, agents->agents[i].node, agents->agents[i].connection);
    heap_free(agents);
}

static void announce_agents(struct server *server, struct loop_context *loop)
{
    size_t size = server->decided_count * sizeof(*server->decided);
    struct agents_message *agents = heap_new(sizeof(*agents) + size);

    agents->message.run = on_agents;
    agents->loop = loop;
    agents->count = server->decided_count;
    memcpy(agents->agents, server->decided, size);
    if (!loop_post(loop->loop, &agents->message))
        heap_free(agents);
}

void server_answered(struct server *server)
{
    for (size_t i = 0; i < server->loop_count; i++) {
        loop_context_post_gathered(server->loops[i]);
        if (server->wake_count > 0)
            loop_context_call(server->loops[i], server->wakes, server->wake_count);
        if (server->decided_count > 0)
            announce_agents(server, server->loops[i]);
        if (server->has_access_changed)
            audience_announce(server->loops[i]->audience);
    }
    server->has_access_changed = false;
    if (server->relay_from != server->relay_to)
        news_relay(server->services.news, server->relay_from, server->relay_to);
    server->relay_from = server->relay_to;
    server->wake_count = 0;
    server->decided_count = 0;
}

/* Begins nothing more of its own, and has nothing under way. */
static bool is_idle(const struct server *server)
{
    bool has_news = !news_stop(server->services.news);

    return !has_news && server->services.meter->follows == 0 &&
           server->services.meter->messages_under_way == 0 &&
           http_server_in_flight(server->services.http) == 0;
}

void server_drain(struct server *server, int64_t timeout_us)
{
    const struct services *services = &server->services;
    int64_t until_us = monotonic_us() + timeout_us;

    http_server_drain(services->http);
    for (size_t i = 0; i < server->loop_count; i++)
        loop_context_drain(server->loops[i]);
    while (!is_idle(server) && monotonic_us() < until_us)
        thread_pause(DRAIN_STEP_US);
    queue_close(services->lanes.hash);
    queue_close(services->lanes.outward);
    queue_close(services->lanes.read);
    queue_close(services->lanes.large);
    queue_close(services->lanes.plain);
    replicas_stop(server->replicas);
    peers_stop(server->services.peers);
}
