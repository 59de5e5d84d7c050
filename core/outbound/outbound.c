/*
 * What mail and web share: one handle of libcurl, its time-outs and its errors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/outbound_internal.h"

#include <sys/socket.h>

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

void outbound_allow(struct outbound *outbound, const struct http_networks *networks)
{
    outbound->allowed = *networks;
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
    outbound->refused = REACH_FINE;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, outbound->error);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, outbound);
    set_limits(curl, &outbound->limits);
    return curl;
}

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct outbound *outbound = context;

    (void)purpose;
    outbound->refused = reach_ask(outbound->reach, &outbound->allowed, &address->addr);
    if (outbound->refused != REACH_FINE)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void outbound_drop(struct outbound *outbound)
{
    curl_easy_cleanup(outbound->curl);
    outbound->curl = curl_easy_init();
    must(outbound->curl != NULL);
}

/* Those whom users have named get a connection of their own, and by no proxy: one that is kept may lead
 * to where they may not, and so may a proxy. */
void outbound_distrust(struct outbound *outbound, enum reach reach)
{
    outbound->reach = reach;
    curl_easy_setopt(outbound->curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(outbound->curl, CURLOPT_OPENSOCKETDATA, outbound);
    curl_easy_setopt(outbound->curl, CURLOPT_FOLLOWLOCATION, 0L);
    if (reach == REACH_NETWORK)
        return;
    curl_easy_setopt(outbound->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(outbound->curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(outbound->curl, CURLOPT_FORBID_REUSE, 1L);
}

void outbound_trust(struct outbound *outbound, struct text ca_file, struct arena *arena)
{
    if (ca_file.size > 0)
        curl_easy_setopt(outbound->curl, CURLOPT_CAINFO, text_c(arena, ca_file));
}

enum status outbound_failed(struct outbound *outbound, CURLcode code, struct error *error)
{
    const char *said;
    enum status status = code == CURLE_OPERATION_TIMEDOUT ? STATUS_TIMED_OUT : STATUS_UNAVAILABLE;

    if (outbound->refused == REACH_LINK)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "address_not_allowed",
            "the host has an address of the link, which is not used");
    if (outbound->refused == REACH_PRIVATE)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "address_not_allowed",
            "the host has an address that is not public, and OUTBOUND_ALLOW does not name it");
    said = outbound->error[0] != '\0' ? outbound->error : curl_easy_strerror(code);

    return error_set(error, status, "%s", said);
}
