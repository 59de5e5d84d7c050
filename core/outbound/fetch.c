/*
 * Requests of the command line, by libcurl.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/fetch.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/outbound_internal.h"
#include "core/shape/json_peek.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20, LONGEST_TOKEN = 16 << 10, LARGEST_PROBLEM = 256 << 10 };

const struct outbound_limits fetch_usual_limits = {.connect_s = 10, .answer_s = 20, .whole_s = 120};

struct fetch {
    struct outbound *outbound;
    char *url;
    char *token;      /* NULL: none in the environment */
    char *token_file; /* NULL: none */
    char *ca_file;    /* NULL: the system's */
    bool is_secure;   /* https */
    bool is_here;     /* on this machine */
    struct timestamp last_modified;
};

/* One request, and what comes of it. */
struct exchange {
    struct fetch *fetch;
    struct arena *arena; /* overwritten afterwards */
    const char *path;
    struct text json; /* absent: GET */
    struct buf *out;
    struct buf problem; /* body of an answer that is not 2xx */
    long status;
};

/* The server. */

static enum status refuse_url(struct text url, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "url_invalid",
        "\"%.*s\" is no address of a server: write https://host or http://host, with a port and a path "
        "if need be",
        TEXT_ARGS(text_first_bytes(url, 200)));
}

static bool has_part(CURLU *parts, CURLUPart part)
{
    char *value = NULL;
    bool has = curl_url_get(parts, part, &value, 0) == CURLUE_OK;

    curl_free(value);
    return has;
}

static bool part_is(CURLU *parts, CURLUPart part, const char *wanted)
{
    char *value = NULL;
    bool is = curl_url_get(parts, part, &value, 0) == CURLUE_OK && strcmp(value, wanted) == 0;

    curl_free(value);
    return is;
}

static bool is_this_machine(CURLU *parts)
{
    return part_is(parts, CURLUPART_HOST, "localhost") ||
           part_is(parts, CURLUPART_HOST, "127.0.0.1") || part_is(parts, CURLUPART_HOST, "[::1]");
}

static enum status read_url(struct fetch *fetch, struct text url, struct error *error)
{
    CURLU *parts = curl_url();
    bool is_sound;

    must(parts != NULL);
    is_sound = text_is_printable(url, false) && text_find(url, ' ', 0) == url.size &&
               curl_url_set(parts, CURLUPART_URL, fetch->url, 0) == CURLUE_OK;
    fetch->is_secure = part_is(parts, CURLUPART_SCHEME, "https");
    fetch->is_here = is_this_machine(parts);
    is_sound = is_sound && (fetch->is_secure || part_is(parts, CURLUPART_SCHEME, "http")) &&
               !has_part(parts, CURLUPART_USER) && !has_part(parts, CURLUPART_PASSWORD) &&
               !has_part(parts, CURLUPART_QUERY) && !has_part(parts, CURLUPART_FRAGMENT);
    curl_url_cleanup(parts);
    return is_sound ? STATUS_OK : refuse_url(url, error);
}

static char *copy_present(struct arena *arena, struct text text)
{
    return text_is_present(text) ? heap_copy(text_c(arena, text)) : NULL;
}

enum status fetch_open(const struct fetch_server *server, struct fetch **out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct fetch *fetch = heap_new(sizeof(*fetch));
    const char *token = getenv("FLEETLEDGER_TOKEN");
    struct text url = text_trim(server->url);
    enum status status;

    while (text_ends_with(url, text_lit("/")))
        url.size--;
    fetch->outbound = outbound_new(server->limits == NULL ? &fetch_usual_limits : server->limits);
    fetch->url = heap_copy(text_c(arena, url));
    fetch->token_file = copy_present(arena, server->token_file);
    fetch->ca_file = copy_present(arena, server->ca_file);
    fetch->token = token == NULL || *token == '\0' ? NULL : heap_copy(token);
    status = read_url(fetch, url, error);
    if (status != STATUS_OK) {
        fetch_close(fetch);
        return status;
    }
    *out = fetch;
    return STATUS_OK;
}

void fetch_close(struct fetch *fetch)
{
    if (fetch == NULL)
        return;
    outbound_free(fetch->outbound);
    if (fetch->token != NULL)
        explicit_bzero(fetch->token, strlen(fetch->token));
    heap_free(fetch->token);
    heap_free(fetch->token_file);
    heap_free(fetch->ca_file);
    heap_free(fetch->url);
    heap_free(fetch);
}

