/*
 * Entity tags (RFC 9110, section 8.8.3): "7-5f1c…" for a row of revision 7, W/"5f1c…" for everything
 * else.
 *
 * The digits behind the dash are of the body: rows are shown with what belongs to others (the
 * caller's role, a person's name, when a node was last heard), and a tag must change with whatever
 * is seen. For If-Match the revision alone counts: what is changed is the row.
 *
 * The same row packed by gzip is other bytes, and has the tag "7-5f1c…-gzip", as Apache's has; a weak
 * tag is of what they say, and the same for both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/entity_tag.h"

#include "core/base/encode.h"
#include "core/crypto/crypto.h"

#include <string.h>

struct text entity_tag(struct arena *arena, int64_t revision, struct text body)
{
    struct digest digest = sha256(bytes_of_text(body));
    struct text hash = hex_encode(arena, (struct bytes){digest.bytes, 8});

    if (revision == INT64_ABSENT)
        return text_format(arena, "W/\"%.*s\"", TEXT_ARGS(hash));
    return text_format(arena, "\"%lld-%.*s\"", (long long)revision, TEXT_ARGS(hash));
}

struct text entity_tag_packed(struct arena *arena, struct text tag)
{
    if (text_starts_with(tag, text_lit("W/")))
        return tag;
    return text_format(arena, "%.*s-gzip\"", TEXT_ARGS(text_slice(tag, 0, tag.size - 1)));
}

/* One tag of a header: what stands between its quotes. */
struct tag {
    struct text opaque;
    bool is_weak;
};

static bool is_tag_char(char c)
{
    return (unsigned char)c > 0x20 && c != '"' && c != 0x7f;
}

static struct text skip(struct text rest, const char *what)
{
    while (rest.size > 0 && strchr(what, rest.data[0]) != NULL)
        rest = text_slice(rest, 1, rest.size);
    return rest;
}

/* Takes the next tag off a list; false at its end, and where there is none (`rest` stays then). */
static bool take_tag(struct text *rest, struct tag *out)
{
    struct text at = skip(*rest, ", \t");
    size_t end = 1;

    out->is_weak = text_starts_with(at, text_lit("W/"));
    if (out->is_weak)
        at = text_slice(at, 2, at.size);
    if (at.size == 0 || at.data[0] != '"')
        return false;
    while (end < at.size && is_tag_char(at.data[end]))
        end++;
    if (end == at.size || at.data[end] != '"')
        return false;
    out->opaque = text_slice(at, 1, end - 1);
    at = skip(text_slice(at, end + 1, at.size), " \t");
    if (at.size > 0 && at.data[0] != ',')
        return false;
    *rest = at;
    return true;
}

bool entity_tag_matches(struct text if_none_match, struct text tag)
{
    struct text rest = if_none_match;
    struct tag known;
    struct tag candidate;

    if (text_is(text_trim(rest), "*"))
        return true;
    if (!take_tag(&tag, &known))
        return false;
    while (take_tag(&rest, &candidate)) {
        if (text_equal(candidate.opaque, known.opaque))
            return true;
    }
    return false;
}

/* "7-5f1c…", or "7" alone. */
static bool revision_of(struct tag tag, int64_t *out)
{
    struct text number = text_cut(&tag.opaque, '-');

    return !tag.is_weak && text_to_int64(number, out) && *out >= 0;
}

bool entity_tag_if_match(struct text header, struct if_match *out)
{
    struct text rest = text_trim(header);
    struct tag tag;
    int64_t revision;

    *out = (struct if_match){.is_demanded = header.data != NULL && !text_is(rest, "*")};
    if (!out->is_demanded)
        return true;
    if (rest.size == 0)
        return false;
    while (take_tag(&rest, &tag)) {
        if (!revision_of(tag, &revision))
            continue;
        if (out->count == ENTITY_TAG_MOST)
            return false;
        out->revisions[out->count++] = revision;
    }
    return skip(rest, ", \t").size == 0;
}
