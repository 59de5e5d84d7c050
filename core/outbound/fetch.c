/*
 * The server that the command line asks, and who asks it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/fetch.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/fetch_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 16, LONGEST_TOKEN = 16 << 10 };

const struct outbound_limits fetch_usual_limits = {.connect_s = 10, .answer_s = 20, .whole_s = 120};

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
    for (size_t i = 0; i < FETCH_AT_ONCE; i++)
        fetch->lanes[i] =
            outbound_new(server->limits == NULL ? &fetch_usual_limits : server->limits);
    fetch->multi = curl_multi_init();
    must(fetch->multi != NULL);
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
    for (size_t i = 0; i < FETCH_AT_ONCE; i++)
        outbound_free(fetch->lanes[i]);
    curl_multi_cleanup(fetch->multi);
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

enum status
fetch_token(const struct fetch *fetch, struct arena *arena, struct text *out, struct error *error)
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
