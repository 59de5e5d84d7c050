/*
 * Forwarded headers.
 *
 * Forwarded is parsed strictly from its left end: a client that opens a quoted string there would
 * otherwise swallow what the proxy appends. A broken header is refused, not guessed at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/forwarded.h"

#include "core/http/grammar.h"

enum { MOST_HOPS = 64 };

/* One element: what one proxy says of its peer. */
struct hop {
    struct text node; /* absent: not said */
    struct text proto;
    struct text host;
};

struct hops {
    struct hop items[MOST_HOPS];
    size_t count;
};

static bool refuse(struct http_defect *defect, const char *reason)
{
    *defect = (struct http_defect){400, reason};
    return false;
}

/* "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80", and a bare IPv6 address, which
 * X-Forwarded-For has. */
static bool parse_node(struct text node, struct http_address *out)
{
    size_t end;

    if (node.size > 0 && node.data[0] == '[') {
        end = text_find(node, ']', 0);
        return (end + 1 == node.size || (end < node.size && node.data[end + 1] == ':')) &&
               http_address_parse(text_slice(node, 1, end - 1), out);
    }
    end = text_find(node, ':', 0);
    if (end < node.size && text_find(node, ':', end + 1) == node.size)
        node = text_slice(node, 0, end);
    return http_address_parse(node, out);
}

static void skip_blanks(struct text *rest)
{
    while (rest->size > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = text_slice(*rest, 1, rest->size);
}

/* Takes signs of a token off; false when there are none. */
static bool take_token(struct text *rest, struct text *out)
{
    size_t size = 0;

    while (size < rest->size && http_is_token_char(rest->data[size]))
        size++;
    *out = text_slice(*rest, 0, size);
    *rest = text_slice(*rest, size, rest->size);
    return size > 0;
}

static bool take_sign(struct text *rest, char sign)
{
    if (rest->size == 0 || rest->data[0] != sign)
        return false;
    *rest = text_slice(*rest, 1, rest->size);
    return true;
}

/* A token or a quoted string. Nothing that names a node needs a backslash in it. */
static bool take_value(struct text *rest, struct text *out)
{
    size_t end;

    if (!take_sign(rest, '"'))
        return take_token(rest, out);
    end = text_find(*rest, '"', 0);
    if (end == rest->size)
        return false;
    *out = text_slice(*rest, 0, end);
    *rest = text_slice(*rest, end + 1, rest->size);
    return text_find(*out, '\\', 0) == out->size;
}

static bool take_pair(struct text *rest, struct hop *hop)
{
    struct text name;
    struct text value;

    if (!take_token(rest, &name) || !take_sign(rest, '=') || !take_value(rest, &value))
        return false;
    if (text_equal_ignoring_case(name, text_lit("for")))
        hop->node = value;
    else if (text_equal_ignoring_case(name, text_lit("proto")))
        hop->proto = value;
    else if (text_equal_ignoring_case(name, text_lit("host")))
        hop->host = value;
    return true;
}

/* Pairs up to the next comma or the end of the line. */
static bool take_hop(struct text *rest, struct hop *hop)
{
    do {
        skip_blanks(rest);
        if (rest->size == 0 || rest->data[0] == ',' || rest->data[0] == ';')
            continue; /* nothing stands there, which lists allow */
        if (!take_pair(rest, hop))
            return false;
        skip_blanks(rest);
    } while (take_sign(rest, ';'));
    return rest->size == 0 || rest->data[0] == ',';
}

static bool add_forwarded(struct text line, struct hops *hops)
{
    do {
        struct hop hop = {.node = {NULL, 0}};
        bool is_empty;

        skip_blanks(&line);
        is_empty = line.size == 0 || line.data[0] == ',';
        if (hops->count == MOST_HOPS || !take_hop(&line, &hop))
            return false;
        if (!is_empty)
            hops->items[hops->count++] = hop;
    } while (take_sign(&line, ','));
    return true;
}

static bool add_forwarded_for(struct text line, struct hops *hops)
{
    while (text_is_present(line)) {
        struct text node = http_trim(text_cut(&line, ','));
        if (node.size == 0)
            continue;
        if (hops->count == MOST_HOPS)
            return false;
        hops->items[hops->count++] = (struct hop){.node = node};
    }
    return true;
}

/* All lines of a field are one list (RFC 9110, section 5.3). False when one is malformed. */
static bool gather_hops(
    const struct http_request *request,
    const char *name,
    bool (*add)(struct text line, struct hops *hops),
    struct hops *out)
{
    out->count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        if (text_equal_ignoring_case(request->headers[i].name, text_from(name)) &&
            !add(request->headers[i].value, out))
            return false;
    }
    return true;
}

