/*
 * Folding who may follow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/follower.h"

#include "eventlog/events/platform_events.h"

static const struct field follower_fields[] = {
    {UUID(follower, follower_id), .tag = 1, .doc = "Id of the follower."},
    {TEXT(follower, name), .tag = 2, .doc = "Name of the follower."},
    {BYTES(follower, token_digest), .tag = 3, .doc = "Keyed digest of its token."},
};
static const struct shape follower_shape = SHAPE(follower, "State of an admitted follower.");
const struct aggregate follower_aggregate = {STATE_FOLLOWER, "follower", &follower_shape};

static void fold_admitted(struct fold *fold, const struct follower_admitted *event)
{
    const struct follower follower = {event->follower_id, event->name, event->token_digest};

    fold_claim(fold, CLAIM_FOLLOWER_NAME, bytes_of_text(event->name), event->follower_id);
    fold_claim(fold, CLAIM_FOLLOWER, event->token_digest, event->follower_id);
    model_store(fold->model, &follower_aggregate, event->follower_id, &follower);
}

static void fold_revoked(struct fold *fold, const struct follower_revoked *event)
{
    struct follower follower = {.follower_id = event->follower_id};

    if (!model_load(fold->model, &follower_aggregate, event->follower_id, fold->arena, &follower))
        return;
    fold_release(fold, CLAIM_FOLLOWER_NAME, bytes_of_text(follower.name), follower.follower_id);
    fold_release(fold, CLAIM_FOLLOWER, follower.token_digest, follower.follower_id);
    model_remove(fold->model, &follower_aggregate, follower.follower_id);
}

void follower_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &follower_admitted_event)
        fold_admitted(fold, record->event);
    else
        fold_revoked(fold, record->event);
}
