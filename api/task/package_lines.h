/*
 * Package lists of agents that send what a program printed instead of a structure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_PACKAGE_LINES_H
#define API_TASK_PACKAGE_LINES_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

enum { MOST_PACKAGES = 100000 };

/* The packages named by the lines of an output, as structs package_view in the arena. Lines of no
 * known form are passed over. */
struct list package_lines(struct arena *arena, struct text output);

#endif
