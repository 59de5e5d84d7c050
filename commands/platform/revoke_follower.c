/*
 * A server follows no longer: its token opens nothing from now on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/follower.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field revoke_follower_fields[] = {
    {TEXT(revoke_follower, name), .tag = 1, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 100, .doc = "Name of the follower."},
};
static const struct shape revoke_follower_shape = SHAPE(revoke_follower, "Who follows no longer.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct revoke_follower *order = input;
    struct uuid follower;

    if (!model_holder(decision->model, CLAIM_FOLLOWER_NAME, bytes_of_text(order->name), &follower))
        return decision_refuse(error, &refused_follower_unknown);
    decision_emit(
        decision, &follower_revoked_event, follower, UUID_NONE,
        &(struct follower_revoked){.follower_id = follower});
    return STATUS_OK;
}

const struct command revoke_follower_command = {
    .name = "revoke_follower",
    .doc = "Ends a follower's admission.",
    .input = &revoke_follower_shape,
    .decide = decide,
};
