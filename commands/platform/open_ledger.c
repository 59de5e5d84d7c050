/*
 * Begin the ledger: the first command of every installation.
 *
 *   first start ──open_ledger──► [here] ──ledger_opened──► position 0
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field open_ledger_fields[] = {
    {TEXT(open_ledger, origin_name), .tag = 1, .min = 1, .max = 255,
     .doc = "Name of the ledger in its checkpoints; without one, after the installation's id."},
    {BYTES(open_ledger, verifier_key), .tag = 2, .flags = REQUIRED, .max = 32,
     .doc = "Ed25519 public key of its checkpoints."},
    {BYTES(open_ledger, key_ids), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Ids of the installation's own keys."},
};
static const struct shape open_ledger_shape = SHAPE(open_ledger, "Name and keys of the ledger.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct open_ledger *order = input;
    struct ledger_opened opened = {
        .origin_name = order->origin_name,
        .verifier_key = order->verifier_key,
        .key_ids = order->key_ids,
    };

    if (uuid_is_present(installation_id(decision)))
        return decision_refuse(error, &refused_ledger_begun);
    opened.installation_id = decision_id(decision);
    if (!text_is_present(opened.origin_name))
        opened.origin_name = text_format(
            decision->arena, "fleetledger/%s", decision_show(decision, opened.installation_id));
    decision_emit(decision, &ledger_opened_event, opened.installation_id, UUID_NONE, &opened);
    return STATUS_OK;
}

const struct command open_ledger_command = {
    .name = "open_ledger",
    .doc = "Opens the ledger.",
    .input = &open_ledger_shape,
    .decide = decide,
};
