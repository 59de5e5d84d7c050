/*
 * Orders about the signing of checkpoints, as an operator gives them on the command line.
 *
 *   fleetledger rotate-key, declare-origin ─► [here] ─► api/control.h ─► command ─► answer ─► printed
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_SIGNING_ORDER_H
#define API_EVIDENCE_SIGNING_ORDER_H

#include "api/control.h"
#include "core/base/buf.h"

struct rotate_key_input {
    int64_t overlap_seconds;
};
extern const struct shape rotate_key_input_shape;

struct declare_origin_input {
    struct text reason;
    struct text checkpoint; /* file */
};
extern const struct shape declare_origin_input_shape;

/* An order, in the arena. */
struct control_order
signing_order_rotate(struct arena *arena, const struct rotate_key_input *input);
/* Reads the file that holds a checkpoint. */
MUST_USE enum status signing_order_declare(
    struct arena *arena,
    const struct declare_origin_input *input,
    struct control_order *out,
    struct error *error);

/* What its answer says: the key that verifies checkpoints from now on, a line for programs; and a sentence
 * for people. */
MUST_USE enum status signing_order_print_rotated(
    struct text answer,
    struct arena *arena,
    struct buf *key,
    struct buf *told,
    struct error *error);
MUST_USE enum status signing_order_print_declared(
    struct text answer,
    struct arena *arena,
    struct buf *key,
    struct buf *told,
    struct error *error);

#endif
