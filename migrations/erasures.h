/*
 * Erasures that a set under construction still owes: of which table, and of whom or what. They are done once, when
 * all rows are there, because a table without indexes is read whole for each statement. Not a read
 * model: nobody is shown it, and it has no key.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_ERASURES_H
#define MIGRATIONS_ERASURES_H

#include "core/db/table.h"

struct erasure_due_row {
    struct uuid id;
    struct text table_name;
};

extern const struct shape erasure_due_row_shape;
extern const struct table erasures_due_table;

#endif
