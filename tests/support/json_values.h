/*
 * Every kind of value that JSON allows, and what programs write that nearly is JSON: for tests that
 * put each of them everywhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_JSON_VALUES_H
#define TESTS_SUPPORT_JSON_VALUES_H

#include "core/base/text.h"

struct arena;

/* The value of that number, in the arena; absent beyond the last. */
struct text json_value_sample(struct arena *arena, size_t index);

#endif
