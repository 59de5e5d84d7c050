/*
 * The one writer: takes what waits, decides each command against the newest state, appends all
 * events in one synced commit, folds them, then answers everyone. Nothing (no refusal, no empty
 * claim) is answered before its batch has committed.
 *
 *   any thread ─writer_submit─► queue ─► [decide → seal → evolve]* ─► ledger_append ─► done()*
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WRITER_H
#define COMMANDS_WRITER_H

#include "commands/command.h"
#include "core/run/queue.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/seal.h"

/* What a leader has appended and a follower has verified: to be appended as it is. */
struct adoption {
    const struct stored_event *events;
    const struct record *records; /* the same, decoded */
    size_t count;
};

/* One command under way. The submitter owns it (usually inside its call's arena) and leaves it
 * alone from writer_submit() until done(). */
struct submission {
    struct queue_item item; /* first */

    const struct command *command;
    const struct adoption *adoption; /* in place of a command, on a follower; else NULL */
    const void *input; /* struct of command->input; personal fields as text, with digests
                                filled (keyed_digest_personal) */
    struct actor actor;
    struct origin origin;        /* text and digests as of `now`; absent for the system */
    struct uuid correlation;     /* keyed_digest_correlation(), or absent: the command's id */
    struct uuid causation;       /* event that caused it, or absent */
    struct uuid command_id;      /* keyed_digest_command(); absent: one is made, never a repeat */
    struct bytes request_digest; /* keyed_digest_request(), with a command id only */
    /* The revisions that a stream may have for this to be done; NULL: any. None fits a count of 0. */
    const int64_t *expected_revisions;
    size_t expected_count;
    struct uuid expected_stream;
    struct timestamp now;
    uint8_t seed[32];
    struct arena *arena; /* for the answer; only the writer touches it meanwhile */

    /* Filled before done(). */
    enum status status;
    struct error error;
    struct uuid subject; /* stream of the first event */
    struct position first;
    uint64_t emitted; /* 0: nothing was written */
    bool is_repeat;   /* it was done before, and nothing was written now */
    uint64_t size;    /* ledger size that the outcome reflects */
    int64_t revision; /* of the subject's stream */
    void *answer;     /* struct of command->answer, or NULL */

    /* Called on the writer's thread after the commit; must only hand over (post, put). */
    void (*done)(struct submission *submission);
    void *owner; /* the submitter's */
};

/* Fills now and seed from clock and kernel. */
void submission_init(struct submission *submission, const struct command *command);

/* Names it by a digest: of all that come with the same one within a day only the first is done. The
 * command id is a UUID of version 8 of it. After its arena was set. */
void submission_name(struct submission *submission, struct digest name);

struct leadership;
struct writer;

struct writer_settings {
    struct ledger *log;
    struct model *model; /* caught up with the log; the writer's from now on */
    struct keyring *keyring;
    const struct policy *policy;
    const struct leadership *leadership; /* NULL: this server always leads */
    const struct history *history;       /* NULL: of a ledger of which nothing was ever retired */
    size_t queue_limit;                  /* submissions that may wait */
    bool
        is_following; /* a leader's ledger: it is adopted, questions are answered, all else is refused */
    /* Called on the writer's thread after each commit that added events. NULL for none. */
    void (*committed)(const struct record *records, size_t count, void *context);
    /* After each batch, also one that added nothing, once done() was called for all of it: who found
     * nothing to do in it is waiting by now. The records of the batch point into inputs that may be
     * gone by then; what is needed of them committed() keeps. */
    void (*answered)(void *context);
    void *context;
};

struct writer *writer_new(const struct writer_settings *settings);

/* Runs until writer_stop(); commits the model before it returns. The writer's thread. */
void writer_run(struct writer *writer);

/* Takes a submission. False when the queue is full or the writer stops: then done() is not called.
 * Any thread. */
MUST_USE bool writer_submit(struct writer *writer, struct submission *submission);

/* No new submissions; writer_run() returns after those that wait. Any thread. */
void writer_stop(struct writer *writer);
void writer_free(struct writer *writer); /* accepts NULL */

/* One submission decided, committed and folded at once on the calling thread: first start and
 * tests. writer_run() must not be running. */
void writer_execute(struct writer *writer, struct submission *submission);

/* For health and metrics. Any thread. */
struct writer_stats {
    uint64_t commands;
    uint64_t refusals;
    uint64_t batches;
    uint64_t events;
    uint64_t queue_depth;
    uint64_t last_batch_events;
    uint64_t clock_behind_us; /* how far the wall clock lags the ledger */
    uint64_t unrecorded;      /* sign-ins that could not be written, right ones and wrong ones */
    uint64_t failed_saves;    /* commits of the model */
    bool is_stopped;          /* a commit failed: until the next start */
    bool is_refusing_writes;  /* full disk, clock that jumped, or stopped */
    bool is_model_lost;       /* nothing can be decided or asked */
};
struct writer_stats writer_stats(const struct writer *writer);

#endif
