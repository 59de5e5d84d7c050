/*
 * Directories in which things are measured.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_PLACE_H
#define TESTS_BENCH_PLACE_H

#include "core/base/error.h"

#include <limits.h>

struct place {
    char path[PATH_MAX];
};

/* The directory, with all that lead to it, and made absolute. */
MUST_USE enum status place_make(const char *directory, struct place *out, struct error *error);

/* A name below a place; nothing is made. */
struct place place_below(const struct place *place, const char *name);

/* An empty directory below a place: what was there of this name is removed. */
MUST_USE enum status
place_make_empty(const struct place *place, const char *name, struct place *out, struct error *f);

/* Copies a file of that name to a place that has none, and syncs it. */
MUST_USE enum status place_copy_file(
    const struct place *from, const struct place *to, const char *name, struct error *error);

/* Removes the directory with all that is in it; what is not there is fine. */
void place_remove(const struct place *place);

#endif
