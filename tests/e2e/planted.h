/*
 * Texts that were planted, and are to be nowhere any more: in no file, and in no table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_PLANTED_H
#define TESTS_E2E_PLANTED_H

#include "core/base/text.h"

#include <stdbool.h>

/* The first of them (NULL-ended) that is in the text, or NULL. */
const char *planted_in(const char *const *planted, struct text text);

/* Is one of them in the file, or in any below the directory? Each file is named that has one. */
bool planted_is_below(const char *const *planted, const char *path);

/* In any column of any table of the read models: as a dump of the database would hold it. */
bool planted_is_in_tables(const char *const *planted, const char *database);

#endif
