/*
 * Entity tags (RFC 9110, section 8.8.3): "7" for what has revision 7; W/"7-5f1c…" where live state
 * is joined to it; W/"5f1c…" for everything else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/entity_tag.h"

#include "core/base/encode.h"
#include "core/crypto/crypto.h"

struct text entity_tag(struct arena *arena, int64_t revision, bool is_weak, struct text body)
{
    struct digest digest;
    struct text hash;

    if (revision != INT64_ABSENT && !is_weak)
        return text_format(arena, "\"%lld\"", (long long)revision);
    digest = sha256(bytes_of_text(body));
    hash = hex_encode(arena, (struct bytes){digest.bytes, 8});
    if (revision != INT64_ABSENT)
        return text_format(arena, "W/\"%lld-%.*s\"", (long long)revision, TEXT_ARGS(hash));
    return text_format(arena, "W/\"%.*s\"", TEXT_ARGS(hash));
}

static struct text opaque(struct text tag)
{
    tag = text_trim(tag);
    if (text_starts_with(tag, text_lit("W/")))
        tag = text_slice(tag, 2, tag.size);
    return tag;
}

bool entity_tag_matches(struct text if_none_match, struct text tag)
{
    for (struct text rest = if_none_match; text_is_present(rest);) {
        struct text candidate = text_cut(&rest, ',');
        if (text_is(text_trim(candidate), "*") || text_equal(opaque(candidate), opaque(tag)))
            return true;
    }
    return false;
}

bool entity_tag_revision(struct text if_match, int64_t *out)
{
    struct text tag;
    struct text number;

    *out = INT64_ABSENT;
    if (!text_is_present(if_match) || text_is(text_trim(if_match), "*"))
        return true;
    tag = opaque(if_match);
    if (tag.size < 3 || tag.data[0] != '"' || tag.data[tag.size - 1] != '"')
        return false;
    tag = text_slice(tag, 1, tag.size - 2);
    number = text_cut(&tag, '-');
    return text_to_int64(number, out) && *out >= 0;
}
