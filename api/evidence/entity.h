/*
 * Entities as evidence knows them: the rows of any read model, folded from the ledger (projections/fold.h).
 *
 *   :kind ─► table        :id, moment ─► entity_look() ─► the row then, who made it, what changed it
 *
 * In a workspace there is only what belongs to it: whatever else there may be is as absent as what never
 * was, and events of others that changed a row are not named.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ENTITY_H
#define API_EVIDENCE_ENTITY_H

#include "api/evidence/recorded_event.h"
#include "core/db/table.h"
#include "projections/fold.h"

struct call;

/* What paths name. */
struct entity_input {
    struct enum_value kind;
    struct uuid id;
    struct uuid workspace_id; /* absent: of the whole platform */
};
extern const struct shape entity_input_shape;

struct entity {
    const struct table *table;
    struct text kind;
    struct uuid id;
    struct uuid workspace;
};

struct entity entity_of(const struct entity_input *input);

/* May whoever looks see the event? */
bool entity_shows(const struct entity *entity, const struct entry *entry);

/* "node 0197…", in the arena: for errors. */
struct text entity_name(const struct entity *entity, struct arena *arena);

/* Who is told of the steps; as in struct fold. */
struct entity_watcher {
    void (*again)(void *context);
    void (*each)(const struct fold_step *step, void *context);
    void *context;
};

/* An entity as it was when the ledger had a size. Positions are absent for none. */
struct entity_view {
    const void *row;    /* NULL: there was none */
    int64_t made_at;    /* position of the event that made it, the last time */
    int64_t changed_at; /* and of the last one that changed it */
    int64_t changes;    /* how many events made the row another one */
    int64_t no_body;    /* position of the first of its events whose body was dropped */
    struct opt_bool has_forgotten;
};

/* Folds it, and tells the watcher (NULL: nobody). Where there is no row that may be seen, `row` is NULL, and
 * unless it was there before `changes` is 0. */
MUST_USE enum status entity_look(
    struct call *call,
    const struct entity *entity,
    uint64_t size,
    const struct entity_watcher *watcher,
    struct entity_view *out,
    struct error *error);

/* The event at a position, in the call's arena. NULL where the position is absent, or the event is of
 * another workspace. */
MUST_USE enum status entity_event(
    struct call *call,
    const struct entity *entity,
    int64_t position,
    const struct recorded_event **out,
    struct error *error);

/* Says why there is no row: not yet, no more, its body dropped, or never. */
enum status entity_refuse_missing(
    struct call *call,
    const struct entity *entity,
    const struct entity_view *view,
    struct error *error);

/* STATUS_NOT_FOUND unless there is or was such an entity, that may be seen. */
MUST_USE enum status
entity_must_be(struct call *call, const struct entity *entity, struct error *error);

/* A field of a row that is another than before. */
struct field_change {
    struct text field;
    struct json before;
    struct json after;
    struct opt_bool is_sealed;
};
extern const struct shape field_change_shape;

/* The fields in which they differ, a bit each; all that there are where one is no row (NULL). */
uint64_t entity_differences(const struct entity *entity, const void *before, const void *after);

/* The same with names and values, in the arena. */
struct list entity_changes(
    const struct entity *entity, const void *before, const void *after, struct arena *arena);

/* The whole row as JSON, and the names of its fields that are sealed. */
struct json entity_print(
    const struct entity *entity, const void *row, struct arena *arena, struct list *out_sealed);

#endif
