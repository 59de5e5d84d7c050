/*
 * Folding what happens to second factors: the secret of codes, the newest that were taken, recovery codes.
 *
 *   factor_offered ──► offered ──factor_enabled──► asked for ──factor_disabled──► none
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "eventlog/events/identity_events.h"

#include <string.h>

static bool load(struct fold *fold, struct uuid user_id, struct user *out)
{
    return model_load(fold->model, &user_aggregate, user_id, fold->arena, out);
}

static void store(struct fold *fold, struct uuid user_id, const struct user *user)
{
    model_store(fold->model, &user_aggregate, user_id, user);
}

static void on_factor_offered(struct fold *fold, const struct record *record)
{
    const struct factor_offered *offered = record->event;
    struct user user;

    if (!load(fold, offered->user_id, &user))
        return;
    user.offered = offered->secret;
    user.offered_event_id = record->entry.event_id;
    store(fold, offered->user_id, &user);
}

static void on_factor_enabled(struct fold *fold, const struct record *record)
{
    const struct factor_enabled *enabled = record->event;
    struct user user;

    if (!load(fold, enabled->user_id, &user))
        return;
    user.factor = user.offered;
    user.factor_event_id = user.offered_event_id;
    user.offered = (struct personal){.box = {NULL, 0}};
    user.offered_event_id = UUID_NONE;
    user.sign_in_step = 0;
    user.change_step = 0;
    user.recovery = enabled->recovery;
    user.session_version++;
    store(fold, enabled->user_id, &user);
}

int64_t user_recovery_index(const struct user *user, struct bytes digest)
{
    for (size_t at = 0; at + RECOVERY_DIGEST_SIZE <= user->recovery.size;
         at += RECOVERY_DIGEST_SIZE) {
        if (bytes_equal((struct bytes){user->recovery.data + at, RECOVERY_DIGEST_SIZE}, digest))
            return (int64_t)(at / RECOVERY_DIGEST_SIZE);
    }
    return -1;
}

/* In the fold's arena. */
static struct bytes without_code(struct fold *fold, const struct user *user, struct bytes digest)
{
    int64_t index = user_recovery_index(user, digest);
    size_t before = (size_t)index * RECOVERY_DIGEST_SIZE;
    size_t behind = before + RECOVERY_DIGEST_SIZE;
    uint8_t *left;

    if (index < 0)
        return user->recovery;
    left = arena_take(fold->arena, user->recovery.size);
    memcpy(left, user->recovery.data, before);
    memcpy(left + before, user->recovery.data + behind, user->recovery.size - behind);
    return (struct bytes){left, user->recovery.size - RECOVERY_DIGEST_SIZE};
}

static void on_factor_used(struct fold *fold, const struct record *record)
{
    const struct factor_used *used = record->event;
    struct user user;

    if (!load(fold, used->user_id, &user))
        return;
    if (used->step != INT64_ABSENT)
        user.sign_in_step = used->step;
    else
        user.recovery = without_code(fold, &user, used->recovery);
    store(fold, used->user_id, &user);
}

static void on_recovery_replaced(struct fold *fold, const struct record *record)
{
    const struct recovery_codes_replaced *replaced = record->event;
    struct user user;

    if (!load(fold, replaced->user_id, &user))
        return;
    user.recovery = replaced->recovery;
    user.change_step = replaced->step;
    user.session_version++;
    store(fold, replaced->user_id, &user);
}

static void on_factor_disabled(struct fold *fold, const struct record *record)
{
    const struct factor_disabled *disabled = record->event;
    struct user user;

    if (!load(fold, disabled->user_id, &user))
        return;
    user.factor = (struct personal){.box = {NULL, 0}};
    user.factor_event_id = UUID_NONE;
    user.offered = (struct personal){.box = {NULL, 0}};
    user.offered_event_id = UUID_NONE;
    if (!user_has_factor(&user))
        user.recovery = (struct bytes){NULL, 0};
    user.session_version++;
    store(fold, disabled->user_id, &user);
}

/* Of other events nothing. */
void factor_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &factor_offered_event)
        on_factor_offered(fold, record);
    else if (record->type == &factor_enabled_event)
        on_factor_enabled(fold, record);
    else if (record->type == &factor_used_event)
        on_factor_used(fold, record);
    else if (record->type == &recovery_codes_replaced_event)
        on_recovery_replaced(fold, record);
    else if (record->type == &factor_disabled_event)
        on_factor_disabled(fold, record);
}
