/*
 * The ledger does not continue what was signed of it: an operator says why, and that it is another log
 * from here on. Nothing is ever signed again under the former origin.
 *
 *   api/control ──declare_origin──► [here] ──origin_declared──► eventlog/signer.c
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"

static const struct field declare_origin_fields[] = {
    {TEXT(declare_origin, reason), .tag = 1, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 500, .doc = "Reason, for the record."},
    {TEXT(declare_origin, seen), .tag = 3, .min = 1, .max = 8000,
     .doc = "Checkpoint that others have kept and that the ledger does not continue; absent: the "
            "newest that this server has kept."},
    {TEXT(declare_origin, note), .tag = 2, .flags = SERVER_SET, .max = 8000,
     .doc = "The checkpoint that the ledger does not continue; absent: it continues all of them."},
};
static const struct shape declare_origin_shape =
    SHAPE(declare_origin, "Why the ledger does not continue what was signed.");

/* What the checkpoint says, and the epoch after it and after all that are on record. */
static enum status judge(
    struct decision *decision,
    const struct log_identity *identity,
    struct text note,
    struct checkpoint *out_said,
    int64_t *out_epoch,
    struct error *error)
{
    int64_t said_epoch;
    int64_t epoch;

    if (!text_is_present(note))
        return decision_refuse(error, &refused_nothing_contradicted);
    if (!checkpoint_parse(decision->arena, note, out_said) ||
        !log_identity_epoch(identity, out_said->origin, &said_epoch) ||
        !log_identity_epoch(identity, identity->origin, &epoch))
        return decision_refuse(error, &refused_checkpoint_foreign);
    *out_epoch = (said_epoch > epoch ? said_epoch : epoch) + 1;
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct declare_origin *order = input;
    struct log_identity identity;
    struct checkpoint said;
    int64_t epoch = 0;
    struct text origin;
    enum status status;

    if (!platform_log_identity(decision->model, decision->arena, &identity))
        return decision_refuse(error, &refused_ledger_not_begun);
    status = judge(decision, &identity, order->note, &said, &epoch, error);
    if (status != STATUS_OK)
        return status;
    origin = log_identity_origin(decision->arena, &identity, epoch);
    if (!note_name_is_valid(origin))
        return decision_refuse(error, &refused_origin_too_long);
    decision_emit(
        decision, &origin_declared_event, installation_id(decision), UUID_NONE,
        &(struct origin_declared){
            .origin = origin,
            .former_origin = said.origin,
            .size = (int64_t)said.size,
            .root = bytes_copy(
                decision->arena, (struct bytes){said.root.bytes, sizeof(said.root.bytes)}),
            .note = order->note,
            .reason = order->reason,
        });
    return STATUS_OK;
}

static const struct field declared_origin_fields[] = {
    {TEXT(declared_origin, origin), .tag = 1, .flags = REQUIRED,
     .doc = "Name of the ledger in its checkpoints from now on."},
    {TEXT(declared_origin, key), .tag = 2, .flags = REQUIRED,
     .doc = "Key that verifies them, as tools for signed notes take it."},
};
static const struct shape declared_origin_shape =
    SHAPE(declared_origin, "The origin that checkpoints have from now on.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct declared_origin *declared = answer;
    struct log_identity identity;

    (void)input;
    if (!platform_log_identity(decision->model, arena, &identity))
        return;
    declared->origin = identity.origin;
    declared->key = platform_verifier(&identity, arena);
}

const struct command declare_origin_command = {
    .name = "declare_origin",
    .doc =
        "Has the ledger go on under another origin, because it does not continue what was signed.",
    .input = &declare_origin_shape,
    .decide = decide,
    .answer = &declared_origin_shape,
    .answer_from = answer_from,
};
