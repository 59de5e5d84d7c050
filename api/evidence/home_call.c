/*
 * Calls without a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/home_call.h"

#include "api/call.h"
#include "core/base/heap.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_index.h"
#include "eventlog/seal.h"
#include "eventlog/signer.h"
#include "eventlog/timeline.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { CALL_ARENA_BYTES = 64 << 20, MOST_TRIES = 3 };
enum { MOST_IDENTITIES = 1000, MOST_IDENTITY_WORK = 1000000 };

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

/* Takes in what the events of a type say of the ledger's name and keys. */
static enum status fold_events(
    struct home_call *home,
    const struct event_type *type,
    struct arena *arena,
    struct log_identity *identity,
    struct error *error)
{
    const struct timeline_filter filter = {.type = text_from(type->name)};
    struct timeline_search search = {
        .filter = &filter, .end = UINT64_MAX, .work = MOST_IDENTITY_WORK};
    const struct timeline_event *events = NULL;
    size_t count = 0;
    enum status status = timeline_find(
        home->ledger, home->index, &search, MOST_IDENTITIES, arena, &events, &count, error);

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct record *record = arena_one(arena, struct record);
        status = ledger_read_one(
            home->ledger, (struct position){(uint64_t)events[i].entry.position}, arena, record,
            error);
        if (status == STATUS_OK)
            log_identity_fold(arena, record, identity);
    }
    return status;
}

/* Keys and origins have nothing to do with each other, so each may be folded by itself. */
static enum status read_identity(
    struct home_call *home, struct arena *arena, struct log_identity *out, struct error *error)
{
    static const struct event_type *const types[] = {
        &ledger_opened_event, &signing_key_rotated_event, &origin_declared_event};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < COUNT_OF(types) && status == STATUS_OK; i++)
        status = fold_events(home, types[i], arena, out, error);
    return status;
}

/* Where nothing has been signed yet there is no file. */
static enum status open_signer(struct home_call *home, struct error *error)
{
    AUTO_ARENA arena = arena_new(CALL_ARENA_BYTES);
    struct log_identity identity;
    const struct signer_settings settings = {
        .home = home->path,
        .log = home->ledger,
        .keyring = home->keyring,
        .identity = &identity,
        .is_read_only = true,
    };
    char file[PATH_MAX];
    enum status status;

    snprintf(file, sizeof(file), "%s/checkpoints.mdb", home->path);
    if (access(file, F_OK) != 0)
        return STATUS_OK;
    shape_clear(&log_identity_shape, &identity);
    status = read_identity(home, arena, &identity, error);
    return status == STATUS_OK ? signer_open(&settings, &home->signer, error) : status;
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
