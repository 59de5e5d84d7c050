/*
 * A device is trusted no more: its person, an admin, or the clock says so.
 *
 *   api, automation ──end_device, end_devices, expire_device──► [here] ──devices_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"

static const struct field end_device_fields[] = {
    {UUID(end_device, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the person; absent: the caller."},
    {UUID(end_device, device_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the device."},
};
static const struct shape end_device_shape =
    SHAPE(end_device, "Device that is to be trusted no more.");

static const struct field end_devices_fields[] = {
    {UUID(end_devices, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the person; absent: the caller."},
};
static const struct shape end_devices_shape =
    SHAPE(end_devices, "Person whose devices are to be trusted no more.");

static enum device_end end_by(const struct decision *decision, struct uuid user_id)
{
    return uuid_equal(user_id, decision->actor.id) ? DEVICE_ENDED : DEVICE_WITHDRAWN;
}

static enum status decide_one(struct decision *decision, const void *input, struct error *error)
{
    const struct end_device *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    struct device device;

    if (!device_load(decision, order->device_id, &device) || !uuid_equal(device.user_id, user_id))
        return decision_refuse(
            error, &refused_device_missing, decision_show(decision, order->device_id));
    device_emit_ended(
        decision, user_id, (struct list){&order->device_id, 1}, end_by(decision, user_id));
    return STATUS_OK;
}

static enum status decide_all(struct decision *decision, const void *input, struct error *error)
{
    const struct end_devices *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    struct user user;

    if (!user_load(decision, user_id, &user))
        return decision_refuse(error, &refused_account_missing, decision_show(decision, user_id));
    device_emit_all_ended(decision, user_id, end_by(decision, user_id));
    return STATUS_OK;
}

static enum status decide_expiry(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct device device;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !device_load(decision, timer->id, &device))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    device_emit_ended(decision, device.user_id, (struct list){&timer->id, 1}, DEVICE_EXPIRED);
    return STATUS_OK;
}

const struct command end_device_command = {
    .name = "end_device",
    .doc = "Has a device be trusted no more.",
    .input = &end_device_shape,
    .decide = decide_one,
};

const struct command end_devices_command = {
    .name = "end_devices",
    .doc = "Has all of a person's devices be trusted no more.",
    .input = &end_devices_shape,
    .decide = decide_all,
};

const struct command expire_device_command = {
    .name = "expire_device",
    .doc = "Has a device be trusted no more whose time is over.",
    .input = &timer_shape,
    .decide = decide_expiry,
};
