/*
 * Posting one document.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/outbound/outbound_internal.h"

enum { LARGEST_ANSWER = 64 << 10 };

/* Short of everything, libcurl ends the transfer. */
static size_t keep_body(char *data, size_t size, size_t count, void *context)
{
    struct buf *body = context;

    buf_add(body, data, size * count);
    return buf_is_full(body) ? 0 : size * count;
}

/* NULL where there is no memory for it. */
static struct curl_slist *make_headers(const struct web_post *post, struct arena *arena)
{
    struct curl_slist *headers = curl_slist_append(
        NULL, text_c(arena, text_format(arena, "Content-Type: %s", post->content_type)));
    struct curl_slist *more;

    if (headers == NULL || post->token.size == 0)
        return headers;
    more = curl_slist_append(
        headers,
        text_c(arena, text_format(arena, "Authorization: Bearer %.*s", TEXT_ARGS(post->token))));
    if (more == NULL)
        curl_slist_free_all(headers);
    return more;
}

static void set_post(CURL *curl, const char *url, struct text document, struct buf *body)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)document.size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, document.data);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

/* The call has begun; it ends here. */
static enum status perform(
    struct outbound *outbound,
    const struct web_post *post,
    struct arena *arena,
    struct web_answer *out,
    struct error *error)
{
    CURL *curl = outbound->curl;
    struct curl_slist *headers = make_headers(post, arena);
    AUTO_BUF body = {0};
    long status = 0;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    enum status failed = STATUS_OK;

    buf_init(&body, LARGEST_ANSWER);
    set_post(curl, text_c(arena, post->url), post->body, &body);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (headers != NULL)
        code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        failed = outbound_failed(outbound, code, error);
    outbound_begin(outbound); /* nothing of the call is kept */
    if (failed != STATUS_OK)
        return failed;
    *out = (struct web_answer){(int)status, text_copy(arena, buf_text(&body))};
    return STATUS_OK;
}

enum status outbound_post_json(
    struct outbound *outbound,
    struct text url,
    struct text json,
    struct arena *arena,
    struct web_answer *out,
    struct error *error)
{
    const struct web_post post = {.url = url, .content_type = "application/json", .body = json};

    outbound_begin(outbound);
    return perform(outbound, &post, arena, out, error);
}

enum status outbound_post(
    struct outbound *outbound,
    const struct web_post *post,
    struct arena *arena,
    struct web_answer *out,
    struct error *error)
{
    outbound_begin(outbound);
    outbound_distrust(outbound);
    outbound_trust(outbound, post->ca_file, arena);
    return perform(outbound, post, arena, out, error);
}
