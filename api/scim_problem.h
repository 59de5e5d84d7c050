/*
 * Faults as directories expect them (RFC 7644, section 3.12): schemas, status, scimType, detail.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SCIM_PROBLEM_H
#define API_SCIM_PROBLEM_H

#include "core/base/arena.h"
#include "core/base/error.h"

/* Is it a path of directories, with a route or without one? */
bool scim_problem_is_for(struct text path);

/* In the arena. Any thread. */
struct text scim_problem_body(struct arena *arena, const struct error *error);

#endif
