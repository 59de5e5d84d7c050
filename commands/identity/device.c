/*
 * Devices that people trust, as folding keeps them. One that is trusted no more leaves nothing here; the ledger has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"

static const struct field device_fields[] = {
    {UUID(device, user_id), .tag = 1, .doc = "Id of the person."},
    {BYTES(device, digest), .tag = 2, .doc = "SHA-256 digest of its token."},
    {TIMESTAMP(device, trusted_until), .tag = 3, .doc = "Time until which it is trusted."},
};
static const struct shape device_shape = SHAPE(device, "State of a trusted device.");
const struct aggregate device_aggregate = {STATE_DEVICE, "device", &device_shape};

bool device_load(const struct decision *decision, struct uuid device_id, struct device *out)
{
    return model_load(decision->model, &device_aggregate, device_id, decision->arena, out);
}

struct uuid
device_trusted_by(const struct decision *decision, struct uuid user_id, struct bytes digest)
{
    struct device device;
    struct uuid id;

    if (decision->policy->device_trust_us == 0 || !bytes_are_present(digest) ||
        !model_holder(decision->model, CLAIM_DEVICE, digest, &id) ||
        !device_load(decision, id, &device) || !uuid_equal(device.user_id, user_id) ||
        device.trusted_until.us <= decision->now.us)
        return UUID_NONE;
    return id;
}

void device_emit_ended(
    struct decision *decision, struct uuid user_id, struct list device_ids, enum device_end end)
{
    const struct devices_ended ended = {user_id, device_ids, {end}};

    decision_emit(decision, &devices_ended_event, user_id, UUID_NONE, &ended);
}

void device_emit_all_ended(struct decision *decision, struct uuid user_id, enum device_end end)
{
    struct uuid *ids = arena_array(decision->arena, DEVICES_OF_USER, sizeof(*ids));
    struct uuid id = UUID_NONE;
    size_t count = 0;

    while (count < DEVICES_OF_USER &&
           model_next_link(decision->model, LINK_DEVICE, user_id, id, &id, NULL))
        ids[count++] = id;
    if (count > 0)
        device_emit_ended(decision, user_id, (struct list){ids, count}, end);
}

static struct timer timer_of(struct uuid id, const struct device *device)
{
    return (struct timer){TIMER_DEVICE, id, device->trusted_until};
}

static void fold_trusted(struct fold *fold, const struct record *record)
{
    const struct device_trusted *trusted = record->event;
    const struct device device = {trusted->user_id, trusted->digest, trusted->trusted_until};
    struct timer timer = timer_of(trusted->device_id, &device);

    fold_claim(fold, CLAIM_DEVICE, trusted->digest, trusted->device_id);
    model_link(fold->model, LINK_DEVICE, trusted->user_id, trusted->device_id, 1);
    model_store(fold->model, &device_aggregate, trusted->device_id, &device);
    model_set_timer(fold->model, &timer);
}

static void forget(struct fold *fold, struct uuid device_id)
{
    struct device device;
    struct timer timer;

    if (!model_load(fold->model, &device_aggregate, device_id, fold->arena, &device))
        return;
    timer = timer_of(device_id, &device);
    model_clear_timer(fold->model, &timer);
    fold_release(fold, CLAIM_DEVICE, device.digest, device_id);
    model_unlink(fold->model, LINK_DEVICE, device.user_id, device_id);
    model_remove(fold->model, &device_aggregate, device_id);
}

void device_fold(struct fold *fold, const struct record *record)
{
    const struct devices_ended *ended = record->event;

    if (record->type == &device_trusted_event) {
        fold_trusted(fold, record);
        return;
    }
    for (size_t i = 0; i < ended->device_ids.count; i++)
        forget(fold, ((const struct uuid *)ended->device_ids.items)[i]);
}
