/*
 * Forwarded headers: whatever a client writes, a trusted proxy that appends its peer's address is
 * believed or the request refused; never is the client's own word taken. And from a peer that is not
 * trusted nothing counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/http/forwarded.h"
#include "core/http/grammar.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 1 << 20, LONGEST = 32768 };

static struct http_address address_of(const char *text)
{
    struct http_address address = {.is_unix = true};

    must(http_address_parse(text_from(text), &address));
    return address;
}

static bool is(const struct http_address *address, const char *wanted)
{
    char printed[HTTP_PEER_SIZE];

    http_address_print(address, printed);
    return text_is(text_from(printed), wanted);
}

static void read_with(const char *name, struct text clients, const char *appended)
{
    AUTO_ARENA arena = arena_new(ARENA);
    struct http_header header = {
        text_from(name), text_format(arena, "%.*s, %s", TEXT_ARGS(clients), appended)};
    const struct http_request request = {.headers = &header, .header_count = 1};
    struct http_client client = {.address = address_of("10.0.0.1")};
    struct http_networks trusted;
    struct http_defect defect;

    must(http_networks_parse(text_lit("10.0.0.0/8"), &trusted));
    must(
        !http_forwarded_read(&request, &trusted, &client, &defect) ||
        is(&client.address, "203.0.113.9"));
    client = (struct http_client){.address = address_of("192.0.2.1")};
    must(http_forwarded_read(&request, &trusted, &client, &defect));
    must(is(&client.address, "192.0.2.1"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text clients = {(const char *)data, size};

    if (size > LONGEST || !http_is_field_value(clients))
        return 0; /* no such value passes the head's parser */
    read_with("X-Forwarded-For", clients, "203.0.113.9");
    read_with("Forwarded", clients, "for=203.0.113.9");
    read_with("Forwarded", clients, "for=\"203.0.113.9:4711\";proto=https");
    return 0;
}
