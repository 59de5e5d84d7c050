/*
 * Making and ending the server; announcements from the writer and the projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/server.h"

#include "api/agent/parking.h"
#include "api/openapi.h"
#include "api/outbound/sender.h"
#include "api/room.h"
#include "api/steps.h"
#include "commands/identity/identity_commands.h"
#include "core/base/alloc.h"
#include "core/base/random.h"
#include "core/run/queue.h"

#include <time.h>

enum {
    WAITING_CALLS = 1024,
    WAITING_HASHES = 64, /* a second's work */
    MOST_CONNECTIONS = 20000,
    HEAD_BYTES = 32 * 1024,
    ARENA_BYTES = 128 << 20,
    SECOND_US = 1000000
};

static void make_places(struct server *server, const struct server_parts *parts)
{
    server->place_count = parts->loop_count;
    server->places = heap_array(parts->loop_count, sizeof(*server->places));
    for (size_t i = 0; i < parts->loop_count; i++) {
        server->places[i] = (struct place){
            .loop = parts->loops[i],
            .room = room_new(parts->loops[i]),
            .claims =
                parking_new(parts->loops[i], parking_node_with_work, &server->meter->claims_parked),
            .endings = parking_new(
                parts->loops[i], parking_task_that_ended, &server->meter->tasks_awaited),
        };
    }
}

static enum status listen_on(struct server *server, struct loop *const *loops, struct error *error)
{
    const struct settings *settings = server->settings;
    struct http_settings http = {
        .host = text_c(server->arena, settings->host),
        .port = (int)settings->port,
        .max_connections = MOST_CONNECTIONS,
        .max_head_bytes = HEAD_BYTES,
        .arena_bytes = ARENA_BYTES,
        .head_timeout_us = 10LL * SECOND_US,
        .body_timeout_us = 30LL * SECOND_US,
        .idle_timeout_us = 65LL * SECOND_US,
        .write_timeout_us = 30LL * SECOND_US,
    };

    if (settings->tls_certificate_file.size > 0)
        http.tls_certificate_file = text_c(server->arena, settings->tls_certificate_file);
    if (settings->tls_key_file.size > 0)
        http.tls_key_file = text_c(server->arena, settings->tls_key_file);
    server->handler =
        (struct http_handler){entry_on_request, entry_body_limit, entry_on_malformed, server};
    return http_server_new(
        &http, &server->handler, loops, server->place_count, &server->http, error);
}

enum status server_new(const struct server_parts *parts, struct server **out, struct error *error)
{
    struct server *server = heap_new(sizeof(*server));
    enum status status;

    server->settings = parts->settings;
    server->policy = parts->policy;
    server->log = parts->log;
    server->writer = parts->writer;
    server->keyring = parts->keyring;
    server->telemetry = parts->telemetry;
    server->monitor = parts->monitor;
    server->progress = parts->progress;
    server->conninfo = parts->conninfo;
    server->arena = arena_new(16 << 20);
    server->calls = queue_new(WAITING_CALLS);
    server->plain_calls = queue_new(WAITING_CALLS);
    server->hash_calls = queue_new(WAITING_HASHES);
    server->router = router_new(route_catalog);
    server->meter = meter_new(router_count(server->router));
    server->throttle = throttle_new(parts->settings->rate_limit_per_minute);
    server->jwt_secret = parts->jwt_secret;
    server->jwt_seconds = settings_duration_s(parts->settings->jwt_expires_in);
    server->boot_id = uuid_new();
    server->started_at = timestamp_now();
    server->openapi = openapi_print(server->arena);
    make_places(server, parts);
    status = listen_on(server, parts->loops, error);
    if (status != STATUS_OK) {
        server_free(server);
        return status;
    }
    server->sender = sender_new(server);
    *out = server;
    return STATUS_OK;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    http_server_free(server->http);
    sender_free(server->sender);
    for (size_t i = 0; i < server->place_count; i++) {
        room_free(server->places[i].room);
        parking_free(server->places[i].claims);
        parking_free(server->places[i].endings);
    }
    heap_free(server->places);
    queue_free(server->calls);
    queue_free(server->plain_calls);
    queue_free(server->hash_calls);
    router_free(server->router);
    throttle_free(server->throttle);
    meter_free(server->meter);
    arena_free(server->arena);
    heap_free(server);
}

void server_reached(struct server *server, uint64_t size)
{
    atomic_store(&server->reached, size);
    for (size_t i = 0; i < server->place_count; i++)
        room_announce(server->places[i].room, size);
    sender_wake(server->sender);
}

void server_committed(struct server *server, const struct record *records, size_t count)
{
    if (identity_changes_access(records, count))
        atomic_fetch_add(&server->access_generation, 1);
}

void server_answered(struct server *server, const struct record *records, size_t count)
{
    for (size_t i = 0; i < server->place_count; i++) {
        parking_announce(server->places[i].claims, records, count);
        parking_announce(server->places[i].endings, records, count);
    }
}

bool server_put_call(struct server *server, struct call *call)
{
    struct queue *queue = call->route->is_without_read_model ? server->plain_calls : server->calls;

    return queue_put(queue, &call->item);
}

void server_run_sender(void *context)
{
    struct server *server = context;

    sender_run(server->sender);
}

void server_drain(struct server *server, int64_t timeout_us)
{
    int64_t until_us = monotonic_us() + timeout_us;
    struct timespec step = {.tv_nsec = 10000000};

    http_server_drain(server->http);
    sender_stop(server->sender);
    for (size_t i = 0; i < server->place_count; i++) {
        parking_send_home(server->places[i].claims);
        parking_send_home(server->places[i].endings);
    }
    while (http_server_in_flight(server->http) > 0 && monotonic_us() < until_us)
        nanosleep(&step, NULL);
    queue_close(server->hash_calls);
    queue_close(server->calls);
    queue_close(server->plain_calls);
}
