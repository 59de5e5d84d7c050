/*
 * Placeholders in a text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/placeholder.h"

static bool is_name(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        char c = t.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && (i == 0 || ((c < '0' || c > '9') && c != '_')))
            return false;
    }
    return t.size > 0;
}

bool placeholder_next(struct text t, size_t *at, struct placeholder *out)
{
    size_t from = *at;

    for (size_t open = text_find(t, '{', from); open + 1 < t.size;
         open = text_find(t, '{', open + 1)) {
        size_t close = text_find(t, '}', open);
        struct text name = text_slice(t, open + 2, close - open - 2);
        if (t.data[open + 1] != '{' || close + 1 >= t.size || t.data[close + 1] != '}' ||
            !is_name(name))
            continue;
        out->before = text_slice(t, from, open - from);
        out->name = name;
        *at = close + 2;
        return true;
    }
    return false;
}
