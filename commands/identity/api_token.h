/*
 * Tokens for programs: what deciding knows of one.
 *
 *   (none) ──api_token_created──► good ──api_tokens_ended──► (none)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_API_TOKEN_H
#define COMMANDS_IDENTITY_API_TOKEN_H

#include "commands/identity/identity.h"

struct api_token {
    struct uuid user_id;
    struct bytes digest;
    struct enum_value scope;
    struct list workspace_ids; /* none: everywhere */
    struct text networks;      /* absent: from anywhere */
    struct timestamp expires_at;
    struct timestamp used_at; /* to the hour; absent: never */
};
extern const struct aggregate api_token_aggregate;

/* False where it has ended, or never was. */
bool api_token_load(const struct decision *decision, struct uuid token_id, struct api_token *out);

/* Of one that is to be made: refused where its end is not in the future, or farther than policy says; and where its owner has
 * as many as there may be. */
enum status api_token_must_end_in_time(
    const struct decision *decision, struct timestamp expires_at, struct error *error);
enum status
api_token_must_have_room(const struct decision *decision, struct uuid user_id, struct error *error);

/* Emits that these end; the ids live as long as the decision. And the same of all that somebody has. */
void api_token_emit_ended(
    struct decision *decision, struct uuid user_id, struct list token_ids, enum token_end end);
void api_token_emit_all_ended(struct decision *decision, struct uuid user_id, enum token_end end);

/* Is it good in the workspace; absent: without one? */
bool api_token_is_for(const struct api_token *token, struct uuid workspace_id);

/* Folding. */
void api_token_fold(struct fold *fold, const struct record *record);

#endif
