/*
 * Searching for tags.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/xml.h"

#include "core/base/must.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_TAG = 64 };

/* Where the tag begins in `t`; t.size where it does not. */
static size_t find_tag(struct text t, const char *opening, const char *name, size_t *out_size)
{
    char tag[LONGEST_TAG];
    int size = snprintf(tag, sizeof(tag), "%s%s>", opening, name);
    const char *at;

    must(size > 0 && (size_t)size < sizeof(tag));
    *out_size = (size_t)size;
    at = t.size == 0 ? NULL : memmem(t.data, t.size, tag, *out_size);
    return at == NULL ? t.size : (size_t)(at - t.data);
}

static struct text from(struct text t, size_t at)
{
    return text_slice(t, at, t.size - at);
}

struct text xml_next(struct text *rest, const char *name)
{
    size_t size;
    size_t begin = find_tag(*rest, "<", name, &size);
    struct text inside;
    size_t end;

    if (begin == rest->size)
        return (struct text){NULL, 0};
    inside = from(*rest, begin + size);
    end = find_tag(inside, "</", name, &size);
    if (end == inside.size)
        return (struct text){NULL, 0};
    *rest = from(inside, end + size);
    return text_slice(inside, 0, end);
}
