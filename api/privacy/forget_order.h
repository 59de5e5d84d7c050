/*
 * The order to forget a person, as an operator gives it on the command line.
 *
 *   fleetledger forget ─► [here] ─► api/control.h ─► forget_person ─► answer ─► printed
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PRIVACY_FORGET_ORDER_H
#define API_PRIVACY_FORGET_ORDER_H

#include "api/control.h"
#include "core/base/buf.h"

struct forget_input {
    struct uuid user;
    struct text reason;
};
extern const struct shape forget_input_shape;

/* In the arena. */
struct control_order forget_order(struct arena *arena, const struct forget_input *input);

/* What its answer says: where it is on record, for programs; and a sentence for people. */
MUST_USE enum status forget_order_print(
    struct text answer,
    struct arena *arena,
    struct buf *position,
    struct buf *told,
    struct error *error);

#endif