const char *fetch_url(const struct fetch *fetch)
{
    return fetch->url;
}

/* The token. */

static enum status
read_token_file(struct arena *arena, const char *path, struct text *out, struct error *error)
{
    char *content = arena_take(arena, LONGEST_TOKEN);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = file < 0 ? -1 : read(file, content, LONGEST_TOKEN);
    const char *cause = strerrordesc_np(errno);
    struct text rest;

    if (file >= 0)
        close(file);
    if (size < 0)
        return error_set_code(
            error, STATUS_INVALID, "token_unreadable", "%s cannot be read: %s", path, cause);
    rest = (struct text){content, (size_t)size};
    *out = text_cut(&rest, '\n');
    return STATUS_OK;
}

/* What a header may carry, and nothing that would end it. */
static bool is_token(struct text token)
{
    for (size_t i = 0; i < token.size; i++) {
        if (token.data[i] <= ' ' || token.data[i] > '~')
            return false;
    }
    return token.size > 0 && token.size < LONGEST_TOKEN;
}

/* Absent where there is none. */
static enum status
find_token(const struct fetch *fetch, struct arena *arena, struct text *out, struct error *error)
{
    struct text token = text_from(fetch->token);
    enum status status = STATUS_OK;

    if (fetch->token_file != NULL)
        status = read_token_file(arena, fetch->token_file, &token, error);
    if (status != STATUS_OK)
        return status;
    *out = text_is_present(token) ? text_trim(token) : token;
    if (!text_is_present(token))
        return STATUS_OK;
    if (!is_token(*out))
        return error_set_code(
            error, STATUS_INVALID, "token_malformed",
            "%s holds no access token: its first line must be one, and nothing else",
            fetch->token_file != NULL ? fetch->token_file : "FLEETLEDGER_TOKEN");
    if (!fetch->is_secure && !fetch->is_here)
        return error_set_code(
            error, STATUS_INVALID, "token_exposed",
            "%s would show the token to everybody on the way: use https", fetch->url);
    return STATUS_OK;
}

/* Requests. */

/* Short of everything, libcurl ends the transfer. */
static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct buf *to = &exchange->problem;

    curl_easy_getinfo(exchange->fetch->outbound->curl, CURLINFO_RESPONSE_CODE, &exchange->status);
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
    enum status status = outbound_failed(exchange->fetch->outbound, code, &cause);

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

static enum status run(struct exchange *exchange, struct text token, struct error *error)
{
    CURL *curl = outbound_begin(exchange->fetch->outbound);
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    size_t before = exchange->out->size;
    CURLcode code;
    enum status status = STATUS_OK;
    struct error why = {0};

    must(headers != NULL);
    set_request(curl, exchange, text_is_present(exchange->json) ? headers : NULL);
    set_token(curl, exchange->arena, token);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &exchange->status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        status = unreachable(exchange, code, &why);
    else if (exchange->status / 100 != 2)
        status = refused(exchange, text_is_present(token), &why);
    exchange->fetch->last_modified = last_modified(curl);
    outbound_begin(exchange->fetch->outbound); /* nothing of this call is left for the next */
    if (status == STATUS_OK)
        return STATUS_OK;
    exchange->out->is_full = false;
    buf_truncate(exchange->out, before);
    if (error != NULL)
        *error = why;
    return status;
}

static enum status
ask(struct fetch *fetch, struct text path, struct text json, struct buf *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct exchange exchange = {
        .fetch = fetch, .arena = arena, .path = text_c(arena, path), .json = json, .out = out};
    struct text token = {NULL, 0};
    enum status status;

    must(text_starts_with(path, text_lit("/")));
    arena_keep_secret(arena);
    status = find_token(fetch, arena, &token, error);
    if (status != STATUS_OK)
        return status;
    buf_init(&exchange.problem, LARGEST_PROBLEM);
    status = run(&exchange, token, error);
    buf_fini(&exchange.problem);
    return status;
}

enum status fetch_get(struct fetch *fetch, struct text path, struct buf *out, struct error *error)
{
    return ask(fetch, path, (struct text){NULL, 0}, out, error);
}

enum status fetch_post(
    struct fetch *fetch, struct text path, struct text json, struct buf *out, struct error *error)
{
    return ask(fetch, path, json, out, error);
}

struct timestamp fetch_last_modified(const struct fetch *fetch)
{
    return fetch->last_modified;
}
