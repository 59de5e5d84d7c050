/*
 * Security keys: what deciding knows of one.
 *
 *   (none) ──security_key_added──► taken ──security_key_removed──► (none)
 *                                  ▲   │
 *                                  └───┘ security_key_used: count and challenge move on
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_SECURITY_KEY_H
#define COMMANDS_IDENTITY_SECURITY_KEY_H

#include "commands/identity/identity.h"
#include "commands/identity/security_key_commands.h"

struct security_key {
    struct uuid user_id;
    struct personal credential; /* box only, as the next */
    struct personal public_key;
    struct uuid event_id; /* that the boxes are bound to */
    struct bytes credential_digest;
    int64_t count;
    struct timestamp challenged_at; /* newest challenge that it signed; absent: none yet */
    struct list transports;
};
extern const struct aggregate security_key_aggregate;

/* False where it was removed, never was, or is another person's. */
bool security_key_load(
    const struct decision *decision,
    struct uuid user_id,
    struct uuid key_id,
    struct security_key *out);

/* Is the next of a person's keys after `*key_id`, which begins with UUID_NONE. */
bool security_key_next(const struct model *model, struct uuid user_id, struct uuid *key_id);

extern const struct shape shown_key_shape;

/* Refused (401) where it did not sign, or the challenge was taken before, or its count has not risen: then there are two
 * of it. */
enum status security_key_must_be_shown(
    const struct decision *decision,
    struct uuid user_id,
    const struct shown_key *shown,
    struct error *error);

/* Emits that it was. */
void security_key_emit_used(
    struct decision *decision, struct uuid user_id, const struct shown_key *shown);

/* Emits that all of a person's are gone. */
void security_key_emit_all_removed(
    struct decision *decision, struct uuid user_id, const struct user *user);

/* Folding; and that a person is gone, whatever was said of their keys. */
void security_key_fold(struct fold *fold, const struct record *record);
void security_key_fold_gone(struct fold *fold, struct uuid user_id);

extern const struct refusal refused_key_unknown;
extern const struct refusal refused_key_wrong;
extern const struct refusal refused_key_replayed;
extern const struct refusal refused_key_copied;
extern const struct refusal refused_key_taken;
extern const struct refusal refused_keys_too_many;
extern const struct refusal refused_key_missing;

#endif
