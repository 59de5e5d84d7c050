/*
 * A checkpoint under several signatures.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/signing.h"

#include "eventlog/seal.h"

/* What has been found of the keys that sign. */
struct signing {
    struct keyring *keyring;
    struct arena *arena;
    struct note_seed seeds[LOG_KEYS_MAX];
    size_t count;
    struct signed_note *out;
};

/* One that is about to end may be missing, as after an older keys.mdb was put back. */
static enum status
add_key(struct signing *signing, const struct note_key *key, bool is_newest, struct error *error)
{
    enum status status = keyring_signing_seed(
        signing->keyring, key->public_key, signing->seeds[signing->count].bytes, error);

    if (status == STATUS_NOT_FOUND && is_newest)
        return error_set(
            error, STATUS_UNAVAILABLE,
            "keys.mdb has no seed for the key that signs checkpoints: restore the newest keys.mdb, or "
            "make another key with 'fleetledger rotate-key'");
    if (status == STATUS_NOT_FOUND) {
        signing->out->missing++;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    signing->count++;
    signing->out->keys = note_keys_add(signing->arena, signing->out->keys, key);
    return STATUS_OK;
}

static enum status add_keys(
    struct signing *signing,
    const struct log_identity *identity,
    struct timestamp at,
    struct error *error)
{
    const struct log_key *keys = identity->keys.items;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < identity->keys.count && status == STATUS_OK; i++) {
        struct note_key key = note_key_of(identity->origin, keys[i].verifier_key);
        if (log_key_signs(&keys[i], at) && signing->count < LOG_KEYS_MAX)
            status = add_key(signing, &key, i == 0, error);
    }
    return status;
}

enum status signing_sign(
    struct keyring *keyring,
    const struct log_identity *identity,
    const struct checkpoint *checkpoint,
    struct timestamp at,
    struct arena *arena,
    struct signed_note *out,
    struct error *error)
{
    struct signing signing = {.keyring = keyring, .arena = arena, .out = out};
    enum status status;

    if (identity->keys.count == 0)
        return error_set(error, STATUS_CORRUPT, "the ledger names no key that signs checkpoints");
    if (!note_name_is_valid(identity->origin))
        return error_set(
            error, STATUS_INVALID, "the ledger's name %.*s cannot stand in a checkpoint",
            TEXT_ARGS(identity->origin));
    *out = (struct signed_note){.keys = text_lit("")};
    status = add_keys(&signing, identity, at, error);
    if (status == STATUS_OK)
        out->note = note_sign(
            arena, checkpoint_text(arena, checkpoint), identity->origin, signing.seeds,
            signing.count);
    crypto_wipe(signing.seeds, sizeof(signing.seeds));
    return status;
}
