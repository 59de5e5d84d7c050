/*
 * Folding security keys, and what holds of one that is shown: each challenge opens one thing, and none older than it; and
 * a key that counts never counts back, or there are two of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/security_key.h"

#include "eventlog/events/identity_events.h"

static const struct field security_key_fields[] = {
    {UUID(security_key, user_id), .tag = 1, .doc = "Id of the person."},
    {PERSONAL(security_key, credential), .tag = 2, .doc = "Id by which the key knows itself."},
    {PERSONAL(security_key, public_key), .tag = 3, .doc = "Public key of the security key."},
    {UUID(security_key, event_id), .tag = 4, .doc = "Id of the event that both are encrypted for."},
    {BYTES(security_key, credential_digest), .tag = 5, .doc = "Keyed digest of the key's id."},
    {INT64(security_key, count), .tag = 6, .doc = "Count of its signatures."},
    {TIMESTAMP(security_key, challenged_at), .tag = 7,
     .doc = "Time of the newest challenge that it signed."},
    {LIST_OF(security_key, transports, KIND_TEXT), .tag = 8, .doc = "How browsers reach it."},
};
static const struct shape security_key_shape = SHAPE(security_key, "State of a security key.");
const struct aggregate security_key_aggregate = {
    STATE_SECURITY_KEY, "security_key", &security_key_shape};

static const struct field shown_key_fields[] = {
    {UUID(shown_key, key_id), .tag = 1, .doc = "Id of the key; absent: none of the person's."},
    {BOOL(shown_key, is_right), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it signed the challenge."},
    {INT64(shown_key, count), .tag = 3, .flags = REQUIRED, .doc = "Count of its signatures."},
    {TIMESTAMP(shown_key, challenged_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time of the challenge."},
};
const struct shape shown_key_shape = SHAPE(shown_key, "A challenge that a key has signed.");

bool security_key_load(
    const struct decision *decision,
    struct uuid user_id,
    struct uuid key_id,
    struct security_key *out)
{
    return model_load(decision->model, &security_key_aggregate, key_id, decision->arena, out) &&
           uuid_equal(out->user_id, user_id);
}

bool security_key_next(const struct model *model, struct uuid user_id, struct uuid *key_id)
{
    return model_next_link(model, LINK_SECURITY_KEY, user_id, *key_id, key_id, NULL);
}

static bool counts_on(const struct security_key *key, int64_t count)
{
    return (count == 0 && key->count == 0) || count > key->count;
}

enum status security_key_must_be_shown(
    const struct decision *decision,
    struct uuid user_id,
    const struct shown_key *shown,
    struct error *error)
{
    struct security_key key;

    if (!security_key_load(decision, user_id, shown->key_id, &key))
        return decision_refuse(error, &refused_key_unknown);
    if (!opt_bool_is_true(shown->is_right))
        return decision_refuse(error, &refused_key_wrong);
    if (shown->challenged_at.us <= key.challenged_at.us)
        return decision_refuse(error, &refused_key_replayed);
    if (!counts_on(&key, shown->count))
        return decision_refuse(error, &refused_key_copied);
    return STATUS_OK;
}

void security_key_emit_used(
    struct decision *decision, struct uuid user_id, const struct shown_key *shown)
{
    const struct security_key_used used = {
        user_id, shown->key_id, shown->count, shown->challenged_at};

    decision_emit(decision, &security_key_used_event, user_id, UUID_NONE, &used);
}

void security_key_emit_all_removed(
    struct decision *decision, struct uuid user_id, const struct user *user)
{
    struct uuid key_id = UUID_NONE;
    int64_t left = user->security_keys;

    while (security_key_next(decision->model, user_id, &key_id)) {
        const struct security_key_removed removed = {
            user_id, key_id, opt_bool_of(--left == 0 && !user_has_code(user))};
        decision_emit(decision, &security_key_removed_event, user_id, UUID_NONE, &removed);
    }
}

/* Folding. */

static bool load_user(struct fold *fold, struct uuid user_id, struct user *out)
{
    return model_load(fold->model, &user_aggregate, user_id, fold->arena, out);
}

static void fold_added(struct fold *fold, const struct record *record)
{
    const struct security_key_added *added = record->event;
    const struct security_key key = {
        .user_id = added->user_id,
        .credential = added->credential,
        .public_key = added->public_key,
        .event_id = record->entry.event_id,
        .credential_digest = added->credential_digest,
        .count = added->count,
        .transports = added->transports,
    };
    struct user user;

    if (!load_user(fold, added->user_id, &user))
        return;
    fold_claim(fold, CLAIM_SECURITY_KEY, added->credential_digest, added->key_id);
    model_link(fold->model, LINK_SECURITY_KEY, added->user_id, added->key_id, 1);
    model_store(fold->model, &security_key_aggregate, added->key_id, &key);
    user.security_keys++;
    user.session_version++;
    if (bytes_are_present(added->recovery))
        user.recovery = added->recovery;
    model_store(fold->model, &user_aggregate, added->user_id, &user);
}

static void fold_used(struct fold *fold, const struct record *record)
{
    const struct security_key_used *used = record->event;
    struct security_key key;

    if (!model_load(fold->model, &security_key_aggregate, used->key_id, fold->arena, &key))
        return;
    key.count = used->count;
    key.challenged_at = used->challenged_at;
    model_store(fold->model, &security_key_aggregate, used->key_id, &key);
}

/* False: there is none such. */
static bool forget(struct fold *fold, struct uuid key_id)
{
    struct security_key key;

    if (!model_load(fold->model, &security_key_aggregate, key_id, fold->arena, &key))
        return false;
    fold_release(fold, CLAIM_SECURITY_KEY, key.credential_digest, key_id);
    model_unlink(fold->model, LINK_SECURITY_KEY, key.user_id, key_id);
    model_remove(fold->model, &security_key_aggregate, key_id);
    return true;
}

static void fold_removed(struct fold *fold, const struct record *record)
{
    const struct security_key_removed *removed = record->event;
    struct user user;

    if (!forget(fold, removed->key_id) || !load_user(fold, removed->user_id, &user))
        return;
    user.security_keys--;
    user.session_version++;
    if (opt_bool_is_true(removed->is_last))
        user.recovery = (struct bytes){NULL, 0};
    model_store(fold->model, &user_aggregate, removed->user_id, &user);
}

void security_key_fold_gone(struct fold *fold, struct uuid user_id)
{
    for (struct uuid id = UUID_NONE; security_key_next(fold->model, user_id, &id);)
        (void)forget(fold, id);
}

void security_key_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &security_key_added_event)
        fold_added(fold, record);
    else if (record->type == &security_key_used_event)
        fold_used(fold, record);
    else if (record->type == &security_key_removed_event)
        fold_removed(fold, record);
}
