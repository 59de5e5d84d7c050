/*
 * What every answer carries: headers that tell browsers to be careful, and which origins may read
 * it (WHATWG Fetch, section 3.2).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/default_headers.h"

#include "api/epoch.h"

static const struct http_header security_headers[] = {
    {TEXT_OF("Content-Security-Policy"),
     TEXT_OF("default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';"
             "frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';"
             "script-src-attr 'none';style-src 'self' https: 'unsafe-inline';"
             "upgrade-insecure-requests")},
    {TEXT_OF("Cross-Origin-Opener-Policy"), TEXT_OF("same-origin")},
    {TEXT_OF("Cross-Origin-Resource-Policy"), TEXT_OF("same-origin")},
    {TEXT_OF("Origin-Agent-Cluster"), TEXT_OF("?1")},
    {TEXT_OF("Referrer-Policy"), TEXT_OF("no-referrer")},
    {TEXT_OF("Strict-Transport-Security"), TEXT_OF("max-age=31536000; includeSubDomains")},
    {TEXT_OF("X-Content-Type-Options"), TEXT_OF("nosniff")},
    {TEXT_OF("X-DNS-Prefetch-Control"), TEXT_OF("off")},
    {TEXT_OF("X-Download-Options"), TEXT_OF("noopen")},
    {TEXT_OF("X-Frame-Options"), TEXT_OF("SAMEORIGIN")},
    {TEXT_OF("X-Permitted-Cross-Domain-Policies"), TEXT_OF("none")},
    {TEXT_OF("X-XSS-Protection"), TEXT_OF("0")},
};

/* All that this server sends and a page cannot read unless it is told so. */
static const struct text exposed_headers =
    TEXT_OF("Accept-Encoding, Accept-Post, ETag, Ledger-Epoch, Ledger-Position, "
            "Ledger-Size, Link, Retry-After, "
            "X-Correlation-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");

static struct text without_quotes_and_slash(struct text entry)
{
    entry = text_trim(entry);
    while (entry.size > 1 && (entry.data[0] == '"' || entry.data[0] == '\''))
        entry = text_slice(entry, 1, entry.size - 2);
    if (entry.size > 0 && entry.data[entry.size - 1] == '/')
        entry.size--;
    return entry;
}

/* Scheme and host of an entry; a path says nothing about an origin. */
static struct text without_path(struct text entry)
{
    size_t scheme = text_find(entry, ':', 0);
    bool has_scheme = text_starts_with(text_slice(entry, scheme, entry.size), text_lit("://"));

    return text_slice(entry, 0, text_find(entry, '/', has_scheme ? scheme + 3 : 0));
}

static bool is_local(struct text host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct text name = text_from(names[i]);
        if (text_starts_with(host, name) && (host.size == name.size || host.data[name.size] == ':'))
            return true;
    }
    return false;
}

/* An entry may be a bare host: https, but http for this machine's own names. */
static bool is_origin_of(struct text entry, struct text origin)
{
    struct text scheme;

    if (text_contains(entry, text_lit("://")))
        return text_equal_ignoring_case(entry, origin);
    scheme = is_local(entry) ? text_lit("http://") : text_lit("https://");
    return text_starts_with(origin, scheme) &&
           text_equal_ignoring_case(entry, text_slice(origin, scheme.size, origin.size));
}

bool default_headers_allow_origin(struct text allowed, struct text origin)
{
    if (!text_is_present(origin) || allowed.size == 0)
        return true;
    for (struct text rest = allowed; text_is_present(rest);) {
        struct text entry = without_path(without_quotes_and_slash(text_cut(&rest, ',')));
        if (text_is(entry, "*") ||
            (entry.size > 0 && is_origin_of(entry, without_quotes_and_slash(origin))))
            return true;
    }
    return false;
}

void default_headers_add(struct call *call)
{
    struct text origin = http_header(call->request, "Origin");

    for (size_t i = 0; i < COUNT_OF(security_headers); i++)
        call->headers[call->header_count++] = security_headers[i];
    call_header(call, "X-Correlation-ID", call->correlation);
    call_header(call, "Vary", text_lit("Origin"));
    if (text_is_present(epoch_text(call)))
        call_header(call, "Ledger-Epoch", epoch_text(call));
    if (!call->is_of_our_origins)
        return;
    call_header(call, "Access-Control-Allow-Credentials", text_lit("true"));
    if (!text_is_present(origin))
        return;
    call_header(call, "Access-Control-Allow-Origin", origin);
    call_header(call, "Access-Control-Expose-Headers", exposed_headers);
}

void default_headers_answer_preflight(struct call *call)
{
    struct text wanted = http_header(call->request, "Access-Control-Request-Headers");

    call_header(call, "Vary", text_lit("Access-Control-Request-Headers"));
    call_header(call, "Access-Control-Allow-Methods", text_lit("GET,HEAD,PUT,PATCH,POST,DELETE"));
    if (text_is_present(wanted))
        call_header(call, "Access-Control-Allow-Headers", wanted);
    call_header(call, "Access-Control-Max-Age", text_lit("600"));
    call_answer_json(call, 204, text_lit(""));
}
