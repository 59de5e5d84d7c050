/*
 * Orders about legal holds, as an operator gives them on the command line.
 *
 *   fleetledger hold, holds, release-hold ─► [here] ─► api/control.h ─► place_hold, query_holds, end_hold ─► printed
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PRIVACY_HOLD_ORDER_H
#define API_PRIVACY_HOLD_ORDER_H

#include "api/control.h"
#include "core/base/buf.h"

struct hold_input {
    struct enum_value kind; /* enum hold_kind */
    struct text target;     /* an id; of positions: "first-last" */
    struct text reason;
};
extern const struct shape hold_input_shape;

struct release_hold_input {
    struct uuid hold;
    struct text reason;
};
extern const struct shape release_hold_input_shape;

/* In the arena. STATUS_INVALID for a target that the kind does not have. */
MUST_USE enum status hold_order_place(
    struct arena *arena,
    const struct hold_input *input,
    struct control_order *out,
    struct error *error);
struct control_order
hold_order_release(struct arena *arena, const struct release_hold_input *input);

/* The page of holds after this one, or the first; and its lines. `*after` is moved on; absent: it was the last. */
struct control_order hold_order_list(struct arena *arena, struct uuid after);
MUST_USE enum status hold_order_print_page(
    struct text answer,
    struct arena *arena,
    struct buf *out,
    struct uuid *after,
    struct error *error);

/* What the answer to placing one says: the hold's id, for programs; and a sentence for people. */
MUST_USE enum status hold_order_print(
    struct text answer, struct arena *arena, struct buf *id, struct buf *told, struct error *error);

#endif
