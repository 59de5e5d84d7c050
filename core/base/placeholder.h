/*
 * Placeholders in a text, "{{name}}": what they are is up to whoever fills them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_PLACEHOLDER_H
#define CORE_BASE_PLACEHOLDER_H

#include "core/base/text.h"

/* Borrowed from the text. */
struct placeholder {
    struct text before; /* what stands between the one before and this one */
    struct text name;   /* a letter, then letters, digits and "_" */
};

/* The next one, from `*at` on, which goes behind it. False where there is none. */
bool placeholder_next(struct text t, size_t *at, struct placeholder *out);

#endif
