/*
 * Documents, by jansson.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/document.h"

#include "core/base/heap.h"

#include <jansson.h>

static void document_release(json_t **document)
{
    json_decref(*document);
}
#define AUTO_DOCUMENT CLEANUP(document_release) json_t *

static json_t *parse(struct text document)
{
    return json_loadb(document.data, document.size, JSON_DECODE_ANY, NULL);
}

/* Borrowed from `value`; NULL when there is none. */
static json_t *walk(struct arena *arena, json_t *value, const char *path)
{
    struct text rest = text_from(path);

    while (value != NULL && rest.size > 0) {
        struct text step = text_cut(&rest, '.');
        int64_t index;

        if (json_is_array(value))
            value = text_to_int64(step, &index) && index >= 0 ? json_array_get(value, (size_t)index)
                                                              : NULL;
        else
            value = json_object_get(value, text_c(arena, step));
    }
    return value;
}

struct text document_at(struct arena *arena, struct text document, const char *path)
{
    AUTO_DOCUMENT root = parse(document);
    const json_t *value = walk(arena, root, path);
    struct text out = {NULL, 0};
    char *dump;

    if (json_is_string(value))
        return text_copy(arena, (struct text){json_string_value(value), json_string_length(value)});
    if (value == NULL)
        return out;
    dump = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT);
    out = text_copy(arena, text_from(dump));
    heap_free(dump);
    return out;
}

size_t document_count(struct text document, const char *path)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    AUTO_DOCUMENT root = parse(document);

    return json_array_size(walk(arena, root, path));
}
