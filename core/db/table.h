/*
 * A table, declared once: its columns are the fields of its rows' shape, its indexes stand beside
 * them. From the declaration follow the DDL, COPY, upsert, delete and fetch (db.h), and the list of
 * columns of a select.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_DB_TABLE_H
#define CORE_DB_TABLE_H

#include "core/base/buf.h"
#include "core/shape/shape.h"

#include <stdbool.h>

struct table_index {
    const char *columns; /* "workspace_id, created_at, id", in the order of the index */
    const char *method;  /* NULL: btree */
    const char *where;   /* condition of the rows in it; NULL: all rows */
    const char *with;    /* storage parameters: "fastupdate = off"; NULL: none */
};

/* A column that PostgreSQL computes of others when it stores a row, for what statements ask of many rows. Structs of
 * rows do not have it. */
struct table_computed {
    const char *name;
    const char *type; /* of PostgreSQL */
    const char *as;   /* expression over the row's other columns, immutable */
};

/*
 * Of an index in the order of a list, for the list without a filter only. To a list with one it
 * would look as good as the filter's own index, because it is in the right order too; but it reads
 * all that the filter leaves out. So it is a partial index, of all rows, and only statements that
 * repeat its condition can use it.
 */
#define TABLE_UNFILTERED "id is not null"

/*
 * Of an index in the order of a list, for the list of all owners' rows only, in the same way. To the list of one owner
 * it would look as good as an index that begins with the owner, because PostgreSQL takes all owners to have as many
 * rows; but of one with few or none it reads everybody's.
 */
#define TABLE_OF_ALL(owner) "coalesce(" owner ", id) is not null"

/* What of a row is of somebody or something, and goes when that is erased. */
struct table_erasure {
    const char *of;     /* column with the id of whose it is: a person, a task */
    const char *only;   /* column that must be true; NULL: of all such rows */
    const char *blanks; /* "email, name": columns that are null from then on; NULL: none */
    const char *calls;  /* column that calls the person by their id from then on; NULL: none */
    struct {
        const char *column; /* with JSON objects; NULL: none */
        const char *name;
    } member;     /* of the objects in that column, null from then on where there is one */
    bool removes; /* the row goes; nothing else is said then */
};

/* Rows are structs of `shape`, whose first field is the primary key (a UUID). There is no other
 * constraint. */
struct table {
    const char *name;
    const char *area;
    const struct shape *shape;
    const struct table_computed *computed; /* ended by a row without a name; NULL for none */
    const struct table_index *indexes;     /* ended by a row without columns; NULL for none */
    const struct table_erasure *erasures;  /* ended by a row without `of`; NULL: none */
    bool is_append_only; /* rows are only added: never looked up, changed or deleted */
};

/* Appends "create table …;", without its key, so that a rebuild may fill it first. */
void table_print_create(const struct table *table, struct buf *out);

/* Appends "alter table … add primary key …;". */
void table_print_key(const struct table *table, struct buf *out);

/* Appends "create index …;" for each index. */
void table_print_indexes(const struct table *table, struct buf *out);

/* Appends "id, name, …", each with "prefix." before it unless that is NULL. */
void table_print_columns(const struct table *table, const char *prefix, struct buf *out);

/* Appends those that are computed, ", prefix.name …". */
void table_print_computed(const struct table *table, const char *prefix, struct buf *out);

/* Appends "update … set … = null where … = any(ids)", or "delete …"; `ids` is "$1", or a select. */
void table_print_erasure(
    const struct table *table,
    const struct table_erasure *erasure,
    const char *ids,
    struct buf *out);

/* The same to a row in memory: is it one of that id? Then its columns are made absent, or `*out_goes` is
 * set. What no table but append-only ones has (`only`, `calls`, `member`) is left to the statement. */
bool table_erase_row(
    const struct table *table,
    const struct table_erasure *erasure,
    struct uuid of,
    void *row,
    bool *out_goes);

/* Appends the table's section of the reference: columns with types and meaning, indexes. */
void table_describe(const struct table *table, struct buf *out);

#endif