/* From the right to the first that is no trusted proxy. The hop that named it, or NULL. */
static const struct hop *
walk(const struct hops *hops, const struct http_networks *trusted, struct http_address *address)
{
    const struct hop *named_by = NULL;

    for (size_t i = hops->count; i > 0 && http_networks_have(trusted, address); i--) {
        if (!parse_node(hops->items[i - 1].node, address))
            return &hops->items[i - 1]; /* "unknown", or hidden: its proxy is all we know */
        named_by = &hops->items[i - 1];
    }
    return named_by;
}

/* The last entry of a list, which the nearest proxy wrote; absent without one. */
static struct text last_entry(const struct http_request *request, const char *name)
{
    struct text last = {NULL, 0};

    for (size_t i = 0; i < request->header_count; i++) {
        struct text rest = request->headers[i].value;
        if (!text_equal_ignoring_case(request->headers[i].name, text_from(name)))
            continue;
        while (text_is_present(rest))
            last = http_trim(text_cut(&rest, ','));
    }
    return last;
}

static void take_target(struct http_client *client, struct text proto, struct text host)
{
    if (text_equal_ignoring_case(proto, text_lit("https")))
        client->is_tls = true;
    else if (text_equal_ignoring_case(proto, text_lit("http")))
        client->is_tls = false;
    if (host.size > 0 && http_is_host(host))
        client->host = host;
}

static bool is_same(const struct http_address *a, const struct http_address *b)
{
    char printed_a[HTTP_PEER_SIZE];
    char printed_b[HTTP_PEER_SIZE];

    http_address_print(a, printed_a);
    http_address_print(b, printed_b);
    return text_is(text_from(printed_a), printed_b);
}

bool http_forwarded_read(
    const struct http_request *request,
    const struct http_networks *trusted,
    struct http_client *client,
    struct http_defect *defect)
{
    struct http_address by_forwarded = client->address;
    struct http_address by_list = client->address;
    const struct hop *hop;
    struct hops forwarded;
    struct hops list;

    if (!http_networks_have(trusted, &client->address))
        return true;
    if (!gather_hops(request, "Forwarded", add_forwarded, &forwarded))
        return refuse(defect, "The Forwarded header field is malformed.");
    if (!gather_hops(request, "X-Forwarded-For", add_forwarded_for, &list))
        return refuse(defect, "X-Forwarded-For names too many addresses.");
    hop = walk(&forwarded, trusted, &by_forwarded);
    (void)walk(&list, trusted, &by_list);
    if (forwarded.count > 0 && list.count > 0 && !is_same(&by_forwarded, &by_list))
        return refuse(
            defect, "Forwarded and X-Forwarded-For name different clients: the proxy must remove "
                    "the one that it does not write.");
    client->address = forwarded.count > 0 ? by_forwarded : by_list;
    take_target(
        client, last_entry(request, "X-Forwarded-Proto"), last_entry(request, "X-Forwarded-Host"));
    if (hop != NULL)
        take_target(client, hop->proto, hop->host);
    return true;
}

bool http_forwarded_name(
    struct http_request *request,
    const struct http_networks *trusted,
    struct http_client *client,
    struct arena *arena,
    struct http_defect *defect)
{
    char printed[HTTP_PEER_SIZE];

    client->host = http_header(request, "Host");
    if (trusted != NULL && !http_forwarded_read(request, trusted, client, defect))
        return false;
    http_address_print(&client->address, printed);
    request->remote_address = text_copy(arena, text_from(printed));
    request->public_host = client->host;
    request->is_tls = client->is_tls;
    return true;
}
