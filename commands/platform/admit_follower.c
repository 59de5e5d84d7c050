/*
 * A server may follow this one: it is known by its token from now on, of which the ledger has a keyed digest.
 *
 *   api/control ──admit_follower──► [here] ──follower_admitted──► query_follower.c
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/follower.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field admit_follower_fields[] = {
    {TEXT(admit_follower, name), .tag = 1, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 100, .doc = "Name of the follower, which no other one has."},
    {TEXT(admit_follower, token), .tag = 2, .flags = SECRET, .min = 32, .max = 200,
     .doc = "Token that it shows; not kept."},
    {BYTES(admit_follower, token_digest), .tag = 3, .flags = SERVER_SET | SECRET,
     .max = DIGEST_SIZE, .doc = "Keyed digest of the token."},
};
static const struct shape admit_follower_shape = SHAPE(admit_follower, "Who may follow.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct admit_follower *order = input;
    struct uuid holder;

    if (model_holder(decision->model, CLAIM_FOLLOWER_NAME, bytes_of_text(order->name), &holder))
        return decision_refuse(error, &refused_follower_name_taken);
    if (model_holder(decision->model, CLAIM_FOLLOWER, order->token_digest, &holder))
        return decision_refuse(error, &refused_follower_token_taken);
    holder = decision_id(decision);
    decision_emit(
        decision, &follower_admitted_event, holder, UUID_NONE,
        &(struct follower_admitted){
            .follower_id = holder, .name = order->name, .token_digest = order->token_digest});
    return STATUS_OK;
}

static const struct field admitted_follower_fields[] = {
    {UUID(admitted_follower, follower_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the follower."},
    {TEXT(admitted_follower, key), .tag = 2,
     .doc = "Key that verifies checkpoints, as tools for signed notes take it."},
};
static const struct shape admitted_follower_shape =
    SHAPE(admitted_follower, "What the follower must be given.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct admitted_follower *admitted = answer;
    struct log_identity identity;

    (void)input;
    admitted->follower_id = decision->subject;
    if (platform_log_identity(decision->model, arena, &identity))
        admitted->key = platform_verifier(&identity, arena);
}

const struct command admit_follower_command = {
    .name = "admit_follower",
    .doc = "Lets another server follow this one.",
    .input = &admit_follower_shape,
    .decide = decide,
    .answer = &admitted_follower_shape,
    .answer_from = answer_from,
};
