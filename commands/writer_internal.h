/*
 * Inside the writer: the batch it gathers, and the steps of one command.
 *
 *   submission ─batch_take─► [recall, decide, draft_events, fold, answer] ─► drafts of the batch
 *
 * For files of commands/ only; the writer's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WRITER_INTERNAL_H
#define COMMANDS_WRITER_INTERNAL_H

#include "commands/clock.h"
#include "commands/command_internal.h"
#include "commands/fold.h"
#include "commands/writer.h"
#include "core/base/buf.h"

#include <stdatomic.h>

/* What is decided and folded but not yet appended. */
struct batch {
    struct arena *arena;
    struct ledger_draft *drafts;
    struct record *records; /* one for each draft */
    size_t count;
    size_t capacity;
    size_t bytes;          /* stored bytes of the bodies */
    uint64_t base;         /* size of the ledger before it */
    struct timestamp last; /* recorded-at of the newest entry or draft */
    size_t commands;
    bool has_checked_space;
    enum status space; /* may anything be written? */
    struct error space_error;
};

struct writer {
    struct writer_settings settings;
    struct queue *queue;
    struct queue_item *waiting; /* taken from the queue, not yet decided */
    struct batch batch;
    struct fold fold;
    struct buf fields; /* an event, packed; kept from event to event */
    struct buf stored; /* its body */
    struct clock_watch clock;
    bool is_stopped; /* a commit of keys or ledger failed */
    struct error stop_error;
    bool is_model_lost; /* it could not be brought back; the error tells why */
    struct error model_error;
    uint64_t uncommitted;  /* events folded since the model was committed */
    int64_t committed_us;  /* monotonic */
    int64_t save_after_us; /* so long after that it is committed; grows while that fails */
    int64_t unrecorded_said_us;
    struct {
        atomic_uint_fast64_t commands;
        atomic_uint_fast64_t refusals;
        atomic_uint_fast64_t batches;
        atomic_uint_fast64_t events;
        atomic_uint_fast64_t last_batch_events;
        atomic_uint_fast64_t clock_behind_us;
        atomic_uint_fast64_t unrecorded;
        atomic_uint_fast64_t failed_saves;
        atomic_bool is_stopped;
        atomic_bool is_refusing_writes;
        atomic_bool is_model_lost;
    } stats;
};

/* batch.c: decides one submission and fills everything that done() is to see. */
void batch_take(struct writer *writer, struct submission *submission);

/* adopt.c: appends and folds what a leader has appended. False when the ledger has stopped with it. */
bool adopt_take(struct writer *writer, struct submission *submission);

/* STATUS_UNAVAILABLE, code "model_lost", while there is no model to decide on or fold to. */
MUST_USE enum status batch_refuse_lost(const struct writer *writer, struct error *error);

/* May the batch grow, or is it time to commit? */
bool batch_has_room(const struct batch *batch);

/* draft.c: what was emitted as sealed, packed drafts and as records, behind those that the batch
 * has; counts them only when all of them fit, and folds them then. */
enum status draft_events(
    struct writer *writer,
    const struct submission *submission,
    struct decide_ctx *decide_ctx,
    struct uuid command_id,
    struct error *error);

#endif
