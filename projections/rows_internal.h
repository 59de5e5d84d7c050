/*
 * The rows of a batch, or of a whole rebuild, in memory.
 *
 *   prefetch ──► rows_fetch ──► get, put, delete, append ──► rows_flush
 *                  │ one select a table                         │ what changed
 *                  ▼                                            ▼
 *                                  PostgreSQL
 *
 * A cell is what is known of one key of one table. It outlives its batch, because nobody else writes
 * the tables: what a busy task's row was is not asked again. When memory runs short all are
 * forgotten; after a failure too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_ROWS_INTERNAL_H
#define PROJECTIONS_ROWS_INTERNAL_H

#include "core/base/error.h"
#include "core/base/map.h"
#include "core/db/db.h"
#include "projections/projector.h"

#include <string.h>

/* Is there a row of this key in PostgreSQL? */
enum stored { STORED_UNKNOWN, STORED_NO, STORED_YES };

struct cell {
    struct uuid key;
    enum stored stored;
    bool is_wanted;   /* waits for rows_fetch() */
    bool is_dirty;    /* differs from PostgreSQL */
    bool is_sent;     /* is on its way there */
    const void *row;  /* NULL: none */
    void *own;        /* the row, once it is one that may be changed in place */
    uint64_t changed; /* columns of `own` that differ from PostgreSQL's: a bit each */
    struct cell *next_wanted;
    struct cell *next_dirty;
};

/* Cells in the order in which they were first asked for, or changed. */
struct chain {
    struct cell *first;
    struct cell *last;
    size_t count;
};

/* What is held of one table. */
/* Whose rows are to be erased, by the erasure of one column, or where that is NULL by each of the table. */
struct erased {
    struct uuid of;
    const char *by;
};
static inline bool
rows_is_erased_by(const struct erased *erased, const struct table_erasure *erasure)
{
    return erased->by == NULL || strcmp(erased->by, erasure->of) == 0;
}

struct slot {
    const struct table *table;
    struct map *cells;   /* key → struct cell */
    struct cell *recent; /* the last that was found */
    struct chain wanted;
    struct chain dirty;
    struct buf copied;     /* appended rows of a rebuild, in the form of COPY */
    const void **appended; /* and those of a batch */
    size_t appended_count;
    size_t appended_capacity;
    struct erased
        *erased; /* of whom or what rows are to be erased there, when all else is written */
    size_t erased_count;
};

struct rows {
    struct db *db;
    struct slot *slots;
    size_t slot_count;
    struct arena *batch;   /* borrowed: what handlers build */
    struct arena *kept;    /* cells and their rows */
    struct arena *scratch; /* one statement's */
    bool is_complete;      /* a key without a cell has no row: nothing need be fetched */
    bool is_bulk;          /* new rows go by COPY, appended ones as soon as there are many */
    bool is_frozen;        /* the tables were emptied in this transaction */
    bool erases_later; /* erasures of append-only tables are noted, and done at the end (erase.c) */
    enum status status; /* of a look or write that failed, until rows_forget() */
    struct error error;
    const struct table *failed; /* the table at which a fetch or flush failed */
    /* Where `is_complete`: told of each row that is looked up, unless NULL. */
    void (*asked)(const struct table *table, struct uuid key, void *context);
    void *context;
};

/* Over all tables of the catalogue. Given; `db` is borrowed. */
struct rows *rows_new(struct db *db);
void rows_free(struct rows *rows); /* accepts NULL */

/* Drops everything, written or not. */
void rows_forget(struct rows *rows);

/* After a commit: drops everything if it has become much. */
void rows_trim(struct rows *rows);

/* Copies what is still needed to fresh memory, so that replaced values are freed. Nothing may be
 * unwritten. */
void rows_compact(struct rows *rows);

/* Reads what was wanted and is not known. */
MUST_USE enum status rows_fetch(struct rows *rows, struct error *error);

/* In a rebuild: copies the appended rows of one table; or all that is not written. */
MUST_USE enum status rows_copy_appended(struct rows *rows, struct slot *slot, struct error *error);
MUST_USE enum status rows_copy(struct rows *rows, struct error *error);

/* Else: sends all changes into the open pipeline, tagged by their tables. */
MUST_USE enum status rows_send(struct rows *rows, struct error *error);

/* What was sent or copied is committed. */
void rows_written(struct rows *rows);

#endif
