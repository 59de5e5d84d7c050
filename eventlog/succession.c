/*
 * Proving who leads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/succession.h"

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "eventlog/checkpoint.h"
#include "eventlog/ledger_proof.h"
#include "eventlog/ledger_read.h"
#include "eventlog/signer.h"

#include <string.h>

enum { MOST_HASHES = 128 };

static const struct field succession_fields[] = {
    {TEXT(succession, checkpoint), .flags = REQUIRED, .min = 1, .max = 8000,
     .doc = "A checkpoint of the new epoch, as it was signed: the first, where that is kept."},
    {INT64(succession, size), .flags = REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Size of the ledger at which that epoch began."},
    {LIST_OF(succession, hashes, KIND_TEXT), .flags = REQUIRED, .max = MOST_HASHES,
     .doc = "Hashes, in Base64, that prove that the checkpoint continues the ledger of that size."},
};
const struct shape succession_shape = SHAPE(succession, "Proof that another server leads.");

enum status succession_make(
    struct ledger *ledger,
    const struct signed_checkpoint *newest,
    int64_t since,
    struct arena *arena,
    struct succession *out,
    struct error *error)
{
    struct proof proof;
    struct text *hashes;
    enum status status = ledger_consistency(ledger, (uint64_t)since, newest->size, &proof, error);

    if (status != STATUS_OK)
        return status;
    hashes = arena_array(arena, proof.count + 1, sizeof(*hashes));
    for (size_t i = 0; i < proof.count; i++)
        hashes[i] = base64_encode(arena, (struct bytes){proof.hashes[i].bytes, DIGEST_SIZE});
    *out = (struct succession){
        .checkpoint = newest->note, .size = since, .hashes = {hashes, proof.count}};
    return STATUS_OK;
}

static enum status unproved(const char *why, struct error *error)
{
    return error_set_code(error, STATUS_INVALID, "succession_unproved", "%s", why);
}

/* By a key that signs for us now, whatever the epoch: one that was rotated away may be in anybody's hands. */
static bool is_ours(
    const struct log_identity *identity,
    struct timestamp now,
    struct text note,
    struct arena *arena,
    struct checkpoint *checkpoint)
{
    const struct log_key *keys = identity->keys.items;
    struct text text;

    for (size_t i = 0; i < identity->keys.count; i++) {
        struct note_key key = note_key_of(checkpoint->origin, keys[i].verifier_key);

        if (!log_key_signs(&keys[i], now))
            continue;
        if (note_verify(arena, note, &key, &text))
            return true;
    }
    return false;
}

static bool read_path(
    const struct list *hashes, struct arena *arena, struct digest path[MOST_HASHES], size_t *count)
{
    const struct text *texts = hashes->items;

    if (hashes->count > MOST_HASHES)
        return false;
    for (size_t i = 0; i < hashes->count; i++) {
        struct bytes bytes;

        if (!base64_decode(arena, texts[i], &bytes) || bytes.size != DIGEST_SIZE)
            return false;
        memcpy(path[i].bytes, bytes.data, DIGEST_SIZE);
    }
    *count = hashes->count;
    return true;
}

/* Do our first events lead to what was signed? */
static bool has_in_common(
    const struct succession *succession,
    struct ledger *ledger,
    struct arena *arena,
    const struct checkpoint *checkpoint)
{
    const struct tree_head to = {checkpoint->size, checkpoint->root};
    struct tree_head from = {.size = (uint64_t)succession->size};
    struct digest hashes[MOST_HASHES];
    struct tree_path path = {.hashes = hashes};

    return from.size > 0 && from.size <= ledger_size(ledger) &&
           read_path(&succession->hashes, arena, hashes, &path.count) &&
           ledger_root(ledger, from.size, &from.root, NULL) == STATUS_OK &&
           tree_continues(&from, &to, &path);
}

/* As where an older backup was put back: that epoch began beyond our end, so that nothing can be compared. */
static bool is_behind(
    const struct succession *succession, struct ledger *ledger, const struct checkpoint *checkpoint)
{
    uint64_t since = (uint64_t)succession->size;

    return since > ledger_size(ledger) && since < checkpoint->size;
}

enum status succession_check(
    const struct succession *succession,
    struct ledger *ledger,
    const struct log_identity *identity,
    struct arena *arena,
    struct succeeded *out,
    struct error *error)
{
    struct checkpoint checkpoint;
    int64_t their_epoch = 0;
    int64_t epoch = 0;

    if (!checkpoint_parse(arena, succession->checkpoint, &checkpoint) ||
        !log_identity_epoch(identity, identity->origin, &epoch) ||
        !log_identity_epoch(identity, checkpoint.origin, &their_epoch) ||
        !is_ours(identity, ledger_now(ledger), succession->checkpoint, arena, &checkpoint))
        return unproved(
            "No key that signs this ledger now has signed that checkpoint, under an origin of this ledger.",
            error);
    *out = (struct succeeded){.origin = checkpoint.origin};
    if (their_epoch <= epoch)
        return STATUS_OK;
    if (has_in_common(succession, ledger, arena, &checkpoint))
        out->common = (uint64_t)succession->size;
    else if (!is_behind(succession, ledger, &checkpoint))
        return unproved(
            "By its hashes that checkpoint does not continue this ledger from that size.", error);
    out->epoch = their_epoch;
    return STATUS_OK;
}
