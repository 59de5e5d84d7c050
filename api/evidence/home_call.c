/*
 * Calls without a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/home_call.h"

#include "api/call.h"
#include "core/base/heap.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_index.h"
#include "eventlog/log_history.h"
#include "eventlog/seal.h"
#include "eventlog/signer.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { CALL_ARENA_BYTES = 64 << 20, MOST_TRIES = 3 };

static const struct route_area areas[] = {{"evidence", evidence_routes}, {NULL, NULL}};

struct home_call {
    const char *path;
    struct ledger *ledger;
    struct keyring *keyring;
    struct ledger_index *index;
    struct signer *signer; /* shows what was signed; NULL: nothing yet */
    struct router *router;
    struct meter *meter;
    struct services services;
};

/* A call, and what became of it. */
struct asking {
    struct call call; /* first */
    struct http_request request;
    struct match match;
    struct buf *out;
    enum status status;
    struct error *error;
};

static void keep_answer(struct call *call)
{
    struct asking *asking = (struct asking *)call;

    if (asking->status == STATUS_OK)
        buf_add_text(asking->out, call->body);
    buf_fini(&call->storage);
}

static struct text keep_error(struct call *call, const struct error *error)
{
    struct asking *asking = (struct asking *)call;

    asking->status = error->status;
    if (asking->error != NULL)
        *asking->error = *error;
    return text_lit("");
}

static const struct transport home_transport = {
    .send = keep_answer, .tell = keep_error, .is_owner = true};

/* Beside a server the index may have gone on since the ledger was looked at. */
static enum status open_index(struct home_call *home, struct error *error)
{
    enum status status = STATUS_CORRUPT;

    for (int i = 0; i < MOST_TRIES && status == STATUS_CORRUPT; i++) {
        status = ledger_refresh(home->ledger, error);
        if (status == STATUS_OK)
            status = ledger_index_open(home->path, home->ledger, true, &home->index, error);
    }
    if (status == STATUS_NOT_FOUND)
        status = error_set(
            error, STATUS_UNAVAILABLE,
            "index.mdb is another version's: start the server once, which builds its own");
    return status;
}

/* Where nothing has been signed yet there is no file. */
static enum status open_signer(struct home_call *home, struct error *error)
{
    AUTO_ARENA arena = arena_new(CALL_ARENA_BYTES);
    struct log_history history = {.arena = arena};
    struct log_identity none;
    const struct log_identity *now;
    struct signer_settings settings = {
        .home = home->path,
        .log = home->ledger,
        .keyring = home->keyring,
        .identity = &none,
        .is_read_only = true,
    };
    uint64_t size = ledger_size(home->ledger);
    char file[PATH_MAX];
    enum status status;

    snprintf(file, sizeof(file), "%s/checkpoints.mdb", home->path);
    if (access(file, F_OK) != 0)
        return STATUS_OK;
    status = log_history_read(&history, home->ledger, home->index, size, error);
    if (status != STATUS_OK)
        return status;
    shape_clear(&log_identity_shape, &none);
    now = log_history_at(&history, size);
    if (now != NULL)
        settings.identity = now;
    return signer_open(&settings, &home->signer, error);
}

static enum status open_files(struct home_call *home, struct text secret, struct error *error)
{
    const struct ledger_settings settings = {.home = home->path, .is_read_only = true};
    enum status status = ledger_open(&settings, &home->ledger, error);

    if (status == STATUS_OK)
        status = keyring_open(home->path, secret, true, &home->keyring, error);
    if (status == STATUS_OK)
        status = open_index(home, error);
    if (status == STATUS_OK)
        status = open_signer(home, error);
    return status;
}

enum status home_call_open(
    const char *path,
    struct text secret,
    const struct settings *settings,
    struct home_call **out,
    struct error *error)
{
    struct home_call *home = heap_new(sizeof(*home));
    enum status status;

    home->path = path;
    home->router = router_new(areas);
    home->meter = meter_new(router_count(home->router), 0);
    status = open_files(home, secret, error);
    if (status != STATUS_OK) {
        home_call_close(home);
        return status;
    }
    home->services = (struct services){
        .settings = settings,
        .ledger = home->ledger,
        .index = home->index,
        .keyring = home->keyring,
        .signer = home->signer,
        .router = home->router,
        .meter = home->meter,
    };
    *out = home;
    return STATUS_OK;
}

const struct services *home_call_services(const struct home_call *home)
{
    return &home->services;
}

void home_call_close(struct home_call *home)
{
    if (home == NULL)
        return;
    signer_close(home->signer);
    ledger_index_close(home->index);
    keyring_close(home->keyring);
    ledger_close(home->ledger);
    meter_free(home->meter);
    router_free(home->router);
    heap_free(home);
}

static enum status read_input(struct asking *asking, struct error *error)
{
    struct call *call = &asking->call;
    const struct shape *shape = asking->match.route->input_shape;
    const struct param *params;
    size_t count = 0;
    enum status status;

    if (shape == NULL)
        return STATUS_OK;
    if (!params_parse(call->arena, asking->request.query, &params, &count))
        return error_set_code(
            error, STATUS_INVALID, "malformed_query", "The question has more than 64 parts.");
    call->input = arena_take(call->arena, shape->size);
    call->input_shape = shape;
    shape_clear(shape, call->input);
    status = shape_path_read(
        shape, asking->match.params, asking->match.param_count, call->arena, call->input, error);
    if (status != STATUS_OK)
        return status;
    return shape_params_read(shape, params, count, call->arena, call->input, error);
}

/* What signing in would have found out. */
static void allow(struct asking *asking)
{
    struct call *call = &asking->call;
    struct uuid workspace;

    call->actor = (struct actor){.kind = ACTOR_OPERATOR};
    call->route = asking->match.route;
    call->route_index = asking->match.index;
    for (size_t i = 0; i < asking->match.param_count; i++) {
        if (text_is(asking->match.params[i].name, "workspaceId") &&
            uuid_parse(asking->match.params[i].value, &workspace))
            call->access.workspace_id = workspace;
    }
}

static enum status
run(struct asking *asking, struct text path, struct text query, struct error *error)
{
    struct call *call = &asking->call;
    enum status status = router_match(
        call->services->router, text_lit("GET"), path, call->arena, &asking->match, error);

    if (status != STATUS_OK)
        return status;
    asking->request = (struct http_request){
        .method = text_lit("GET"),
        .target = path,
        .path = path,
        .query = query,
        .body = text_lit(""),
        .remote_address = text_lit(""),
    };
    call->request = &asking->request;
    allow(asking);
    status = read_input(asking, error);
    if (status != STATUS_OK)
        return status;
    call->route->handle(call);
    return asking->status;
}

enum status
home_call_get(struct home_call *home, struct text path, struct buf *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(CALL_ARENA_BYTES);
    struct asking *asking = arena_one(arena, struct asking);
    struct text query = path;
    struct text place = text_cut(&query, '?');
    enum status status = ledger_refresh(home->ledger, error);

    if (status != STATUS_OK)
        return status;
    asking->call = (struct call){
        .transport = &home_transport,
        .arena = arena,
        .services = &home->services,
        .arrived_at = timestamp_now(),
        .arrived_us = monotonic_us(),
    };
    asking->out = out;
    asking->error = error;
    return run(asking, place, text_is_present(query) ? query : text_lit(""), error);
}
