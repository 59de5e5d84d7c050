/*
 * The name that was probably meant: of those tried, the one with the fewest letters put in, left
 * out, changed or swapped, where it is near enough to be worth a question.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_NEAREST_H
#define CORE_BASE_NEAREST_H

#include "core/base/text.h"

enum { NEAREST_SIZE = 72 };

struct nearest {
    struct text given; /* borrowed */
    size_t distance;
    char best[NEAREST_SIZE]; /* "" while none is near */
};

/* Nothing is near an absent text. */
struct nearest nearest_to(struct text given);

void nearest_try(struct nearest *nearest, const char *name);

#endif
