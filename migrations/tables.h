/*
 * Every table of the read models.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TABLES_H
#define MIGRATIONS_TABLES_H

#include "core/db/table.h"

/* In the order in which they are made; NULL-ended. */
extern const struct table *const table_catalog[];

/* What a row of each is, to those who ask for one ("node"), in the same order: names of an enum. */
extern const char *const table_entities[];

/* Appends the reference page: every table with its columns and indexes. */
void tables_describe(struct buf *out);

#endif
