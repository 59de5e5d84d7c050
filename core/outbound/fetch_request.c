/*
 * Requests of the command line, by libcurl: one, or several at once.
 *
 *   begin ─► libcurl ─► end: the body, or why there is none
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/outbound/fetch_internal.h"
#include "core/shape/json_peek.h"

enum { ARENA_BYTES = 1 << 20, LARGEST_PROBLEM = 256 << 10, WAIT_MS = 1000 };

/* One request, and what comes of it. */
struct exchange {
    struct fetch *fetch;
    struct outbound *lane;
    struct arena *arena; /* overwritten afterwards */
    const char *path;
    struct text json;  /* absent: GET */
    struct text token; /* absent: none */
    struct curl_slist *headers;
    const struct fetch_taker *taker; /* NULL: into `out` */
    struct buf *out;
    size_t before;      /* bytes in it */
    struct buf problem; /* body of an answer that is not 2xx */
    long status;
};

/* Short of everything, libcurl ends the transfer. */
static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct buf *to = &exchange->problem;
    const struct fetch_taker *taker = exchange->taker;

    curl_easy_getinfo(exchange->lane->curl, CURLINFO_RESPONSE_CODE, &exchange->status);
    if (exchange->status / 100 == 2 && taker != NULL)
        return taker->take((struct bytes){(const uint8_t *)data, size * count}, taker->context)
                   ? size * count
                   : 0;
    if (exchange->status / 100 == 2)
        to = exchange->out;
    buf_add(to, data, size * count);
    return buf_is_full(to) ? 0 : size * count;
}

static void set_request(CURL *curl, struct exchange *exchange, struct curl_slist *headers)
{
    struct text url = text_format(exchange->arena, "%s%s", exchange->fetch->url, exchange->path);

    curl_easy_setopt(curl, CURLOPT_URL, url.data);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(curl, CURLOPT_FILETIME, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    if (exchange->fetch->is_here)
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    if (exchange->fetch->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, exchange->fetch->ca_file);
    if (!text_is_present(exchange->json))
        return;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->json.size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, exchange->json.data);
}

static void set_token(CURL *curl, struct arena *arena, struct text token)
{
    if (!text_is_present(token))
        return;
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, text_c(arena, token));
}

static enum status unreachable(const struct exchange *exchange, CURLcode code, struct error *error)
{
    struct error cause;
    enum status status = outbound_failed(exchange->lane, code, &cause);

    if (buf_is_full(exchange->out))
        return error_set_code(
            error, STATUS_TOO_LARGE, "answer_too_large",
            "%s answers with more than the %zu bytes that this may have", exchange->fetch->url,
            exchange->out->ceiling);
    return error_set_code(
        error, status, "unreachable", "%s cannot be asked: %.300s", exchange->fetch->url,
        cause.text);
}

static enum status status_of(long http)
{
    for (int status = STATUS_INVALID; status < STATUS_COUNT; status++) {
        if (status_http((enum status)status) == http)
            return (enum status)status;
    }
    return http >= 500 ? STATUS_UNAVAILABLE : STATUS_INVALID;
}

static const char *remedy(long http, bool has_token)
{
    if (http == 401)
        return has_token
                   ? " The token is not valid, or no longer: sign in again."
                   : " Name a file that holds an access token with --token-file, or set FLEETLEDGER_TOKEN.";
    if (http / 100 == 3)
        return " Give the address that it refers to.";
    return "";
}

/* In the server's own words, where it is this program. */
static enum status refused(struct exchange *exchange, bool has_token, struct error *error)
{
    struct arena *arena = exchange->arena;
    struct text body = buf_text(&exchange->problem);
    struct text code = json_peek_text(arena, json_peek_member(arena, body, "code"));
    struct text message = json_peek_text(arena, json_peek_member(arena, body, "message"));
    const char *help = remedy(exchange->status, has_token);

    if (!text_is_present(code) || code.size == 0 || code.size >= ERROR_CODE_SIZE)
        error_set_code(
            error, exchange->status >= 500 ? STATUS_UNAVAILABLE : STATUS_INVALID, "foreign_answer",
            "%s answers %ld, and not as this program does: is the address right?%s",
            exchange->fetch->url, exchange->status, help);
    else
        error_set_code(
            error, status_of(exchange->status), text_c(arena, code), "%s answers %ld: %.*s%s",
            exchange->fetch->url, exchange->status, TEXT_ARGS(text_first_bytes(message, 300)),
            help);
    text_make_printable(error->text);
    return error->status;
}

static struct timestamp last_modified(CURL *curl)
{
    curl_off_t seconds = -1;

    if (curl_easy_getinfo(curl, CURLINFO_FILETIME_T, &seconds) != CURLE_OK || seconds <= 0 ||
        seconds > INT64_MAX / US_PER_S)
        return (struct timestamp){0};
    return (struct timestamp){seconds * US_PER_S};
}

/* libcurl knows an address as soon as a connection is there; its time tells of TLS too. */
static bool is_away(CURL *curl, CURLcode code)
{
    const char *connected = NULL;
    long of_proxy = 0;

    curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &connected);
    curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &of_proxy);
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
           (code == CURLE_OPERATION_TIMEDOUT && (connected == NULL || connected[0] == '\0')) ||
           (code != CURLE_OK && of_proxy >= 300);
}

