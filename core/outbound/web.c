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
    size_t bytes = size * count;
    size_t room = body->ceiling - body->size;

    buf_add(body, data, bytes < room ? bytes : room);
    return bytes <= room ? bytes : 0;
}

/* False where there is no memory for it. */
static bool
add_header(struct curl_slist **headers, const char *name, struct text value, struct arena *arena)
{
    struct curl_slist *more = curl_slist_append(
        *headers, text_c(arena, text_format(arena, "%s: %.*s", name, TEXT_ARGS(value))));

    if (more == NULL)
        return false;
    *headers = more;
    return true;
}

static bool
make_headers(const struct web_post *post, struct arena *arena, struct curl_slist **headers)
{
    bool is_made = add_header(headers, "Content-Type", text_from(post->content_type), arena);

    if (post->token.size > 0)
        is_made = is_made && add_header(
                                 headers, "Authorization",
                                 text_format(arena, "Bearer %.*s", TEXT_ARGS(post->token)), arena);
    for (size_t i = 0; i < WEB_MOST_HEADERS && post->headers[i].name != NULL; i++)
        is_made =
            is_made && add_header(headers, post->headers[i].name, post->headers[i].value, arena);
    return is_made;
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
    struct curl_slist *headers = NULL;
    AUTO_BUF body = {0};
    long status = 0;
    curl_off_t retry_after_s = 0;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    enum status failed = STATUS_OK;

    buf_init(&body, LARGEST_ANSWER);
    set_post(curl, text_c(arena, post->url), post->body, &body);
    if (make_headers(post, arena, &headers)) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        code = curl_easy_perform(curl);
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    curl_slist_free_all(headers);
    if (code == CURLE_WRITE_ERROR && post->cuts_answer && status >= 100)
        code = CURLE_OK;
    if (code != CURLE_OK)
        failed = outbound_failed(outbound, code, error);
    outbound_begin(outbound); /* nothing of the call is kept */
    if (failed != STATUS_OK)
        return failed;
    *out =
        (struct web_answer){(int)status, text_copy(arena, buf_text(&body)), (int64_t)retry_after_s};
    return STATUS_OK;
}

enum status outbound_post(
    struct outbound *outbound,
    const struct web_post *post,
    struct arena *arena,
    struct web_answer *out,
    struct error *error)
{
    outbound_begin(outbound);
    outbound_distrust(outbound, post->is_of_users ? REACH_PUBLIC : REACH_NETWORK);
    outbound_trust(outbound, post->ca_file, arena);
    return perform(outbound, post, arena, out, error);
}
