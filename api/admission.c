/*
 * Admission of bodies. All on the call's loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/admission.h"

enum { SMALL_BODY_BYTES = 64 << 10, USUAL_BODY_BYTES = 1 << 20 };

static size_t limit_of(const struct route *route)
{
    if (route == NULL || route->who == WHO_ANYONE)
        return SMALL_BODY_BYTES;
    return route->body_limit > 0 ? route->body_limit : USUAL_BODY_BYTES;
}

bool admission_needs_caller(const struct call *call)
{
    size_t declared = http_declared_bytes(call->exchange);
    size_t limit = limit_of(call->route);

    if (declared == SIZE_MAX)
        return limit > SMALL_BODY_BYTES;
    return declared > SMALL_BODY_BYTES && declared <= limit;
}

void admission_let_small(struct call *call)
{
    http_admit(call->exchange, SMALL_BODY_BYTES);
}

/* Agents never repeat what was answered with 4xx: for them it is our trouble, which passes. */
static void answer_too_much(struct call *call, int64_t wait_s)
{
    struct error error;

    atomic_fetch_add(&call->services->meter->refused_budget, 1);
    error_set_code(
        &error, call->actor.kind == ACTOR_AGENT ? STATUS_UNAVAILABLE : STATUS_TOO_MANY,
        "too_much_at_once",
        "You have more large bodies under way, or they took more time, than one caller may. Nothing "
        "was changed; try again in %lld s.",
        (long long)wait_s);
    call_header(call, "Retry-After", text_format(call->arena, "%lld", (long long)wait_s));
    call_answer_error(call, &error);
}

void admission_let_known(struct call *call)
{
    size_t limit = limit_of(call->route);
    size_t declared = http_declared_bytes(call->exchange);
    size_t bytes = declared < limit ? declared : limit;
    int64_t wait_s;

    uuid_print(call->actor.id, call->budget.caller);
    wait_s =
        budget_take(call->services->budget, text_from(call->budget.caller), bytes, monotonic_us());
    if (wait_s > 0) {
        answer_too_much(call, wait_s);
        return;
    }
    call->budget.bytes = bytes;
    call->is_admitted = true;
    http_admit(call->exchange, limit);
}

/* Agents are asked for their credential again where their command is decided. */
bool admission_still_holds(const struct call *call)
{
    return call->is_admitted &&
           (call->actor.kind == ACTOR_AGENT ||
            call->access.generation == atomic_load(call->services->access_generation));
}

void admission_end(struct call *call)
{
    if (call->budget.bytes > 0)
        budget_give(call->services->budget, text_from(call->budget.caller), call->budget.bytes);
    call->budget.bytes = 0;
}
