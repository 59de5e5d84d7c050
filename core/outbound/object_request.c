/*
 * One request to an object store: signed, bounded, and tried again where that may help.
 *
 *   headers ─► libcurl signs and sends ─► 2xx: its body │ 4xx: refused, for good │ else: pause, again
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/outbound/object_store_internal.h"
#include "core/outbound/xml.h"

#include <poll.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 16, LARGEST_PROBLEM = 64 << 10, MOST_ATTEMPTS = 5 };

/* One attempt. */
struct attempt {
    struct object_store *store;
    const struct object_request *request;
    struct arena *arena;
    struct buf problem; /* body of an answer that is not 2xx */
    long status;
};

/* Short of everything, libcurl ends the transfer. */
static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct attempt *attempt = context;
    struct buf *to = &attempt->problem;

    curl_easy_getinfo(attempt->store->outbound->curl, CURLINFO_RESPONSE_CODE, &attempt->status);
    if (attempt->status / 100 == 2)
        to = attempt->request->out;
    if (to == NULL)
        return size * count;
    buf_add(to, data, size * count);
    return buf_is_full(to) ? 0 : size * count;
}

static const char *url_of(const struct attempt *attempt)
{
    const struct object_store *store = attempt->store;
    const struct object_request *request = attempt->request;
    bool is_file = text_is_present(request->name);
    struct text url = text_format(
        attempt->arena, "%s%s%s%.*s%s%.*s", store->bucket_url, is_file ? "/" : "",
        is_file ? store->prefix : "", TEXT_ARGS(request->name),
        text_is_present(request->query) ? "?" : "", TEXT_ARGS(request->query));

    return url.data;
}

/* The store holds the body against its digest, which is signed. */
static struct curl_slist *make_headers(const struct attempt *attempt)
{
    struct digest digest = sha256(attempt->request->content);
    struct text hex = hex_encode(attempt->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    struct text line = text_format(attempt->arena, "x-amz-content-sha256: %.*s", TEXT_ARGS(hex));
    struct curl_slist *first = curl_slist_append(NULL, line.data);
    struct curl_slist *headers =
        first == NULL ? NULL : curl_slist_append(first, "Content-Type: application/octet-stream");

    must(headers != NULL);
    return headers;
}

static void set_body(CURL *curl, const struct object_request *request)
{
    if (strcmp(request->method, "PUT") != 0)
        return;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->content.size);
    curl_easy_setopt(
        curl, CURLOPT_POSTFIELDS,
        request->content.size == 0 ? (const uint8_t *)"" : request->content.data);
}

static void set_request(CURL *curl, struct attempt *attempt, struct curl_slist *headers)
{
    const struct object_store *store = attempt->store;

    curl_easy_setopt(curl, CURLOPT_URL, url_of(attempt));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    set_body(curl, attempt->request);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, attempt->request->method);
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, store->signature);
    curl_easy_setopt(curl, CURLOPT_USERNAME, store->access_key);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, store->secret_key);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, attempt);
    if (store->is_here)
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    if (store->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, store->ca_file);
}

static enum status unreachable(const struct attempt *attempt, CURLcode code, struct error *error)
{
    const struct object_store *store = attempt->store;
    struct error cause = {0};
    enum status status = outbound_failed(store->outbound, code, &cause);

    if (attempt->request->out != NULL && buf_is_full(attempt->request->out))
        return error_set(
            error, STATUS_TOO_LARGE, "%s/%.*s is larger than it may be", store->place,
            TEXT_ARGS(attempt->request->name));
    return error_set_code(
        error, status, "store_unreachable", "%s cannot be asked: %.300s", store->place, cause.text);
}

static enum status status_of(long http)
{
    static const struct {
        long http;
        enum status status;
    } known[] = {{403, STATUS_FORBIDDEN}, {401, STATUS_FORBIDDEN}, {404, STATUS_NOT_FOUND},
                 {429, STATUS_TOO_MANY},  {507, STATUS_FULL},      {501, STATUS_INVALID}};

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (known[i].http == http)
            return known[i].status;
    }
    return http >= 500 ? STATUS_UNAVAILABLE : STATUS_INVALID;
}

/* In the store's own words, of which only the code and the sentence are taken: the rest may hold what was signed. */
static enum status refused(const struct attempt *attempt, struct error *error)
{
    struct text body = buf_text(&attempt->problem);
    struct text said = body;
    struct text code = xml_next(&said, "Code");
    struct text message;
    enum status status = status_of(attempt->status);

    said = body;
    message = xml_next(&said, "Message");
    if (status == STATUS_NOT_FOUND && text_is(code, "NoSuchBucket"))
        return error_set_code(
            error, status, "store_missing", "%s: there is no such bucket: make it first",
            attempt->store->place);
    if (status == STATUS_NOT_FOUND)
        return error_set_code(
            error, status, "file_missing", "%s/%.*s is missing", attempt->store->place,
            TEXT_ARGS(attempt->request->name));
    error_set_code(
        error, status, status == STATUS_FORBIDDEN ? "store_refused" : "store_unusable",
        "%s answers %ld to %s: %.*s, %.*s", attempt->store->place, attempt->status,
        attempt->request->method, TEXT_ARGS(text_first_bytes(code, 80)),
        TEXT_ARGS(text_first_bytes(message, 250)));
    text_make_printable(error->text);
    return status;
}

static enum status try_once(struct attempt *attempt, struct error *error)
{
    struct outbound *outbound = attempt->store->outbound;
    CURL *curl = outbound_begin(outbound);
    struct curl_slist *headers = make_headers(attempt);
    enum status status = STATUS_OK;
    CURLcode code;

    attempt->status = 0;
    buf_clear(&attempt->problem);
    set_request(curl, attempt, headers);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &attempt->status);
    if (code != CURLE_OK)
        status = unreachable(attempt, code, error);
    else if (attempt->status / 100 != 2)
        status = refused(attempt, error);
    outbound_begin(outbound); /* nothing of this call is left for the next */
    curl_slist_free_all(headers);
    return status;
}

static bool may_pass(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT || status == STATUS_TOO_MANY;
}

enum status object_store_ask(
    struct object_store *store, const struct object_request *request, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct attempt attempt = {.store = store, .request = request, .arena = arena};
    size_t before = request->out == NULL ? 0 : request->out->size;
    int64_t pause_ms = store->pause_ms;
    enum status status = STATUS_UNAVAILABLE;
    struct error why = {0};

    buf_init(&attempt.problem, LARGEST_PROBLEM);
    for (int i = 0; i < MOST_ATTEMPTS && may_pass(status); i++) {
        if (i > 0) {
            (void)poll(NULL, 0, (int)pause_ms);
            pause_ms *= 2;
        }
        status = try_once(&attempt, &why);
        if (status != STATUS_OK && request->out != NULL) {
            request->out->is_full = false;
            buf_truncate(request->out, before);
        }
    }
    buf_fini(&attempt.problem);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}
