/*
 * What mail and web share: one handle of libcurl, its time-outs and its errors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/outbound/outbound_internal.h"

#include <arpa/inet.h>
#include <string.h>
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
    outbound->met_link = false;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, outbound->error);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, outbound);
    set_limits(curl, &outbound->limits);
    return curl;
}

static bool is_of_link(const struct sockaddr *address)
{
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *bytes;

    if (address->sa_family == AF_INET)
        return ntohl(four->sin_addr.s_addr) >> 16 == 0xa9fe;
    if (address->sa_family != AF_INET6)
        return false;
    bytes = six->sin6_addr.s6_addr;
    if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
        return bytes[12] == 0xa9 && bytes[13] == 0xfe;
    return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct outbound *outbound = context;

    (void)purpose;
    if (is_of_link(&address->addr)) {
        outbound->met_link = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void outbound_drop(struct outbound *outbound)
{
    curl_easy_cleanup(outbound->curl);
    outbound->curl = curl_easy_init();
    must(outbound->curl != NULL);
}

void outbound_distrust(struct outbound *outbound)
{
    curl_easy_setopt(outbound->curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(outbound->curl, CURLOPT_OPENSOCKETDATA, outbound);
    curl_easy_setopt(outbound->curl, CURLOPT_FOLLOWLOCATION, 0L);
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
    if (outbound->met_link)
        return error_set(
            error, STATUS_UNAVAILABLE, "the host has an address of the link, which is not used");
    said = outbound->error[0] != '\0' ? outbound->error : curl_easy_strerror(code);

    return error_set(error, status, "%s", said);
}
