/*
 * Calls that come as HTTP requests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/http_transport.h"

#include "api/problem.h"
#include "api/scim_problem.h"

/* A body in the call's arena, which ends with it, is copied if it has to wait for its reader. */
static void send_answer(struct call *call)
{
    bool is_in_storage = call->body.data == call->storage.data;
    struct http_answer answer = {
        .status = call->status,
        .headers = call->headers,
        .header_count = call->header_count,
        .body = call->body,
        .storage = is_in_storage ? &call->storage : NULL,
        .is_lasting = call->is_lasting,
        .is_packed = call->is_packed,
        .varies_by_encoding = true,
    };

    if (!is_in_storage)
        buf_fini(&call->storage);
    http_answer(call->exchange, &answer);
}

static struct text tell_problem(struct call *call, const struct error *error)
{
    if (scim_problem_is_for(call->request->path))
        return scim_problem_body(call->arena, error);
    return problem_body(call->arena, error, call->request->target, call->correlation);
}

static bool is_abandoned(const struct call *call)
{
    return http_is_abandoned(call->exchange);
}

static void run_abandoned(void *owner)
{
    struct call *call = owner;

    call->abandoned(call);
}

static void on_abandoned(struct call *call, void (*run)(struct call *call))
{
    call->abandoned = run;
    http_on_abandoned(call->exchange, run == NULL ? NULL : run_abandoned);
}

const struct transport http_transport = {
    .send = send_answer,
    .tell = tell_problem,
    .is_abandoned = is_abandoned,
    .on_abandoned = on_abandoned,
};
