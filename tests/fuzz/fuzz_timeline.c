/*
 * Cursors of the timeline, bounds of time and moments: the first byte chooses. A cursor is read to the
 * positions that it was given with, and to none once any of it was changed; a time back from now does not lie ahead; a moment is a
 * position or a span of time, never both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/moment.h"
#include "api/evidence/time_bound.h"
#include "api/evidence/timeline_cursor.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/seal.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keys in memory alone are none: they are made in a directory, which nobody needs once they are read. */
static struct keyring *make_keys(void)
{
    static const char *const files[] = {"keys.mdb", "keys.mdb-lock"};
    char directory[] = "/tmp/fuzz_timeline.XXXXXX";
    char path[64];
    struct keyring *keys = NULL;

    must(mkdtemp(directory) != NULL);
    must(keyring_open(directory, text_lit("secret"), false, &keys, NULL) == STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, files[i]);
        (void)unlink(path);
    }
    must(rmdir(directory) == 0);
    return keys;
}

static struct keyring *keys(void)
{
    static struct keyring *made;

    if (made == NULL)
        made = make_keys();
    return made;
}

static const struct digest asked = {{7}};

static bool is_open(struct text token, struct timeline_cursor *out)
{
    struct error error = {.status = STATUS_OK};
    enum status status = timeline_cursor_open(keys(), asked, token, out, &error);

    must(status == STATUS_OK || strcmp(error.field, "after") == 0);
    return status == STATUS_OK;
}

/* Nobody can make a cursor but whoever has the keys. */
static void read_cursor(struct text token)
{
    struct timeline_cursor read;

    must(!is_open(token, &read));
}

/* Two positions, and which bits of what stands for them are turned. */
static void change_cursor(struct arena *arena, struct bytes data)
{
    struct timeline_cursor given = {0, 0};
    struct timeline_cursor read;
    struct text token;
    struct bytes packed;
    uint8_t *changed;

    if (data.size < 12 || data.data[11] == 0)
        return;
    memcpy(&given.from, data.data, 5);
    memcpy(&given.end, data.data + 5, 5);
    given.end = given.end == 0 ? UINT64_MAX : given.end;
    token = timeline_cursor_seal(keys(), asked, &given, arena);
    must(is_open(token, &read) && read.from == given.from && read.end == given.end);
    must(base64url_decode(arena, token, &packed));
    changed = arena_take(arena, packed.size);
    memcpy(changed, packed.data, packed.size);
    changed[data.data[10] % packed.size] ^= data.data[11];
    read_cursor(base64url_encode(arena, (struct bytes){changed, packed.size}));
}

static void read_time(struct text text)
{
    const struct timestamp now = {INT64_C(1767268800) * US_PER_S};
    struct timestamp first;
    struct timestamp last;

    if (!time_bound_parse(text, now, &first))
        return;
    must(time_bound_parse_last(text, now, &last));
    must(first.us <= last.us);
    must(text.data[0] != '-' || first.us <= now.us);
}

static void read_moment(struct text text)
{
    const struct timestamp now = {INT64_C(1767268800) * US_PER_S};
    struct moment_name name = {.position = -1};

    if (!moment_parse(text, now, &name)) {
        must(name.position == -1);
        return;
    }
    must(name.position >= 0 || name.position == INT64_ABSENT);
    must(timestamp_is_present(name.first) == (name.position == INT64_ABSENT));
    must(name.first.us <= name.last.us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct bytes rest;

    if (size < 1 || size > 1 << 12)
        return 0;
    rest = (struct bytes){data + 1, size - 1};
    if (data[0] % 5 == 0)
        read_cursor(text_of_bytes(rest));
    else if (data[0] % 5 == 1)
        read_cursor(base64url_encode(arena, rest));
    else if (data[0] % 5 == 2)
        read_time(text_of_bytes(rest));
    else if (data[0] % 5 == 3)
        read_moment(text_of_bytes(rest));
    else
        change_cursor(arena, rest);
    return 0;
}
