/*
 * What a leader gives its followers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_FOLLOWER_FOLLOWER_H
#define API_FOLLOWER_FOLLOWER_H

#include "api/call.h"
#include "api/control.h"

void follower_range_handle(struct call *call);
extern const struct shape follower_range_input_shape;

void follower_keys_handle(struct call *call);
extern const struct shape follower_keys_input_shape;

void follower_epochs_handle(struct call *call);
extern const struct shape follower_epochs_input_shape;

void follower_succession_handle(struct call *call);
extern const struct shape succession_outcome_shape;

/* On the command line. */

struct admit_follower_input {
    struct text name;
};
extern const struct shape admit_follower_input_shape;

/* An order that admits it, with a new token, which is given too; and one that ends that. In the arena. */
struct control_order
follower_order_admit(struct arena *arena, struct text name, struct text *out_token);
struct control_order follower_order_revoke(struct arena *arena, struct text name);

/* The verifier's key, from the answer to the first. */
MUST_USE enum status
follower_order_key(struct text answer, struct arena *arena, struct text *out, struct error *error);

#endif
