/*
 * What core/unicode does, for programs that are linked without ICU, whose tables are five times as large
 * as all the rest of such a program. ASCII is handled as there; other text is left as it is, and is
 * neither a domain nor a name that can be told from others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/unicode/unicode.h"

static const struct text absent = {NULL, 0};

bool unicode_is_ascii(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if ((unsigned char)t.data[i] >= 0x80)
            return false;
    }
    return true;
}

struct text unicode_composed(struct arena *arena, struct text t)
{
    (void)arena;
    return t.size <= UNICODE_LONGEST ? t : absent;
}

struct text unicode_lowered(struct arena *arena, struct text t)
{
    return t.size <= UNICODE_LONGEST ? text_lower(arena, t) : absent;
}

struct text unicode_folded(struct arena *arena, struct text t)
{
    return unicode_lowered(arena, t);
}

struct text unicode_domain(struct arena *arena, struct text domain)
{
    return unicode_is_ascii(domain) ? unicode_lowered(arena, domain) : absent;
}

bool unicode_is_unmistakable(struct text name)
{
    return unicode_is_ascii(name);
}
