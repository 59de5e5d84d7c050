/*
 * The write model: what deciding needs to know, folded from the ledger by evolve alone.
 *
 *   state    (kind, id)            → packed aggregate
 *   claims   (kind, key)           → holder              uniqueness
 *   links    (kind, from, to)      → 8 bytes             sets that the write side walks
 *   timers   (kind, due, id)       → event that set it   what falls due
 *   streams  stream                → revision            without those that were retired
 *   commands command id            → what a repeat is answered with
 *
 * One thread (the writer, or whoever folds) uses a model; it may be handed to another right after
 * model_open() or model_commit(). Changes live in an open LMDB
 * transaction, are seen at once by the same thread, and are committed by model_commit(), always
 * after the ledger; so a model on disk is a true prefix, and opening folds the gap. An LMDB error
 * other than at commit is a broken belief and ends the process.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_MODEL_H
#define EVENTLOG_MODEL_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape.h"
#include "eventlog/position.h"

struct model;

/* Opens <directory>/model.mdb. `fingerprint` is over state shapes, evolve versions and upcasters:
 * another one on disk means another program folded it, and the model starts empty. Given. */
MUST_USE enum status model_open(
    const char *directory, struct digest fingerprint, struct model **out, struct error *error);

/* The same for looking only, also beside the process that writes it: what is seen is one commit,
 * and stays that until model_close(); every page of it is looked at first. STATUS_NOT_FOUND when another program folded it. Given. */
MUST_USE enum status model_open_to_read(
    const char *directory, struct digest fingerprint, struct model **out, struct error *error);
void model_close(struct model *model); /* drops uncommitted changes; accepts NULL */

/* Ledger size and root that the model reflects, as last marked. */
uint64_t model_size(const struct model *model);
struct digest model_root(const struct model *model);

/* Notes how far the fold has come; written by the next commit. */
void model_mark(struct model *model, uint64_t size, struct digest root);

/* When this fails, what the model shows is no longer what was folded: see model_reopen(). */
MUST_USE enum status model_commit(struct model *model, struct error *error);

/* Drops what was not committed, and opens the file anew: LMDB refuses an environment that failed to
 * commit. The model is as large as its last commit then. When it fails nothing but model_reopen() and
 * model_close() may be called. */
MUST_USE enum status model_reopen(struct model *model, struct error *error);

/* Empties everything and commits that: rebuilding starts here. */
MUST_USE enum status model_clear(struct model *model, struct error *error);

/* One kind of aggregate state: at most a few hundred bytes packed. */
struct aggregate {
    uint16_t kind; /* of the area's enum (see area.h): distinct in the whole program */
    const char *name;
    const struct shape *shape;
};

/* Reads into the struct at `out` (texts in the arena). False when there is none. */
bool model_load(
    const struct model *model,
    const struct aggregate *type,
    struct uuid id,
    struct arena *arena,
    void *out);
void model_store(
    struct model *model, const struct aggregate *type, struct uuid id, const void *state);
void model_remove(struct model *model, const struct aggregate *type, struct uuid id);

/* Claims. The first holder keeps it: false when another one holds the key already (folding keeps
 * going and raises an alarm; deciding asks model_holder() before). */
bool model_claim(struct model *model, uint16_t kind, struct bytes key, struct uuid holder);
bool model_holder(
    const struct model *model, uint16_t kind, struct bytes key, struct uuid *out_holder);
void model_release(struct model *model, uint16_t kind, struct bytes key);

/* Links, walked in the order of `to`. `value` is the caller's. */
void model_link(
    struct model *model, uint16_t kind, struct uuid from, struct uuid to, uint64_t value);
void model_unlink(struct model *model, uint16_t kind, struct uuid from, struct uuid to);
bool model_linked(
    const struct model *model,
    uint16_t kind,
    struct uuid from,
    struct uuid to,
    uint64_t *out_value);
/* The first link after `after` (UUID_NONE: the very first); out_value may be NULL. */
bool model_next_link(
    const struct model *model,
    uint16_t kind,
    struct uuid from,
    struct uuid after,
    struct uuid *out_to,
    uint64_t *out_value);
/* How many there are; where they are more than `most`, one more than that. */
uint64_t
model_count_links(const struct model *model, uint16_t kind, struct uuid from, uint64_t most);

/* Timers: what falls due, in order within each kind. Whoever set one finds its time in the state
 * that it belongs to, and clears it by that; clearing what is not set does nothing. */
struct timer {
    int64_t kind; /* 16 bits; 0: no timer */
    struct uuid id;
    struct timestamp due;
};
void model_set_timer(struct model *model, const struct timer *timer);
/* The event that is being folded: timers that are set from now on keep its id … */
void model_note_cause(struct model *model, struct uuid event_id);
/* … which tells why one is set. False when it is not, or was set by no event. */
bool model_timer_cause(const struct model *model, const struct timer *timer, struct uuid *out);
void model_clear_timer(struct model *model, const struct timer *timer);
bool model_has_timer(const struct model *model, const struct timer *timer);
/* The next timer of `after`'s kind; the kind alone, with due and id zero, finds its first. `out`
 * may be `after`. False when there is none. */
bool model_next_timer(const struct model *model, const struct timer *after, struct timer *out);

/* Revision of a stream, 0 when it has no events. */
uint64_t model_revision(const struct model *model, struct uuid stream);
void model_set_revision(struct model *model, struct uuid stream, uint64_t revision);

/* A stream that gets no events any more: its revision leaves the model, and the ledger had all its events
 * at this size. */
void model_retire_stream(struct model *model, struct uuid stream, uint64_t size);
/* The size at which the ledger had all events of all such streams; 0: there is none. What the model does not
 * know may be found among the events below it. */
uint64_t model_retired_size(const struct model *model);

/* What a repeated command is answered with. Kept 24 hours of recorded-at. */
struct idempotency_record {
    struct digest request;
    struct position first;
    uint64_t count;
    struct uuid subject; /* stream of its first event */
};
void model_remember(
    struct model *model,
    struct uuid command_id,
    struct timestamp at,
    const struct idempotency_record *idempotency_record);
/* One more event of a command that is remembered; false when it is not. */
bool model_remember_another(struct model *model, struct uuid command_id);
bool model_recall(
    const struct model *model, struct uuid command_id, struct idempotency_record *out);
/* Forgets what is older; at most 64 a call, so that pruning is spread. */
void model_prune(struct model *model, struct timestamp before);

/* SHA-256 over all pairs of every table but the mark, in order: for verify and golden tests. */
struct digest model_digest(const struct model *model);
/* Calls `each` for every pair of both models that differs; true when none does. */
bool model_compare(
    const struct model *a,
    const struct model *b,
    void (*each)(const char *table, struct bytes key, void *context),
    void *context);

#endif
