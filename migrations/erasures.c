/*
 * The table of erasures due.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/erasures.h"

static const struct field erasure_due_row_fields[] = {
    {UUID(erasure_due_row, id), .flags = REQUIRED, .doc = "Id of the person, task or the like."},
    {TEXT(erasure_due_row, table_name), .flags = REQUIRED,
     .doc = "Table of which what is theirs is to be erased."},
};
const struct shape erasure_due_row_shape =
    SHAPE(erasure_due_row, "An erasure that a set under construction owes.");

const struct table erasures_due_table = {
    .name = "erasures_due",
    .area = "platform",
    .shape = &erasure_due_row_shape,
    .is_append_only = true,
};
