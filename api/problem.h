/*
 * Errors as bodies of answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "core/base/arena.h"
#include "core/base/error.h"

/* The error body of an error, into the arena. */
struct text problem_body(
    struct arena *arena, const struct error *error, struct text target, struct text trace_id);

#endif
