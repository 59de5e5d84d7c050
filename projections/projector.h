/*
 * What a projector is: how events become rows of read models.
 *
 *   ledger ──records──► engine ──► [want → apply]* ──► rows ──► PostgreSQL (one transaction)
 *
 * For each batch the engine first asks every handler which rows it will look at (want), fetches
 * them in one round trip per table, then applies the events in order, then writes what changed
 * set-wise, together with the position: exactly once, live and in replay, by the same code.
 * Handlers are pure: they see records (personal fields opened where the projector says so) and
 * rows, nothing else. A personal text that stays absent is one of a person who was forgotten; where
 * a body was dropped (of types that say so), all fields of the event are absent, and what follows from
 * its entry is done all the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PROJECTOR_H
#define PROJECTIONS_PROJECTOR_H

#include "core/base/arena.h"
#include "core/db/table.h"
#include "eventlog/record.h"

struct rows; /* the rows of one batch */

/* Asks for a row before the batch is applied. Free for append-only tables (must not). */
void rows_prefetch(struct rows *rows, const struct table *table, struct uuid key);

/* The row as it stands, or NULL. One that was neither wanted nor put in this batch is fetched by
 * itself: right, but slow, and meant for the rare look that follows from another row. Borrowed until
 * a row of the same key is put or deleted; change a copy of it and rows_put() that. */
const void *rows_get(struct rows *rows, const struct table *table, struct uuid key);

/* Stores a row (copied): new or changed. Columns that are as before are not written again. */
void rows_put(struct rows *rows, const struct table *table, const void *row);

/* Deletes it; nothing happens when there is none. */
void rows_delete(struct rows *rows, const struct table *table, struct uuid key);

/* Of all rows of a table, in memory and stored, also of those that this batch adds: drops what its erasures
 * say is of this person, task or the like. A set that is not served yet may do it to an append-only table
 * at its end, once: nothing may be added of what was erased that would be missed. */
void rows_erase(struct rows *rows, const struct table *table, struct uuid of);

/* The same by the erasure of one column alone: no other of the table holds such ids. */
void rows_erase_by(
    struct rows *rows, const struct table *table, const char *column, struct uuid of);

/* Adds a row to an append-only table. */
void rows_append(struct rows *rows, const struct table *table, const void *row);

/* Memory for what a handler builds, until the batch is written. */
struct arena *rows_arena(struct rows *rows);

/* The n-th row id that an event gives away in a table: n = 0 is the event's own id, further ones
 * UUIDv8 of SHA-256(event id ‖ table ‖ n). */
struct uuid row_id(const struct record *record, const struct table *table, unsigned n);

/* The key of a row that stands for what no id does: UUIDv8 of SHA-256 over the pieces. */
struct uuid rows_key(const struct bytes *pieces, size_t count);

struct handler {
    const struct event_type *event;
    void (*want)(struct rows *rows, const struct record *record); /* NULL: looks at nothing */
    void (*apply)(struct rows *rows, const struct record *record);
    /* Instead of both: changes a copy of the row whose key is the event's stream, in the projector's
     * first table; not called where there is none. The projector's `touch` was called before. */
    void (*change)(const struct record *record, void *row);
};

/* One projector: usually one table, one file. `version` is raised when its meaning changes. */
struct projector {
    const char *name;
    int version;
    const struct table *const *tables; /* NULL-ended: what it writes */
    const struct handler *handlers;    /* ended by a row without an event */
    /* What every change of a row notes: revision, time. */
    void (*touch)(const struct record *record, void *row);
    /* Instead of handlers, where a table of rules says what to do: the type's handler, or NULL. */
    const struct handler *(*handler_of)(const struct event_type *type);
    bool reads_personal; /* has personal fields and origins of its events opened */
    /* Tables of others that it adds rows to; NULL-ended, NULL: none. */
    const struct table *const *adds_to;
    /* Events that change rows of other ids than their stream's or their own; NULL-ended, NULL: none. */
    const struct event_type *const *reaching;
};

/* Every projector, NULL-ended. Those of one event run in this order. */
extern const struct projector *const projector_catalog[];

#endif
