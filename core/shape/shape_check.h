/*
 * Checking what came from outside, and the words in which it is refused. For files of core/shape
 * only.
 *
 *   body, query or path  ──►  shape_read.c  ──►  [here]  ──►  struct
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_CHECK_H
#define CORE_SHAPE_SHAPE_CHECK_H

#include "core/shape/shape_violation.h"

/* Everything that a value of a wrong kind, or none where one is required, is told. */
void violate_kind(struct reading *reading, const struct place *place);

/* Trims and lowers as the row says, then checks. False after a violation. `value` ends in the
 * arena. */
bool check_text(struct reading *reading, const struct place *place, struct text *value);

/* Bounds of numbers; false after a violation. */
bool check_number(struct reading *reading, const struct place *place, double value);

/* Bounds and repeats of a list that has been read. */
bool check_list(struct reading *reading, const struct place *place, const struct list *list);

bool text_looks_like_email(struct text t);

#endif
