/*
 * Folding: what events do to the write model. The same function live and in replay. It never
 * refuses and never sees personal plaintext; a collision in replay keeps the first holder and is
 * counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_FOLD_H
#define COMMANDS_FOLD_H

#include "eventlog/model.h"
#include "eventlog/record.h"

struct fold {
    struct model *model;
    struct arena *arena; /* for one event */
    uint64_t collisions; /* claims that somebody else held */
    struct uuid command; /* whose events are being folded: kept from record to record */
    bool is_remembered;  /* that command */
};

/* Claims a key; one that somebody else holds stays theirs and is counted. */
void fold_claim(struct fold *fold, uint16_t kind, struct bytes key, struct uuid holder);

/* Releases a key, unless somebody else holds it. */
void fold_release(struct fold *fold, uint16_t kind, struct bytes key, struct uuid holder);

/* How one area folds its own events. Version: raised when the fold changes its meaning. */
struct evolver {
    const char *area;
    int version;
    void (*evolve)(struct fold *fold, const struct record *record);
};

/* Every area, by its number (enum area). */
extern const struct evolver evolver_catalog[AREA_END];

/* Every aggregate, NULL-ended: for the fingerprint and for verify. */
extern const struct aggregate *const aggregate_catalog[];

/* Folds one event: its area's evolve, the stream's revision, what its command is remembered by. */
void fold_record(struct fold *fold, const struct record *record);

/* Over state shapes, evolve versions and event schemas: see model_open(). */
struct digest fold_fingerprint(void);

struct ledger;
/* Folds everything from the model's size up to `size` of the ledger, committing now and then.
 * `progress` may be NULL. A model whose root the ledger does not confirm is cleared first. */
MUST_USE enum status fold_catch_up(
    struct model *model,
    struct ledger *log,
    uint64_t size,
    void (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error);

/* The same in the model's open transaction, which nobody has committed when it returns: for a model
 * that cannot be committed now. It must be a prefix of the ledger. */
MUST_USE enum status
fold_forward(struct model *model, struct ledger *log, uint64_t size, struct error *error);

#endif
