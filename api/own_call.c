/*
 * Calls of our own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/own_call.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/random.h"

static void give_back(struct call *call)
{
    struct own_call *own = own_call_of(call);

    own->failed(own); /* nobody is told but of errors */
}

static struct text keep_error(struct call *call, const struct error *error)
{
    own_call_of(call)->error = *error;
    return text_lit("");
}

static bool is_abandoned(const struct call *call)
{
    (void)call;
    return false;
}

static void on_abandoned(struct call *call, void (*run)(struct call *call))
{
    call->abandoned = run;
}

static const struct transport own_transport = {
    .send = give_back,
    .tell = keep_error,
    .is_abandoned = is_abandoned,
    .on_abandoned = on_abandoned,
};

static const struct http_request no_request = {.method = {"OWN", 3}};

struct own_call *own_call_of(struct call *call)
{
    must(call->transport == &own_transport);
    return (struct own_call *)call;
}

static void begin(struct own_call *own)
{
    own->call.arrived_at = timestamp_now();
    own->call.arrived_us = monotonic_us();
    own->call.correlation_id = uuid_new();
}

struct own_call *own_call_new(
    const struct services *services,
    struct loop_context *loop,
    size_t arena_bytes,
    void (*failed)(struct own_call *own),
    void *owner)
{
    struct own_call *own = heap_new(sizeof(*own));
    struct call *call = &own->call;

    own->failed = failed;
    own->owner = owner;
    call->transport = &own_transport;
    call->request = &no_request;
    call->arena = arena_new(arena_bytes);
    call->services = services;
    call->loop = loop;
    call->route_index = router_count(services->router);
    call->actor = (struct actor){.kind = ACTOR_SYSTEM};
    call->access.is_platform_admin = true;
    begin(own);
    own->next = loop->own_calls;
    own->link = &loop->own_calls;
    if (own->next != NULL)
        own->next->link = &own->next;
    loop->own_calls = own;
    return own;
}

void own_call_free(struct own_call *own)
{
    if (own == NULL)
        return;
    *own->link = own->next;
    if (own->next != NULL)
        own->next->link = own->link;
    buf_fini(&own->call.storage);
    arena_free(own->call.arena);
    heap_free(own);
}

void own_call_reset(struct own_call *own)
{
    struct call *call = &own->call;

    buf_fini(&call->storage);
    arena_reset(call->arena);
    call->submission = (struct submission){.status = STATUS_OK};
    call->path_params = NULL;
    call->path_param_count = 0;
    call->header_count = 0;
    call->ledger_size = 0;
    begin(own);
}
