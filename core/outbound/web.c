/*
 * Posting one JSON document.
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

static void set_post(CURL *curl, const char *url, struct text json, struct buf *body)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)json.size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json.data);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

enum status outbound_post_json(
    struct outbound *outbound,
    struct text url,
    struct text json,
    struct arena *arena,
    struct web_answer *out,
    struct error *error)
{
    CURL *curl = outbound_begin(outbound);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    AUTO_BUF body = {0};
    long status = 0;
    CURLcode code = CURLE_OUT_OF_MEMORY;

    buf_init(&body, LARGEST_ANSWER);
    set_post(curl, text_c(arena, url), json, &body);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (headers != NULL)
        code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        enum status failed = outbound_failed(outbound, code, error);
        outbound_begin(outbound);
        return failed;
    }
    outbound_begin(outbound);
    *out = (struct web_answer){(int)status, text_copy(arena, buf_text(&body))};
    return STATUS_OK;
}
