/*
 * Entity tags (RFC 9110, section 8.8.3), made and compared.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ENTITY_TAG_H
#define API_ENTITY_TAG_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/shape/shape.h"

/* The tag of a body of JSON. `revision` is that of the row that it shows, or INT64_ABSENT. */
struct text entity_tag(struct arena *arena, int64_t revision, struct text body);

/* The tag of the same body, packed by gzip: another one where the tag is strong. If-Match takes both
 * alike. */
struct text entity_tag_packed(struct arena *arena, struct text tag);

/* Does If-None-Match name this tag? By weak comparison. */
bool entity_tag_matches(struct text if_none_match, struct text tag);

/* What an If-Match demands: one of these revisions, or nothing where it is absent or "*". Tags that
 * are weak, or of no revision, name none: if there are no others, nothing can match. */
enum { ENTITY_TAG_MOST = 16 };
struct if_match {
    int64_t revisions[ENTITY_TAG_MOST];
    size_t count;
    bool is_demanded;
};

/* False when it is malformed, or names more revisions than ENTITY_TAG_MOST. */
MUST_USE bool entity_tag_if_match(struct text header, struct if_match *out);

#endif
