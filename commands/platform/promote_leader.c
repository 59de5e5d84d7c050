/*
 * A follower leads from now on: the first event of a new epoch, under whose origin alone checkpoints are signed from
 * here on. Whoever has seen it believes no older one.
 *
 *   replay/promote.h ──► api/control ──promote_leader──► [here] ──leader_promoted──► eventlog/log_identity.h
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"

static const struct field promote_leader_fields[] = {
    {INT64(promote_leader, size), .tag = 1, .flags = REQUIRED, .min = 1,
     .doc = "Size of what was followed."},
    {BYTES(promote_leader, root), .tag = 2, .flags = REQUIRED, .max = DIGEST_SIZE,
     .doc = "Root of the ledger of that size."},
    {TEXT(promote_leader, note), .tag = 3, .flags = REQUIRED, .min = 1, .max = 8000,
     .doc = "The newest checkpoint of the former leader."},
    {TEXT(promote_leader, former_leader), .tag = 4, .flags = REQUIRED, .min = 1, .max = 4096,
     .doc = "URL of the former leader."},
    {TEXT(promote_leader, confirmed_by), .tag = 5, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 200, .doc = "Who has made sure that the former leader is down."},
    {TEXT(promote_leader, reason), .tag = 6, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 500, .doc = "Reason, for the record."},
    {LIST_OF(promote_leader, dropped, KIND_INT64), .tag = 7, .flags = REQUIRED, .max = 100000,
     .doc = "Positions of bodies that the former leader had dropped by events which are none of "
            "this ledger."},
};
static const struct shape promote_leader_shape = SHAPE(promote_leader, "Who leads, and why.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct promote_leader *order = input;
    struct log_identity identity;
    struct text origin;
    int64_t epoch = 0;

    if (!platform_log_identity(decision->model, decision->arena, &identity) ||
        !log_identity_epoch(&identity, identity.origin, &epoch))
        return decision_refuse(error, &refused_ledger_not_begun);
    origin = log_identity_origin(decision->arena, &identity, epoch + 1);
    if (!note_name_is_valid(origin))
        return decision_refuse(error, &refused_origin_too_long);
    decision_emit(
        decision, &leader_promoted_event, installation_id(decision), UUID_NONE,
        &(struct leader_promoted){
            .origin = origin,
            .former_origin = identity.origin,
            .size = order->size,
            .root = order->root,
            .note = order->note,
            .former_leader = order->former_leader,
            .confirmed_by = order->confirmed_by,
            .reason = order->reason,
            .dropped = order->dropped,
        });
    return STATUS_OK;
}

static const struct field promoted_leader_fields[] = {
    {TEXT(promoted_leader, origin), .tag = 1, .flags = REQUIRED,
     .doc = "Name of the ledger in its checkpoints from now on."},
    {TEXT(promoted_leader, key), .tag = 2, .flags = REQUIRED,
     .doc = "Key that verifies them, as tools for signed notes take it."},
    {INT64(promoted_leader, epoch), .tag = 3, .flags = REQUIRED, .doc = "Epoch that begins."},
};
static const struct shape promoted_leader_shape =
    SHAPE(promoted_leader, "The epoch that begins with this leader.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct promoted_leader *promoted = answer;
    struct log_identity identity;

    (void)input;
    if (!platform_log_identity(decision->model, arena, &identity))
        return;
    promoted->origin = identity.origin;
    promoted->key = platform_verifier(&identity, arena);
    (void)!log_identity_epoch(&identity, identity.origin, &promoted->epoch);
}

const struct command promote_leader_command = {
    .name = "promote_leader",
    .doc = "Has a follower lead from now on, in the place of its leader.",
    .input = &promote_leader_shape,
    .decide = decide,
    .answer = &promoted_leader_shape,
    .answer_from = answer_from,
};
