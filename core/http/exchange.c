/*
 * Exchanges: one request and its answer. Born with the first byte of a request, with the handler
 * from the last one on, dead one turn after the answer. The connection may die before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/http_internal.h"

#include <stddef.h>

static struct http_exchange *exchange_of(struct loop_message *message, size_t offset)
{
    return (struct http_exchange *)(void *)((char *)message - offset);
}

static void destroy_deferred(struct loop_message *message)
{
    http_exchange_free(exchange_of(message, offsetof(struct http_exchange, destroy_message)));
}

struct http_exchange *
http_exchange_new(struct http_listener *listener, struct http_connection *connection)
{
    struct http_exchange *exchange = heap_new(sizeof(*exchange));

    exchange->listener = listener;
    exchange->connection = connection;
    exchange->arena = arena_new(listener->server->settings.arena_bytes);
    exchange->destroy_message.run = destroy_deferred;
    exchange->next = listener->exchanges;
    exchange->link = &listener->exchanges;
    if (exchange->next != NULL)
        exchange->next->link = &exchange->next;
    listener->exchanges = exchange;
    return exchange;
}

void http_exchange_free(struct http_exchange *exchange)
{
    const struct http_handler *handler;

    if (exchange == NULL)
        return;
    handler = exchange->listener->server->handler;
    if (exchange->has_asked && handler->on_end != NULL)
        handler->on_end(exchange, handler->context);
    exchange->listener->server->held -= exchange->held;
    *exchange->link = exchange->next;
    if (exchange->next != NULL)
        exchange->next->link = exchange->link;
    arena_free(exchange->arena);
    heap_free(exchange->body);
    heap_free(exchange);
}

static void hand_over(struct http_exchange *exchange)
{
    exchange->is_in_flight = true;
    exchange->listener->server->in_flight++;
}

void http_exchange_ask(struct http_exchange *exchange)
{
    const struct http_handler *handler = exchange->listener->server->handler;

    exchange->has_asked = true;
    hand_over(exchange);
    handler->on_head(exchange, handler->context);
}

void http_exchange_hand_over(struct http_exchange *exchange)
{
    const struct http_handler *handler = exchange->listener->server->handler;

    hand_over(exchange);
    handler->on_request(exchange, handler->context);
}

void http_exchange_take_back(struct http_exchange *exchange)
{
    must(exchange->is_in_flight);
    exchange->is_in_flight = false;
    exchange->listener->server->in_flight--;
}

bool http_exchange_hold(struct http_exchange *exchange, size_t size)
{
    return http_server_hold(exchange->listener->server, &exchange->held, size);
}

bool http_server_hold(struct http_server *server, size_t *counted, size_t size)
{
    size_t most = server->settings.held_bytes;
    size_t held = atomic_fetch_add(&server->held, size - *counted) + size - *counted;

    *counted = size;
    return most == 0 || held <= most || (size <= HTTP_LARGE_BYTES && held / 2 <= most);
}

size_t http_declared_bytes(const struct http_exchange *exchange)
{
    return exchange->declared_bytes;
}

static void notify(struct http_exchange *exchange)
{
    void (*run)(void *owner) = exchange->on_abandoned;

    exchange->on_abandoned = NULL;
    if (run != NULL && exchange->is_in_flight)
        run(exchange->owner);
}

void http_exchange_abandon(struct http_exchange *exchange)
{
    exchange->is_abandoned = true;
    notify(exchange);
}

static void tell_late(struct loop_message *message)
{
    notify(exchange_of(message, offsetof(struct http_exchange, notice)));
}

const struct http_request *http_request(const struct http_exchange *exchange)
{
    return &exchange->request;
}

struct arena *http_arena(const struct http_exchange *exchange)
{
    return exchange->arena;
}

struct loop *http_loop(const struct http_exchange *exchange)
{
    return exchange->listener->loop;
}

void http_set_owner(struct http_exchange *exchange, void *owner)
{
    exchange->owner = owner;
}

void *http_owner(const struct http_exchange *exchange)
{
    return exchange->owner;
}

bool http_is_abandoned(const struct http_exchange *exchange)
{
    must(loop_is_here(exchange->listener->loop));
    return exchange->is_abandoned;
}

/* A peer that had gone before is told of later, never from inside this call. */
void http_on_abandoned(struct http_exchange *exchange, void (*run)(void *owner))
{
    must(loop_is_here(exchange->listener->loop));
    exchange->on_abandoned = run;
    if (!exchange->is_abandoned || run == NULL || exchange->notice.run != NULL)
        return;
    exchange->notice.run = tell_late;
    loop_defer(exchange->listener->loop, &exchange->notice);
}
