/*
 * Somebody who has just shown a second factor trusts the device that they did it on. The text of its token is shown once, by
 * api, and nobody has it afterwards.
 *
 *   api ──trust_device──► [here] ──device_trusted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"
#include "commands/identity/session.h"

static const struct field trust_device_fields[] = {
    {UUID(trust_device, session_id), .tag = 1, .flags = SERVER_SET,
     .doc = "Id of the session that it is asked with."},
    {UUID(trust_device, device_id), .tag = 2, .flags = SERVER_SET, .doc = "Id of the device."},
    {BYTES(trust_device, digest), .tag = 3, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "SHA-256 digest of its token."},
    {PERSONAL(trust_device, name), .tag = 4, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = DEVICE_LONGEST_NAME, .doc = "What to call the device."},
};
static const struct shape trust_device_shape =
    SHAPE(trust_device, "Device that stands for the second factor.");

static const struct field trusted_device_fields[] = {
    {TIMESTAMP(trusted_device, trusted_until), .tag = 1, .flags = REQUIRED,
     .doc = "Time until which it is trusted."},
};
static const struct shape trusted_device_shape =
    SHAPE(trusted_device, "How long a device is trusted.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct trust_device *order = input;
    struct uuid user_id = decision->actor.id;
    const struct device_trusted trusted = {
        .user_id = user_id,
        .device_id = order->device_id,
        .digest = order->digest,
        .name = order->name,
        .trusted_until = timestamp_plus_us(decision->now, decision->policy->device_trust_us),
    };
    enum status status;

    if (decision->policy->device_trust_us == 0)
        return decision_refuse(error, &refused_device_trust_off);
    status = session_must_be_by_factor(decision, order->session_id, user_id, false, error);
    if (status != STATUS_OK)
        return status;
    if (model_count_links(decision->model, LINK_DEVICE, user_id, DEVICES_OF_USER) >=
        DEVICES_OF_USER)
        return decision_refuse(error, &refused_devices_too_many);
    decision_emit(decision, &device_trusted_event, user_id, UUID_NONE, &trusted);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct trust_device *order = input;
    struct device device;

    (void)arena;
    if (device_load(decision, order->device_id, &device))
        ((struct trusted_device *)answer)->trusted_until = device.trusted_until;
}

const struct command trust_device_command = {
    .name = "trust_device",
    .doc = "Has a device stand for the second factor of the caller's sign-ins.",
    .input = &trust_device_shape,
    .decide = decide,
    .answer = &trusted_device_shape,
    .answer_from = answer_from,
};
