/*
 * Addresses, taken apart by libcurl.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/address.h"

#include "core/base/arena.h"
#include "core/base/must.h"

#include <curl/curl.h>

#include <string.h>

enum { ARENA_BYTES = 1 << 16 };

static enum status refuse(struct text url, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "url_invalid",
        "\"%.*s\" is no address of a server: write https://host or http://host, with a port and a path "
        "if need be",
        TEXT_ARGS(text_first_bytes(url, 200)));
}

static bool has_part(CURLU *parts, CURLUPart part)
{
    char *value = NULL;
    bool has = curl_url_get(parts, part, &value, 0) == CURLUE_OK;

    curl_free(value);
    return has;
}

static bool part_is(CURLU *parts, CURLUPart part, const char *wanted)
{
    char *value = NULL;
    bool is = curl_url_get(parts, part, &value, 0) == CURLUE_OK && strcmp(value, wanted) == 0;

    curl_free(value);
    return is;
}

static bool is_this_machine(CURLU *parts)
{
    return part_is(parts, CURLUPART_HOST, "localhost") ||
           part_is(parts, CURLUPART_HOST, "127.0.0.1") || part_is(parts, CURLUPART_HOST, "[::1]");
}

enum status
outbound_address_read(struct text given, struct outbound_address *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct outbound_address address = {.url = text_trim(given)};
    CURLU *parts = curl_url();
    bool is_sound;

    must(parts != NULL);
    while (text_ends_with(address.url, text_lit("/")))
        address.url.size--;
    is_sound = text_is_printable(address.url, false) &&
               text_find(address.url, ' ', 0) == address.url.size &&
               address.url.size < ARENA_BYTES / 2 &&
               curl_url_set(parts, CURLUPART_URL, text_c(arena, address.url), 0) == CURLUE_OK;
    address.is_secure = part_is(parts, CURLUPART_SCHEME, "https");
    address.is_here = is_this_machine(parts);
    is_sound = is_sound && (address.is_secure || part_is(parts, CURLUPART_SCHEME, "http")) &&
               !has_part(parts, CURLUPART_USER) && !has_part(parts, CURLUPART_PASSWORD) &&
               !has_part(parts, CURLUPART_QUERY) && !has_part(parts, CURLUPART_FRAGMENT);
    curl_url_cleanup(parts);
    if (!is_sound)
        return refuse(address.url, error);
    *out = address;
    return STATUS_OK;
}
