/*
 * Does what was said last still hold?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/signed_past.h"

#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"

#include <string.h>

static enum status refuse_foreign(struct error *error)
{
    return error_set(error, STATUS_INVALID, "the checkpoint was not signed for this ledger");
}

/* Of the ledger's origins, that which it has now? */
static enum status check_origin(
    const struct log_identity *identity, const struct checkpoint *said, struct error *error)
{
    int64_t said_epoch;
    int64_t epoch;

    if (!log_identity_epoch(identity, identity->origin, &epoch) ||
        !log_identity_epoch(identity, said->origin, &said_epoch))
        return refuse_foreign(error);
    if (said_epoch < epoch)
        return STATUS_STALE;
    if (said_epoch > epoch)
        return error_set(
            error, STATUS_CONFLICT,
            "a checkpoint was signed under the origin %.*s, which this ledger does not declare",
            TEXT_ARGS(said->origin));
    return STATUS_OK;
}

struct search {
    struct arena *arena;
    struct text note;
    struct said *said;
};

static void try_key(const uint8_t verifier[VERIFIER_KEY_SIZE], void *context)
{
    struct search *search = context;
    struct said *said = search->said;
    const struct bytes public_key = {verifier, VERIFIER_KEY_SIZE};
    struct note_key key = note_key_of(said->checkpoint.origin, public_key);
    struct text text;

    if (note_verify(search->arena, search->note, &key, &text) &&
        !text_contains(said->keys, note_key_text(search->arena, &key)))
        said->keys = note_keys_add(search->arena, said->keys, &key);
}

/* By any key that we ever had, whatever the ledger says: it may be an older one. Its own come first, from
 * the newest on. */
static enum status
check_signature(const struct signed_past *past, struct search *search, struct error *error)
{
    const struct log_key *keys = past->identity->keys.items;
    enum status status;

    for (size_t i = 0; i < past->identity->keys.count; i++)
        try_key(keys[i].verifier_key.data, search);
    status = keyring_each_signing_key(past->keyring, try_key, search, error);
    if (status == STATUS_OK && search->said->keys.size == 0)
        return refuse_foreign(error);
    return status;
}

static enum status
check_prefix(struct ledger *log, const struct checkpoint *said, struct error *error)
{
    struct digest root;
    enum status status;

    if (said->size > ledger_size(log))
        return error_set(
            error, STATUS_CONFLICT,
            "a checkpoint of size %llu was signed, and the ledger has only %llu events",
            (unsigned long long)said->size, (unsigned long long)ledger_size(log));
    status = ledger_root(log, said->size, &root, error);
    if (status == STATUS_OK && memcmp(root.bytes, said->root.bytes, DIGEST_SIZE) != 0)
        return error_set(
            error, STATUS_CONFLICT,
            "the first %llu events are not those whose root was signed in a checkpoint",
            (unsigned long long)said->size);
    return status;
}

enum status signed_past_check(
    const struct signed_past *past,
    struct arena *arena,
    struct text note,
    struct said *out,
    struct error *error)
{
    struct said said = {.keys = text_lit("")};
    struct search search = {.arena = arena, .note = note, .said = &said};
    enum status status;

    if (!checkpoint_parse(arena, note, &said.checkpoint))
        return refuse_foreign(error);
    status = check_origin(past->identity, &said.checkpoint, error);
    if (status == STATUS_OK)
        status = check_signature(past, &search, error);
    if (status == STATUS_OK)
        status = check_prefix(past->log, &said.checkpoint, error);
    if (status == STATUS_OK)
        *out = said;
    return status;
}
