/*
 * Looking into JSON answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_DOCUMENT_H
#define TESTS_E2E_DOCUMENT_H

#include "core/base/arena.h"
#include "core/base/text.h"

#include <stdbool.h>

/* The value at a path of names and numbers ("task.id", "0.name"; "" is the whole): of a string its
 * text, of anything else its JSON with sorted names. Absent when there is none. */
struct text document_at(struct arena *arena, struct text document, const char *path);

/* Number of items of the array at the path; 0 when it is none. */
size_t document_count(struct text document, const char *path);

#endif
