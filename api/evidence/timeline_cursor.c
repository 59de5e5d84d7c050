/*
 * Sealing cursors of the timeline, and opening them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline_cursor.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/keyed_digest.h"

enum { VERSION = 2, NAME_SIZE = 8, SEAL_SIZE = 16, ARENA_BYTES = 64 << 10 };

struct sealed_cursor {
    int64_t version;
    struct bytes name;
    int64_t from;
    int64_t end; /* absent: the head */
    struct bytes seal;
};
static const struct field sealed_cursor_fields[] = {
    {INT64(sealed_cursor, version), .tag = 1, .flags = REQUIRED, .doc = "Form of the cursor."},
    {BYTES(sealed_cursor, name), .tag = 2, .flags = REQUIRED, .doc = "What was asked."},
    {INT64(sealed_cursor, from), .tag = 3, .flags = REQUIRED, .doc = "First position left."},
    {INT64(sealed_cursor, end), .tag = 4, .doc = "Position behind the last; absent: the head."},
    {BYTES(sealed_cursor, seal), .tag = 5, .flags = REQUIRED, .doc = "Seal of all of it."},
};
static const struct shape sealed_cursor_shape =
    SHAPE_WITH(sealed_cursor, "Where a page of the timeline ended.", .form = FORM_ARRAY);

static struct digest
seal_of(struct keyring *keyring, struct digest asked, const struct timeline_cursor *cursor)
{
    const struct cursor_digest sealed = {asked, cursor->from, cursor->end};

    return keyed_digest_cursor(keyring, &sealed);
}

/* No cursor is left without positions, so that these are free to stand for the question alone. */
static struct digest name_of(struct keyring *keyring, struct digest asked)
{
    return seal_of(keyring, asked, &(struct timeline_cursor){0, 0});
}

struct text timeline_cursor_seal(
    struct keyring *keyring,
    struct digest asked,
    const struct timeline_cursor *cursor,
    struct arena *arena)
{
    const struct digest name = name_of(keyring, asked);
    const struct digest seal = seal_of(keyring, asked, cursor);
    const struct sealed_cursor sealed = {
        .version = VERSION,
        .name = {name.bytes, NAME_SIZE},
        .from = (int64_t)cursor->from,
        .end = cursor->end == UINT64_MAX ? INT64_ABSENT : (int64_t)cursor->end,
        .seal = {seal.bytes, SEAL_SIZE},
    };
    AUTO_BUF packed = {0};

    must(cursor->end > 0);
    buf_init(&packed, TIMELINE_CURSOR_MOST);
    shape_pack(&sealed_cursor_shape, &sealed, &packed);
    must(!buf_is_full(&packed));
    return base64url_encode(arena, buf_bytes(&packed));
}

static enum status refuse(const char *why, struct error *error)
{
    return error_set_field(error, "invalid_cursor", "after", "%s", why);
}

static bool is_named(const struct sealed_cursor *read, struct digest name)
{
    return read->name.size == NAME_SIZE &&
           crypto_equal(read->name, (struct bytes){name.bytes, NAME_SIZE});
}

/* One cursor has one spelling: numbers have several in MessagePack, and a token that was changed is none. */
static bool is_as_given(struct text token, struct text given)
{
    return token.size == given.size && crypto_equal(bytes_of_text(token), bytes_of_text(given));
}

enum status timeline_cursor_open(
    struct keyring *keyring,
    struct digest asked,
    struct text token,
    struct timeline_cursor *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct sealed_cursor read;
    struct timeline_cursor cursor;
    struct bytes packed;

    if (!base64url_decode(arena, token, &packed) ||
        shape_unpack(&sealed_cursor_shape, packed, arena, &read, NULL) != STATUS_OK ||
        read.version != VERSION)
        return refuse("must be a cursor that was given with the same filters", error);
    if (!is_named(&read, name_of(keyring, asked)))
        return refuse(
            "was given for another question: hand it back with the same filters and window", error);
    cursor.from = (uint64_t)read.from;
    cursor.end = read.end == INT64_ABSENT ? UINT64_MAX : (uint64_t)read.end;
    if (cursor.end == 0 ||
        !is_as_given(token, timeline_cursor_seal(keyring, asked, &cursor, arena)))
        return refuse("was changed since it was given: begin without it", error);
    *out = cursor;
    return STATUS_OK;
}
