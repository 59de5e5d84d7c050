/*
 * Steps that all handling of passwords shares: opening the stored hash, telling that it is done.
 * Comparing and hashing happen on the hashing threads (call_hash), never on a worker.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_PASSWORD_STEPS_H
#define API_IDENTITY_PASSWORD_STEPS_H

#include "api/call.h"
#include "commands/identity/identity_commands.h"

enum { LEAST_PASSWORD = 8, LONGEST_PASSWORD = 1024 };

/* {"success": true} */
struct success_view {
    struct opt_bool success;
};
extern const struct shape success_view_shape;
void password_answer_success(struct call *call);

/* The PHC string behind the box of these facts. */
MUST_USE enum status password_stored(
    struct call *call, const struct sign_in_lookup *facts, struct text *out, struct error *error);

#endif
