/*
 * Folding what happens to the installation itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"

#include "commands/platform/follower.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"

static const struct field installation_fields[] = {
    {UUID(installation, installation_id), .tag = 1, .doc = "Id of the installation."},
    {TEXT(installation, origin_name), .tag = 2, .doc = "Name that the ledger began with."},
    {BYTES(installation, verifier_key), .tag = 3,
     .doc = "Ed25519 public key of its first checkpoints."},
};
static const struct shape installation_shape = SHAPE(installation, "State of the installation.");
const struct aggregate installation_aggregate = {
    STATE_INSTALLATION, "installation", &installation_shape};

const struct aggregate log_identity_aggregate = {
    STATE_LOG_IDENTITY, "log_identity", &log_identity_shape};

bool platform_log_identity(const struct model *model, struct arena *arena, struct log_identity *out)
{
    shape_clear(&log_identity_shape, out);
    return model_load(model, &log_identity_aggregate, UUID_NONE, arena, out);
}

struct text platform_verifier(const struct log_identity *identity, struct arena *arena)
{
    const struct log_key *newest = identity->keys.items;
    struct note_key key;

    if (identity->keys.count == 0)
        return (struct text){NULL, 0};
    key = note_key_of(identity->origin, newest->verifier_key);
    return note_key_text(arena, &key);
}

static void fold_identity(struct fold *fold, const struct record *record)
{
    struct log_identity identity;

    (void)platform_log_identity(fold->model, fold->arena, &identity); /* none: it begins here */
    log_identity_fold(fold->arena, record, &identity);
    model_store(fold->model, &log_identity_aggregate, UUID_NONE, &identity);
}

static void fold_opened(struct fold *fold, const struct record *record)
{
    const struct ledger_opened *opened = record->event;
    const struct installation installation = {
        record->entry.stream, opened->origin_name, opened->verifier_key};

    model_store(fold->model, &installation_aggregate, UUID_NONE, &installation);
}

static void fold_key_encryption(struct fold *fold, const struct key_encryption_key_rotated *rotated)
{
    const struct key_encryption now = {rotated->key_id};

    model_store(fold->model, &key_encryption_aggregate, UUID_NONE, &now);
}

void platform_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum platform_event)record->type->id) {
    case EVT_LEDGER_OPENED:
        fold_opened(fold, record);
        fold_identity(fold, record);
        break;
    case EVT_SIGNING_KEY_ROTATED:
    case EVT_ORIGIN_DECLARED:
        fold_identity(fold, record);
        break;
    case EVT_LEADER_PROMOTED:
        fold_identity(fold, record);
        settings_evolve(fold, record);
        break;
    case EVT_SETTINGS_CHANGED:
    case EVT_SETTING_SEALED:
    case EVT_RESTART_REQUESTED:
        settings_evolve(fold, record);
        break;
    case EVT_KEY_ENCRYPTION_KEY_ROTATED:
        fold_key_encryption(fold, record->event);
        break;
    case EVT_KEY_DESTROYED:
        platform_note_destroyed(fold, record);
        break;
    case EVT_FOLLOWER_ADMITTED:
    case EVT_FOLLOWER_REVOKED:
        follower_evolve(fold, record);
        break;
    case EVT_REFUSAL_RECORDED:
    case EVT_REFUSALS_SUMMARISED:
    case EVT_EXPORT_MADE:
    case EVT_LOG_RESTORED:
    case EVT_DRILL_RECORDED:
    case EVT_LOOK_RECORDED:
    case EVT_LOOKS_COUNTED:
    case EVT_FIELDS_OPENED:
        break;
    }
}

struct uuid installation_id(const struct decision *decision)
{
    struct installation installation;

    if (!model_load(
            decision->model, &installation_aggregate, UUID_NONE, decision->arena, &installation))
        return UUID_NONE;
    return installation.installation_id;
}

struct text platform_first_verifier(const struct model *model, struct arena *arena)
{
    struct installation installation;
    struct note_key key;

    if (!model_load(model, &installation_aggregate, UUID_NONE, arena, &installation))
        return (struct text){NULL, 0};
    key = note_key_of(installation.origin_name, installation.verifier_key);
    return note_key_text(arena, &key);
}

struct text platform_origin(const struct model *model, struct arena *arena)
{
    struct log_identity identity;

    (void)platform_log_identity(model, arena, &identity);
    return identity.origin;
}
