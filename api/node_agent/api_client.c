/*
 * Requests to the server, and reading its answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/api_client.h"

#include "core/base/build_info.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { ARENA_BYTES = 64 << 20, SMALL_ARENA = 64 << 10, MOST_HEADERS = 8 };

struct api_client {
    struct web *web;
    struct arena *arena;
    const char *authorization; /* NULL: nobody yet */
    const char *node_id;
    int64_t epoch; /* of the ledger: the newest that was seen */
};

struct api_call {
    struct api_client *client;
    struct web_call *call;
    api_done *done;
    void *context;
    bool is_raw;
};

/* "https://fleet.example/api/v1/" is the same server as "https://fleet.example". */
static struct text origin_of(struct text api_url)
{
    static const struct text endings[] = {
        TEXT_OF("/"), TEXT_OF("/v1"), TEXT_OF("/api"), TEXT_OF("/")};

    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (text_ends_with(api_url, endings[i]))
            api_url.size -= endings[i].size;
    }
    return api_url;
}

enum status api_client_new(
    struct loop *loop,
    struct text api_url,
    const char *ca_file,
    const struct identity *identity,
    struct api_client **out,
    struct error *error)
{
    struct api_client *client;
    struct web *web;
    enum status status = web_new(loop, origin_of(api_url), ca_file, &web, error);

    if (status != STATUS_OK)
        return status;
    client = heap_new(sizeof(*client));
    client->web = web;
    client->arena = arena_new(SMALL_ARENA);
    if (identity != NULL) {
        char id[UUID_TEXT_SIZE];
        uuid_print(identity->node_id, id);
        client->node_id = text_copy(client->arena, text_from(id)).data;
        client->authorization =
            text_format(client->arena, "Bearer %.*s", TEXT_ARGS(identity->agent_token)).data;
    }
    *out = client;
    return STATUS_OK;
}

void api_client_free(struct api_client *client)
{
    if (client == NULL)
        return;
    web_free(client->web);
    arena_free(client->arena);
    heap_free(client);
}

static enum api_verdict meaning_of(int status)
{
    if (status >= 200 && status < 300)
        return API_DONE;
    if (status == 401 || status == 403)
        return API_UNKNOWN;
    if (status == 408 || status == 429 || status < 400 || status >= 500)
        return API_LATER;
    return API_REFUSED;
}

static struct text message_of(const struct web_reply *reply, struct text body, struct arena *arena)
{
    struct text message;

    if (reply->status == 0)
        return text_from(reply->problem);
    message = json_peek_text(arena, json_peek_member(arena, body, "message"));
    return text_is_present(message) ? message
                                    : text_format(arena, "the server answered %d", reply->status);
}

/* A server whose ledger is of an older epoch than one that was seen led once: what it says is not to be believed. */
static bool is_of_older_epoch(struct api_client *client, const struct web_reply *reply)
{
    int64_t epoch = 0;

    if (reply->status == 0 || (!text_to_int64(web_reply_header(reply, "Ledger-Epoch"), &epoch) &&
                               text_is_present(web_reply_header(reply, "Ledger-Epoch"))))
        return false;
    if (epoch < client->epoch)
        return true;
    client->epoch = epoch;
    return false;
}

static void on_reply(void *context, const struct web_reply *reply)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct api_call call = *(struct api_call *)context;
    struct api_reply out = {
        .verdict = meaning_of(reply->status), .status = reply->status, .arena = arena};

    heap_free(context);
    if (call.is_raw && out.verdict == API_DONE)
        out.body = reply->body;
    else if (
        reply->body.size > 0 && json_compact(reply->body, arena, &out.body, NULL) != STATUS_OK) {
        out.body = (struct text){NULL, 0};
        if (out.verdict == API_DONE)
            out.verdict = API_LATER; /* a proxy's page, not the server's word */
    }
    out.message = message_of(reply, out.body, arena);
    if (is_of_older_epoch(call.client, reply)) {
        out.verdict = API_LATER;
        out.body = (struct text){NULL, 0};
        out.message = text_lit("the server leads no longer: another one does");
    }
    call.done(call.context, &out);
}

struct api_call *api_client_ask(
    struct api_client *client, const struct api_request *request, api_done *done, void *context)
{
    AUTO_ARENA arena = arena_new(SMALL_ARENA);
    struct api_call *call = heap_new(sizeof(*call));
    struct web_header headers[MOST_HEADERS] = {
        {"Accept", "application/json"},
        {"User-Agent", text_format(arena, "fleetledger-agent/%s", build_info.version).data},
    };
    size_t count = 2;
    bool is_post = text_is_present(request->body);

    if (is_post)
        headers[count++] = (struct web_header){"Content-Type", "application/json"};
    if (request->key != NULL)
        headers[count++] = (struct web_header){"Idempotency-Key", request->key};
    if (client->epoch > 0)
        headers[count++] = (struct web_header){
            "Ledger-Epoch", text_format(arena, "%lld", (long long)client->epoch).data};
    if (client->authorization != NULL) {
        headers[count++] = (struct web_header){"Authorization", client->authorization};
        headers[count++] = (struct web_header){"x-agent-node-id", client->node_id};
    }
    must(count <= MOST_HEADERS);
    call->client = client;
    call->done = done;
    call->context = context;
    call->is_raw = request->is_raw;
    call->call = web_ask(
        client->web,
        &(struct web_request){
            is_post, text_format(arena, "/api/v1%s", request->path).data, headers, count,
            request->body, request->timeout_us},
        on_reply, call);
    return call;
}

void api_call_cancel(struct api_call *call)
{
    if (call == NULL)
        return;
    web_cancel(call->call);
    heap_free(call);
}

struct web_socket *api_client_open_socket(
    struct api_client *client,
    const char *path,
    int64_t timeout_us,
    const struct web_socket_listener *listener,
    void *context)
{
    const struct web_socket_request request = {.path = path, .timeout_us = timeout_us};

    return web_socket_new(client->web, &request, listener, context);
}
