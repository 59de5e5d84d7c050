/*
 * Entity tags (RFC 9110, section 8.8.3).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ENTITY_TAG_H
#define API_ENTITY_TAG_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/shape/shape.h"

#include <stdbool.h>
#include <stdint.h>

/* Strong or weak entity tag of an answer: from a revision (or INT64_ABSENT) and the body. */
struct text entity_tag(struct arena *arena, int64_t revision, bool is_weak, struct text body);
/* Does If-None-Match name this tag? */
bool entity_tag_matches(struct text if_none_match, struct text tag);
/* The revision that an If-Match names; INT64_ABSENT for none, false when it is malformed. */
bool entity_tag_revision(struct text if_match, int64_t *out);

#endif
