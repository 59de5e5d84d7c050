/*
 * The signer: one thread that says, under our signature, how far the ledger is and what is in it.
 *
 *   writer ──signer_committed──► signer ──► checkpoints.mdb (synced) ──► whoever asks
 *            size, name, keys      root
 *
 * At most once a second while there is news (twenty times while somebody waits for that, or as often as the settings say), and once an hour without, so that silence is told apart
 * from deletion. Only committed sizes are signed, and nothing is shown that is not kept: after any
 * kill the newest checkpoint that anybody saw is a prefix of the ledger. The server never signs two
 * histories: where the ledger does not continue what was signed, nothing is signed until an operator has
 * declared a new origin, on record (log_identity.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SIGNER_H
#define EVENTLOG_SIGNER_H

#include "eventlog/checkpoint.h"
#include "eventlog/checkpoints.h"
#include "eventlog/log_identity.h"

struct keyring;
struct ledger;
struct signer;

struct signer_settings {
    const char *home;
    struct ledger *log;                  /* borrowed */
    struct keyring *keyring;             /* borrowed */
    const struct log_identity *identity; /* of the ledger as it is now; copied */
    /* A contradicted ledger is not stopped: for orders that are about just that, as another origin is declared, or a
     * restore recorded. */
    bool is_declaring;
    /* Another checkpoint is shown from now on. The thread that signs; NULL: nobody waits for that. */
    void (*shown)(void *context);
    void *context;
    int64_t gap_us;    /* least time between two checkpoints that somebody waits for; 0: 50 ms */
    bool is_read_only; /* only to show what is kept: nothing is signed, and nothing stopped */
};

/* Opens the kept checkpoints and looks whether the newest is a prefix of the ledger. Where it is not,
 * the ledger is stopped (ledger.h: it can be read), which is logged, and nothing will be signed. Before
 * anything is appended. Given. */
MUST_USE enum status
signer_open(const struct signer_settings *settings, struct signer **out, struct error *error);
void signer_close(struct signer *signer); /* accepts NULL */

/* What was appended: so far is signed from now on, by the name and the keys that it says. The writer's
 * thread, or whoever appends before that runs. */
void signer_committed(struct signer *signer, const struct record *records, size_t count);

/* The same of all that was appended and not told. Before the signer's thread runs. */
MUST_USE enum status signer_catch_up(struct signer *signer, struct error *error);

/* Signs until signer_stop(). The signer's thread. */
void signer_run(struct signer *signer);
void signer_stop(struct signer *signer); /* any thread */

/* Somebody waits for the next checkpoint: what is committed next, or already, is signed soon. Any thread;
 * accepts NULL. */
void signer_hurry(struct signer *signer);

/* Signs what there is to sign now, if anything: what the thread does every second. */
MUST_USE enum status signer_sign(struct signer *signer, struct error *error);

/* Shows a checkpoint that another server has signed, of a size that the ledger has, and that holds of it: STATUS_CONFLICT
 * or STATUS_INVALID as signed_past_check(), when it does not. For a follower, whose signer never runs; one thread. */
MUST_USE enum status signer_adopt(
    struct signer *signer, struct text note, struct timestamp signed_at, struct error *error);

/* Keeps the first checkpoint of an epoch, as another server has it, where it is of a ledger that this one continues. One
 * thread, as of signer_adopt(). */
MUST_USE enum status signer_adopt_first(
    struct signer *signer, const struct first_checkpoint *first, struct error *error);

/* Those that are kept, as checkpoints_next_first() gives them, and that are of a ledger which this one continues. Any thread. */
MUST_USE enum status signer_next_first(
    struct signer *signer,
    int64_t *epoch,
    struct arena *arena,
    struct first_checkpoint *out,
    struct error *error);

struct signed_checkpoint {
    struct text note;
    struct text keys; /* that verify it, the newest first: note_key_text() and a line end each */
    uint64_t size;
    struct timestamp signed_at;
};

/* The newest, in the arena. False when there is none yet, or no signer. Any thread. */
MUST_USE bool
signer_newest(struct signer *signer, struct arena *arena, struct signed_checkpoint *out);

/* What the ledger is called, and who signs it, as of the last commit; in the arena. Any thread. */
void signer_identity(struct signer *signer, struct arena *arena, struct log_identity *out);

/* Is the ledger no continuation of what was signed? Then `note` (borrowed) is the checkpoint that it does
 * not continue, and the error tells why. Either may be NULL, and so may
 * the signer: nothing is contradicted then. Any thread. */
bool signer_is_contradicted(const struct signer *signer, struct text *note, struct error *why);

/* Does the ledger continue a checkpoint that somebody else has kept? STATUS_INVALID when no key of ours
 * signed it for this ledger. Any thread. */
MUST_USE enum status
signer_look_at(struct signer *signer, struct text note, bool *out_holds, struct error *error);

#endif
