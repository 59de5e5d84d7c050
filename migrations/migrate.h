/*
 * Schemas: the small numbered registry of sets, and the SQL of a set.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_MIGRATE_H
#define MIGRATIONS_MIGRATE_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/db/db.h"

/* Brings the registry (schema "fleetledger": sets, serving, quarantine) up to date: numbered files
 * migrations/registry/NNNN_*.sql, forward only. */
MUST_USE enum status migrate_registry(struct db *db, struct error *error);

/* Appends the DDL of all tables, of their primary keys, or of all other indexes. Truncating
 * empties all tables. */
void migrate_tables_sql(struct buf *out);
void migrate_keys_sql(struct buf *out);
void migrate_indexes_sql(struct buf *out);
void migrate_truncate_sql(struct buf *out);

#endif
