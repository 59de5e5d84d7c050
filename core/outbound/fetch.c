/*
 * The server that the command line asks, and who asks it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/fetch.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/address.h"
#include "core/outbound/fetch_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 16, LONGEST_TOKEN = 16 << 10 };

const struct outbound_limits fetch_usual_limits = {.connect_s = 10, .answer_s = 20, .whole_s = 120};

static char *copy_present(struct arena *arena, struct text text)
{
    return text_is_present(text) ? heap_copy(text_c(arena, text)) : NULL;
}

enum status fetch_open(const struct fetch_server *server, struct fetch **out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct fetch *fetch;
    const char *token = getenv("FLEETLEDGER_TOKEN");
    struct outbound_address address = {0};
    enum status status = outbound_address_read(server->url, &address, error);

    if (status != STATUS_OK)
        return status;
    fetch = heap_new(sizeof(*fetch));
    for (size_t i = 0; i < FETCH_AT_ONCE; i++)
        fetch->lanes[i] =
            outbound_new(server->limits == NULL ? &fetch_usual_limits : server->limits);
    fetch->multi = curl_multi_init();
    must(fetch->multi != NULL);
    fetch->url = heap_copy(text_c(arena, address.url));
    fetch->is_secure = address.is_secure;
    fetch->is_here = address.is_here;
    fetch->token_file = copy_present(arena, server->token_file);
    fetch->ca_file = copy_present(arena, server->ca_file);
    fetch->token = token == NULL || *token == '\0' ? NULL : heap_copy(token);
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
