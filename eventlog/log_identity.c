/*
 * Folding the ledger's name and keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/log_identity.h"

#include "core/base/arena.h"
#include "eventlog/events/platform_events.h"

static const struct field log_key_fields[] = {
    {BYTES(log_key, verifier_key), .tag = 1, .flags = REQUIRED, .max = VERIFIER_KEY_SIZE,
     .doc = "Ed25519 public key."},
    {TIMESTAMP(log_key, until), .tag = 2, .doc = "Time until which it signs; absent: the newest."},
};
static const struct shape log_key_shape = SHAPE(log_key, "A key that signs checkpoints.");

static const struct field log_identity_fields[] = {
    {TEXT(log_identity, name), .tag = 1, .max = 255, .doc = "Name that position 0 gave."},
    {TEXT(log_identity, origin), .tag = 2, .max = 255, .doc = "Name in checkpoints now."},
    {OBJECTS(log_identity, keys, log_key), .tag = 3, .doc = "Keys, the newest first."},
    {INT64(log_identity, since), .tag = 4,
     .doc = "Size of the ledger up to which it had another origin; 0: it never had."},
};
const struct shape log_identity_shape =
    SHAPE(log_identity, "What the ledger is called in checkpoints, and who signs them.");

static const struct log_key *keys_of(const struct log_identity *identity)
{
    return identity->keys.items;
}

bool log_key_signs(const struct log_key *key, struct timestamp at)
{
    return !timestamp_is_present(key->until) || key->until.us > at.us;
}

size_t log_identity_signing(const struct log_identity *identity, struct timestamp at)
{
    size_t count = 0;

    for (size_t i = 0; i < identity->keys.count; i++)
        count += log_key_signs(&keys_of(identity)[i], at);
    return count;
}

/* The new key first; those that had ended before are left behind. */
static void rotate(struct arena *arena, const struct record *record, struct log_identity *identity)
{
    const struct signing_key_rotated *event = record->event;
    struct log_key *keys = arena_array(arena, identity->keys.count + 1, sizeof(*keys));
    size_t count = 1;

    if (event->verifier_key.size != VERIFIER_KEY_SIZE)
        return;
    keys[0] = (struct log_key){.verifier_key = event->verifier_key};
    for (size_t i = 0; i < identity->keys.count; i++) {
        struct log_key key = keys_of(identity)[i];
        if (!log_key_signs(&key, record->entry.recorded_at))
            continue;
        if (!timestamp_is_present(key.until))
            key.until = event->overlap_until;
        keys[count++] = key;
    }
    identity->keys = (struct list){keys, count};
}

static void begin(struct arena *arena, const struct record *record, struct log_identity *identity)
{
    const struct ledger_opened *event = record->event;
    struct log_key *key = arena_one(arena, struct log_key);

    *key = (struct log_key){.verifier_key = event->verifier_key};
    *identity = (struct log_identity){
        .name = event->origin_name,
        .origin = event->origin_name,
        .keys = {key, event->verifier_key.size == VERIFIER_KEY_SIZE},
    };
}

bool log_identity_concerns(const struct record *record)
{
    return record->type == &ledger_opened_event || record->type == &signing_key_rotated_event ||
           record->type == &origin_declared_event || record->type == &leader_promoted_event;
}

static void
begin_epoch(const struct record *record, struct text origin, struct log_identity *identity)
{
    identity->origin = origin;
    identity->since = (int64_t)record->position.value;
}

void log_identity_fold(
    struct arena *arena, const struct record *record, struct log_identity *identity)
{
    if (record->type == &ledger_opened_event)
        begin(arena, record, identity);
    if (record->type == &signing_key_rotated_event)
        rotate(arena, record, identity);
    if (record->type == &origin_declared_event)
        begin_epoch(record, ((const struct origin_declared *)record->event)->origin, identity);
    if (record->type == &leader_promoted_event)
        begin_epoch(record, ((const struct leader_promoted *)record->event)->origin, identity);
}

bool log_identity_epoch(const struct log_identity *identity, struct text origin, int64_t *out)
{
    static const struct text mark = TEXT_OF("/e");
    struct text rest = text_slice(origin, identity->name.size, origin.size);
    int64_t epoch;

    if (text_equal(origin, identity->name)) {
        *out = 0;
        return true;
    }
    if (!text_starts_with(origin, identity->name) || !text_starts_with(rest, mark))
        return false;
    rest = text_slice(rest, mark.size, rest.size);
    if (!text_to_int64(rest, &epoch) || epoch < 1 || rest.data[0] == '0')
        return false;
    *out = epoch;
    return true;
}

struct text
log_identity_origin(struct arena *arena, const struct log_identity *identity, int64_t epoch)
{
    if (epoch == 0)
        return identity->name;
    return text_format(arena, "%.*s/e%lld", TEXT_ARGS(identity->name), (long long)epoch);
}
