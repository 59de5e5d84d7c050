/*
 * Addresses of sinks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"

/* How each transport is called, and the port that stands for itself. */
static const struct {
    const char *scheme;
    enum sink_transport transport;
    int64_t port; /* 0: it has none, nor a host */
    bool has_path;
} transports[] = {
    {"https://", SINK_HTTPS, 443, true},
    {"http://", SINK_HTTP, 80, true},
    {"syslog+tls://", SINK_SYSLOG_TLS, 6514, false}, /* RFC 5425 */
    {"syslog+tcp://", SINK_SYSLOG_TCP, 601, false},  /* RFC 6587 */
    {"file:///", SINK_FILE, 0, false},
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

static bool has_words_only(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (!is_word(value.data[i]))
            return false;
    }
    return value.size > 0;
}

/* [::1] */
static bool is_bracketed(struct text host)
{
    if (host.size < 4 || host.data[0] != '[' || host.data[host.size - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < host.size; i++) {
        char c = host.data[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F') &&
            c != ':' && c != '.')
            return false;
    }
    return true;
}

static bool read_port(struct text digits, int64_t *out)
{
    int64_t port = 0;

    for (size_t i = 0; i < digits.size && port <= 65535; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        port = port * 10 + digits.data[i] - '0';
    }
    *out = port;
    return digits.size > 0 && port >= 1 && port <= 65535;
}

/* "host", "host:port", "[::1]:port" */
static bool read_host(struct text authority, int64_t usual_port, struct sink_address *out)
{
    size_t end = text_find(authority, ']', 0);
    size_t colon = text_find(authority, ':', end < authority.size ? end : 0);

    out->host = text_slice(authority, 0, colon);
    out->port = usual_port;
    if (colon < authority.size &&
        !read_port(text_slice(authority, colon + 1, authority.size), &out->port))
        return false;
    return out->host.size <= SINK_LONGEST_HOST &&
           (has_words_only(out->host) || is_bracketed(out->host));
}

/* What a URL may have: nothing that would end it in a header. */
static bool is_printable(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] <= ' ' || value.data[i] >= 0x7f || value.data[i] == '#')
            return false;
    }
    return true;
}

static bool read_file(struct text name, struct sink_address *out)
{
    out->file = name;
    return has_words_only(name) && name.size <= SINK_LONGEST_FILE && name.data[0] != '.';
}

bool sink_address_read(struct text address, struct sink_address *out)
{
    struct sink_address read = {.port = 0};
    struct text rest;
    size_t slash;

    for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
        struct text scheme = text_from(transports[i].scheme);
        if (!text_starts_with(address, scheme) || !is_printable(address))
            continue;
        read.transport = transports[i].transport;
        if (out != NULL)
            *out = read;
        rest = text_slice(address, scheme.size, address.size);
        slash = transports[i].has_path ? text_find(rest, '/', 0) : rest.size;
        if (!(transports[i].port == 0
                  ? read_file(rest, &read)
                  : read_host(text_slice(rest, 0, slash), transports[i].port, &read)))
            return false;
        if (out != NULL)
            *out = read;
        return true;
    }
    return false;
}
