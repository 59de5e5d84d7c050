/*
 * Tokens that were mailed: of invitations and of requests for a new password. Known by their
 * digest; each works once, until it expires or a newer one takes its place.
 *
 *   pending ──► used
 *      └──────► revoked          (expired: pending, and its time is over)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_MAILED_TOKEN_H
#define COMMANDS_IDENTITY_MAILED_TOKEN_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"

enum mailed_state { MAILED_PENDING = 1, MAILED_USED = 2, MAILED_REVOKED = 3 };

struct mailed_token {
    struct uuid user_id;
    struct enum_value state;
    struct timestamp expires_at;
};
extern const struct aggregate mailed_token_aggregate;

/* How long they are good. */
extern const int64_t invitation_life_us;
extern const int64_t reset_life_us;

/* A digest that may still be used, and whose: else the refusal that its purpose has. */
enum status mailed_token_must_work(
    const struct decision *decision,
    enum mailed_purpose purpose,
    struct bytes token_digest,
    struct uuid *out_id,
    struct error *error);
/* The account that it belongs to may use it. */
enum status mailed_token_owner(
    const struct decision *decision,
    enum mailed_purpose purpose,
    struct uuid token_id,
    struct uuid *out_user_id,
    struct error *error);

/* For evolve. The absent id is none. */
void mailed_token_fold(
    struct fold *fold,
    enum mailed_purpose purpose,
    struct uuid token_id,
    struct bytes token_digest,
    const struct mailed_token *token);
void mailed_token_fold_state(struct fold *fold, struct uuid token_id, enum mailed_state state);

extern const struct refusal refused_invitation_unknown;
extern const struct refusal refused_invitation_used;
extern const struct refusal refused_invitation_over;
extern const struct refusal refused_reset_unknown;
extern const struct refusal refused_reset_used;
extern const struct refusal refused_reset_over;

#endif