static CURL *begin(struct exchange *exchange)
{
    CURL *curl = outbound_begin(exchange->lane);

    exchange->before = exchange->out->size;
    buf_init(&exchange->problem, LARGEST_PROBLEM);
    if (text_is_present(exchange->json)) {
        exchange->headers =
            curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
        must(exchange->headers != NULL);
    }
    set_request(curl, exchange, exchange->headers);
    set_token(curl, exchange->arena, exchange->token);
    return curl;
}

static enum status end(struct exchange *exchange, CURLcode code, struct error *error)
{
    enum status status = STATUS_OK;
    struct error why = {0};

    curl_easy_getinfo(exchange->lane->curl, CURLINFO_RESPONSE_CODE, &exchange->status);
    exchange->fetch->was_away = is_away(exchange->lane->curl, code);
    exchange->fetch->last_modified = last_modified(exchange->lane->curl);
    if (code != CURLE_OK)
        status = unreachable(exchange, code, &why);
    else if (exchange->status / 100 != 2)
        status = refused(exchange, text_is_present(exchange->token), &why);
    outbound_begin(exchange->lane); /* nothing of this call is left for the next */
    curl_slist_free_all(exchange->headers);
    buf_fini(&exchange->problem);
    if (status == STATUS_OK)
        return STATUS_OK;
    exchange->out->is_full = false;
    buf_truncate(exchange->out, exchange->before);
    if (error != NULL)
        *error = why;
    return status;
}

/* What the exchange has of its own lies in it already. */
static enum status ask(struct exchange *exchange, struct text path, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    enum status status;

    must(text_starts_with(path, text_lit("/")));
    arena_keep_secret(arena);
    exchange->lane = exchange->fetch->lanes[0];
    exchange->arena = arena;
    exchange->path = text_c(arena, path);
    status = fetch_token(exchange->fetch, arena, &exchange->token, error);
    if (status != STATUS_OK)
        return status;
    return end(exchange, curl_easy_perform(begin(exchange)), error);
}

enum status fetch_get(struct fetch *fetch, struct text path, struct buf *out, struct error *error)
{
    return ask(&(struct exchange){.fetch = fetch, .out = out}, path, error);
}

enum status fetch_post(
    struct fetch *fetch, struct text path, struct text json, struct buf *out, struct error *error)
{
    return ask(&(struct exchange){.fetch = fetch, .json = json, .out = out}, path, error);
}

enum status fetch_take(
    struct fetch *fetch, struct text path, const struct fetch_taker *taker, struct error *error)
{
    AUTO_BUF nothing = {0};

    buf_init(&nothing, 1);
    return ask(&(struct exchange){.fetch = fetch, .taker = taker, .out = &nothing}, path, error);
}

/* What libcurl says has ended, until there is nothing more. */
static void
take_ended(CURLM *multi, struct exchange *exchanges, struct fetch_item *items, size_t count)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        CURL *curl = message->easy_handle;
        CURLcode code = message->data.result;

        for (size_t i = 0; i < count; i++) {
            if (message->msg != CURLMSG_DONE || exchanges[i].lane->curl != curl)
                continue;
            curl_multi_remove_handle(multi, curl);
            items[i].status = end(&exchanges[i], code, &items[i].error);
            break;
        }
    }
}

/* Each has its own time, after which libcurl ends it. */
static void
run_all(CURLM *multi, struct exchange *exchanges, struct fetch_item *items, size_t count)
{
    int running = 1;

    for (size_t i = 0; i < count; i++)
        must(curl_multi_add_handle(multi, begin(&exchanges[i])) == CURLM_OK);
    while (running > 0) {
        must(curl_multi_perform(multi, &running) == CURLM_OK);
        take_ended(multi, exchanges, items, count);
        if (running > 0)
            must(curl_multi_poll(multi, NULL, 0, WAIT_MS, NULL) == CURLM_OK);
    }
}

void fetch_get_all(struct fetch *fetch, struct fetch_item *items, size_t count)
{
    AUTO_ARENA arena = arena_new(FETCH_AT_ONCE * ARENA_BYTES);
    struct exchange exchanges[FETCH_AT_ONCE];
    struct text token = {NULL, 0};
    struct error error = {0};
    enum status status = fetch_token(fetch, arena, &token, &error);

    must(count <= FETCH_AT_ONCE);
    arena_keep_secret(arena);
    for (size_t i = 0; i < count; i++) {
        items[i].status = status;
        items[i].error = error;
        exchanges[i] = (struct exchange){
            .fetch = fetch,
            .lane = fetch->lanes[i],
            .arena = arena,
            .path = text_c(arena, items[i].path),
            .token = token,
            .out = items[i].out,
        };
    }
    if (status == STATUS_OK)
        run_all(fetch->multi, exchanges, items, count);
}

void fetch_cancel(struct fetch *fetch)
{
    for (size_t i = 0; i < FETCH_AT_ONCE; i++)
        outbound_cancel(fetch->lanes[i]);
}

bool fetch_was_away(const struct fetch *fetch)
{
    return fetch->was_away;
}

struct timestamp fetch_last_modified(const struct fetch *fetch)
{
    return fetch->last_modified;
}
