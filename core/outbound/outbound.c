/*
 * What mail and web share: one handle of libcurl, its time-outs and its errors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/outbound_internal.h"

enum { LEAST_BYTES_PER_S = 100 };

const struct outbound_limits outbound_usual_limits = {.connect_s = 5, .answer_s = 5, .whole_s = 10};

struct outbound *outbound_new(const struct outbound_limits *limits)
{
    struct outbound *outbound = heap_new(sizeof(*outbound));

    outbound->limits = *limits;
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); /* counted, and safe among threads */
    outbound->curl = curl_easy_init();
    must(outbound->curl != NULL);
    return outbound;
}

void outbound_free(struct outbound *outbound)
{
    if (outbound == NULL)
        return;
    curl_easy_cleanup(outbound->curl);
    curl_global_cleanup();
    heap_free(outbound);
}

void outbound_cancel(struct outbound *outbound)
{
    atomic_store(&outbound->is_cancelled, true);
}

/* libcurl asks at least once a second; anything but 0 ends the transfer. */
static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct outbound *outbound = context;

    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&outbound->is_cancelled) ? 1 : 0;
}

/* What a peer says in SMTP is no transfer for libcurl: it has a time of its own. */
static void set_limits(CURL *curl, const struct outbound_limits *limits)
{
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)limits->connect_s);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)limits->answer_s);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_BYTES_PER_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)limits->answer_s);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)limits->whole_s);
}

CURL *outbound_begin(struct outbound *outbound)
{
    CURL *curl = outbound->curl;

    outbound->error[0] = '\0';
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, outbound->error);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, outbound);
    set_limits(curl, &outbound->limits);
    return curl;
}

enum status outbound_failed(struct outbound *outbound, CURLcode code, struct error *error)
{
    enum status status = code == CURLE_OPERATION_TIMEDOUT ? STATUS_TIMED_OUT : STATUS_UNAVAILABLE;
    const char *said = outbound->error[0] != '\0' ? outbound->error : curl_easy_strerror(code);

    return error_set(error, status, "%s", said);
}
