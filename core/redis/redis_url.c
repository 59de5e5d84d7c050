/*
 * redis://user:password@host:port/0, with what is no letter or digit in user and password as %40.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/redis/redis_url.h"

#include "core/base/encode.h"
#include "core/redis/redis.h"

#include <string.h>
#include <sys/un.h>

enum { LONGEST_HOST = 255, URL_ARENA = 64 << 10 };

/* False where an escape is none, or stands for a zero. */
static bool unescape(struct text escaped, struct arena *arena, struct text *out)
{
    return percent_decode(arena, escaped, out) && memchr(out->data, '\0', out->size) == NULL;
}

static bool read_credentials(struct text given, struct arena *arena, struct redis_url *out)
{
    struct text user = text_cut(&given, ':');

    if (user.size > 0 && !unescape(user, arena, &out->user))
        return false;
    if (given.data != NULL && !unescape(given, arena, &out->password))
        return false;
    return out->user.size == 0 || text_is_present(out->password);
}

static bool read_port(struct text given, struct redis_url *out)
{
    int64_t port = REDIS_PORT;

    if (given.data != NULL && (!text_to_int64(given, &port) || port < 1 || port > 65535))
        return false;
    out->port = (int)port;
    return true;
}

static bool is_host(struct text host)
{
    static const char others[] = "-._:";

    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return true;
}

/* "host", "host:6380", "[::1]:6380" */
static bool read_host(struct text given, struct arena *arena, struct redis_url *out)
{
    struct text host;

    if (given.size > 0 && given.data[0] == '[') {
        given = text_slice(given, 1, given.size - 1);
        if (text_find(given, ']', 0) == given.size)
            return false;
        host = text_cut(&given, ']');
        if (given.size > 0 && given.data[0] != ':')
            return false;
        given = given.size > 0 ? text_slice(given, 1, given.size - 1) : (struct text){NULL, 0};
    } else {
        host = text_cut(&given, ':');
    }
    if (host.size == 0 || host.size > LONGEST_HOST || !is_host(host))
        return false;
    out->host = text_c(arena, host);
    return read_port(given, out);
}

/* What stands behind the host: nothing, or a number. */
static bool is_database(struct text path)
{
    int64_t number = 0;

    return path.size == 0 || (text_to_int64(path, &number) && number >= 0);
}

static bool read_place(struct text place, struct arena *arena, struct redis_url *out)
{
    struct text host = text_cut(&place, '/');

    return is_database(place) && read_host(host, arena, out);
}

static bool read_path(struct text path, struct arena *arena, struct redis_url *out)
{
    struct sockaddr_un address;

    if (path.size < 2 || path.data[0] != '/' || path.size >= sizeof(address.sun_path))
        return false;
    out->path = text_c(arena, path);
    return true;
}

static struct text without(struct text url, struct text scheme)
{
    return text_slice(url, scheme.size, url.size - scheme.size);
}

/* A password may not have an @ that is not escaped, so the first one ends it. */
static bool read_rest(struct text rest, bool is_unix, struct arena *arena, struct redis_url *out)
{
    size_t at = text_find(rest, '@', 0);

    if (at < rest.size) {
        if (!read_credentials(text_slice(rest, 0, at), arena, out))
            return false;
        rest = text_slice(rest, at + 1, rest.size - at - 1);
    }
    return is_unix ? read_path(rest, arena, out) : read_place(rest, arena, out);
}

bool redis_url_read(struct text url, struct arena *arena, struct redis_url *out)
{
    const struct text plain = text_lit("redis://");
    const struct text tls = text_lit("rediss://");
    const struct text path = text_lit("unix://");

    *out = (struct redis_url){.path = NULL};
    if (!text_is_clean_utf8(url))
        return false;
    if (text_starts_with(url, plain))
        return read_rest(without(url, plain), false, arena, out);
    if (text_starts_with(url, path))
        return read_rest(without(url, path), true, arena, out);
    out->is_tls = true;
    return text_starts_with(url, tls) && read_rest(without(url, tls), false, arena, out);
}

bool redis_url_is_valid(struct text url)
{
    AUTO_ARENA arena = arena_new(URL_ARENA);
    struct redis_url read;

    return redis_url_read(url, arena, &read);
}
