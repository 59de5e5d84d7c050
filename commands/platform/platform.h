/*
 * The installation: one aggregate, begun by position 0.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PLATFORM_PLATFORM_H
#define COMMANDS_PLATFORM_PLATFORM_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/platform/platform_lookup.h"
#include "eventlog/log_identity.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum platform_kind {
    STATE_INSTALLATION = AREA_PLATFORM << AREA_SHIFT,
    LINK_DESTROYED_SUBJECT, /* UUID_NONE → subject with a key that was destroyed */
    LINK_DESTROYED_KEY,     /* subject → key id 8, zeros 8 */
    STATE_LOG_IDENTITY,
    STATE_FOLLOWER,
    CLAIM_FOLLOWER, /* keyed digest of a token → follower */
    CLAIM_FOLLOWER_NAME,
    STATE_KEY_ENCRYPTION,
    STATE_SETTINGS,
    STATE_RESTART
};

/* Kept under UUID_NONE: there is one. */
struct installation {
    struct uuid installation_id;
    struct text origin_name;   /* that position 0 gave … */
    struct bytes verifier_key; /* … with the first key of checkpoints */
};
extern const struct aggregate installation_aggregate;

/* The same: what wraps all keys, once that was rotated. */
struct key_encryption {
    struct bytes key_id;
};
extern const struct aggregate key_encryption_aggregate;

/* The same: settings that people have changed, and the restart that was asked for last. */
extern const struct aggregate settings_aggregate; /* struct recorded_settings */
struct restart_state {
    struct uuid boot; /* of whom it was asked */
    struct timestamp requested_at;
};
extern const struct aggregate restart_aggregate;
extern const struct shape recorded_settings_shape;
void settings_evolve(struct fold *fold, const struct record *record);

/* A log_identity (eventlog/log_identity.h), under UUID_NONE too. */
extern const struct aggregate log_identity_aggregate;

void platform_evolve(struct fold *fold, const struct record *record);

/* Every key whose destruction is on record. */
void platform_each_destroyed_key(const struct model *model, event_key *each, void *context);

/* What the ledger is called in checkpoints, and who signs them; in the arena. False, and all absent, before
 * position 0. */
bool platform_log_identity(
    const struct model *model, struct arena *arena, struct log_identity *out);

/* Its newest key, as tools for signed notes take it, in the arena; absent where it has none. */
struct text platform_verifier(const struct log_identity *identity, struct arena *arena);

extern const struct refusal refused_ledger_begun;
extern const struct refusal refused_signing_keys_too_many;
extern const struct refusal refused_nothing_contradicted;
extern const struct refusal refused_checkpoint_foreign;
extern const struct refusal refused_origin_too_long;

#endif
