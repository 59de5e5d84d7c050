/*
 * Which address agents are told, in the contract's order of candidates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/public_url.h"

#include "api/call.h"

static struct text without_suffix(struct text url, struct text suffix)
{
    return text_ends_with(url, suffix) ? text_slice(url, 0, url.size - suffix.size) : url;
}

static struct text host_of(struct text url)
{
    size_t from = text_find(url, ':', 0) + 3;
    struct text rest = text_slice(url, from, url.size);
    size_t end = text_find(rest, '/', 0);

    rest = text_slice(rest, 0, end);
    if (rest.size > 0 && rest.data[0] == '[')
        return text_slice(rest, 1, text_find(rest, ']', 0) - 1);
    return text_slice(rest, 0, text_find(rest, ':', 0));
}

/* Without fragment, trailing slash and API prefix; absent when it is no http or https URL with a
 * host and plain characters. */
static struct text origin_of(struct text url)
{
    url = text_trim(url);
    url = text_slice(url, 0, text_find(url, '#', 0));
    url = without_suffix(url, text_lit("/"));
    url = without_suffix(url, text_lit("/api/v1"));
    url = without_suffix(url, text_lit("/v1"));
    url = without_suffix(url, text_lit("/"));
    if (!text_starts_with(url, text_lit("http://")) && !text_starts_with(url, text_lit("https://")))
        return (struct text){NULL, 0};
    for (size_t i = 0; i < url.size; i++) {
        if (url.data[i] <= ' ' || url.data[i] > '~')
            return (struct text){NULL, 0};
    }
    return host_of(url).size > 0 ? url : (struct text){NULL, 0};
}

static bool is_public(struct text url)
{
    static const char *const internal[] = {"nginx",     "localhost", "127.0.0.1", "0.0.0.0", "api",
                                           "api-setup", "api-a",     "api-b",     "::1"};
    struct text host = host_of(url);

    for (size_t i = 0; i < COUNT_OF(internal); i++) {
        if (text_equal_ignoring_case(host, text_from(internal[i])))
            return false;
    }
    return true;
}

static struct text from_request(struct call *call)
{
    const struct http_request *request = call->request;

    if (request->public_host.size == 0)
        return (struct text){NULL, 0};
    return origin_of(text_format(
        call->arena, "%s://%.*s", request->is_tls ? "https" : "http",
        TEXT_ARGS(request->public_host)));
}

struct text public_url(struct call *call)
{
    struct text set = origin_of(call->services->settings->agent_public_api_url);
    struct text told = origin_of(http_header(call->request, "x-noderax-public-api-url"));
    struct text asked = from_request(call);

    if (text_is_present(set) && is_public(set))
        return text_copy(call->arena, set);
    if (text_is_present(told))
        return text_copy(call->arena, told);
    if (text_is_present(asked))
        return text_copy(call->arena, asked);
    if (text_is_present(set))
        return text_copy(call->arena, set);
    return text_format(
        call->arena, "http://localhost:%lld", (long long)call->services->settings->port);
}
