/*
 * Getting one document that others name, wherever it has moved to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound_internal.h"

enum { ARENA_BYTES = 64 << 10, MOST_REDIRECTIONS = 5 };

/* What comes of it; of an answer that is not 2xx nothing is kept. */
struct getting {
    CURL *curl;
    struct buf *out;
};

/* Short of everything, libcurl ends the transfer. */
static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct getting *getting = context;
    long status = 0;

    curl_easy_getinfo(getting->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status / 100 != 2)
        return 0;
    buf_add(getting->out, data, size * count);
    return buf_is_full(getting->out) ? 0 : size * count;
}

/* Absent where there is no memory for one. */
static struct curl_slist *headers_of(const struct web_get *get, struct arena *arena)
{
    struct curl_slist *headers = NULL;

    if (get->accept != NULL)
        headers =
            curl_slist_append(NULL, text_c(arena, text_format(arena, "Accept: %s", get->accept)));
    if (get->token.size == 0)
        return headers;
    return curl_slist_append(
        headers,
        text_c(arena, text_format(arena, "Authorization: Bearer %.*s", TEXT_ARGS(get->token))));
}

static void set_get(CURL *curl, const char *url, const struct web_get *get, struct getting *getting)
{
    bool is_secure = text_starts_with(text_from(url), text_lit("https:"));

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, get->is_of_users ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTIONS);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, getting);
}

static enum status
outcome(struct outbound *outbound, CURLcode code, const struct buf *out, struct error *error)
{
    long status = 0;

    curl_easy_getinfo(outbound->curl, CURLINFO_RESPONSE_CODE, &status);
    if (buf_is_full(out))
        return error_set(
            error, STATUS_TOO_LARGE, "it is larger than the %zu bytes that it may have",
            out->ceiling);
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        return outbound_failed(outbound, code, error);
    if (status == 404 || status == 410)
        return error_set(error, STATUS_NOT_FOUND, "there is nothing (%ld)", status);
    if (status != 0 && status / 100 != 2)
        return error_set(error, STATUS_UNAVAILABLE, "the answer is %ld", status);
    return code == CURLE_OK ? STATUS_OK : outbound_failed(outbound, code, error);
}

enum status outbound_get(
    struct outbound *outbound, const struct web_get *get, struct buf *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    CURL *curl = outbound_begin(outbound);
    struct getting getting = {curl, out};
    struct curl_slist *headers = headers_of(get, arena);
    size_t before = out->size;
    enum status status;
    CURLcode code;

    outbound_distrust(outbound, get->is_of_users ? REACH_PUBLIC : REACH_NETWORK);
    outbound_trust(outbound, get->ca_file, arena);
    set_get(curl, text_c(arena, get->url), get, &getting);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, get->user_agent);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    code = curl_easy_perform(curl);
    status = outcome(outbound, code, out, error);
    outbound_begin(outbound); /* nothing of the call is kept */
    curl_slist_free_all(headers);
    if (status != STATUS_OK) {
        out->is_full = false;
        buf_truncate(out, before);
    }
    return status;
}
