/*
 * What the server shows to those who do not trust it: the newest signed checkpoint and the key that
 * verifies it, the tiles of the tree (C2SP tlog-tiles), proofs and receipts (C2SP tlog-proof).
 *
 *   signer ──newest checkpoint──►┐
 *   ledger ──tiles, proofs──────►└─► GET /ledger/… (workers of LANE_PLAIN)
 *
 * Nothing is answered about what is not signed yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_EVIDENCE_H
#define API_EVIDENCE_EVIDENCE_H

#include "api/call.h"
#include "eventlog/signer.h"

/* The newest checkpoint, in the call's arena. False: there is none yet, and the call has been answered
 * with 503. */
MUST_USE bool evidence_newest(struct call *call, struct signed_checkpoint *out);

/* Says how long an answer may be kept by caches: what never changes, a year; the rest, a second. */
void evidence_cache(struct call *call, bool never_changes);

extern const struct shape tile_question_shape;
void evidence_tile_handle(struct call *call);

void evidence_checkpoint_handle(struct call *call);
void evidence_key_handle(struct call *call);

/* The receipt of an event that the checkpoint covers, with its entry, in the call's arena. */
MUST_USE enum status evidence_receipt(
    struct call *call,
    struct position position,
    const struct signed_checkpoint *newest,
    struct text *out,
    struct error *error);
extern const struct shape receipt_question_shape;
void evidence_receipt_handle(struct call *call);

/* That an event is on the ledger; hashes in Base64. */
struct inclusion_proof {
    int64_t position;
    int64_t size;
    struct text leaf;
    struct text root;
    struct list hashes;
};
extern const struct shape inclusion_proof_shape;
extern const struct shape inclusion_question_shape;
void evidence_inclusion_handle(struct call *call);

/* The proof for an event in the ledger of a signed size, in the call's arena. Statuses as
 * ledger_inclusion(). */
MUST_USE enum status evidence_inclusion(
    struct call *call,
    struct position position,
    uint64_t size,
    const struct inclusion_proof **out,
    struct error *error);

extern const struct shape consistency_question_shape;
extern const struct shape consistency_proof_shape;
void evidence_consistency_handle(struct call *call);

#endif
