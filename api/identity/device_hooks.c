/*
 * Devices that people trust, as they are told and listed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/device_hooks.h"

#include "api/bearer_token.h"
#include "api/call.h"
#include "api/identity/user_resources.h"
#include "commands/identity/device_commands.h"
#include "eventlog/events/identity_events.h"
#include "migrations/identity/devices.h"

#define DEVICES                                                                                    \
    .table = &devices_table, .scope_column = "user_id", .id_parameter = "device_id",               \
    .missing = "Device %s was not found", .order = {{"created_at", true}, {"id", true}},           \
    .limit = {.usual = DEVICES_OF_USER, .most = DEVICES_OF_USER}

const struct resource own_device_resource = {.name = "own_devices", DEVICES, .scope = SCOPE_CALLER};

const struct resource user_device_resource = {
    .name = "user_devices", DEVICES, .scope = SCOPE_PARENT, .parent = &user_resource};

struct trusted_device_view {
    struct uuid id;
    struct text name;
    struct text device_token;
    struct timestamp trusted_until;
};
static const struct field trusted_device_view_fields[] = {
    {UUID(trusted_device_view, id), .flags = REQUIRED, .doc = "Id of the device."},
    {TEXT(trusted_device_view, name), .flags = REQUIRED, .doc = "What it is called."},
    {TEXT(trusted_device_view, device_token), .flags = REQUIRED,
     .doc = "Token to send with the password; it is shown only now."},
    {TIMESTAMP(trusted_device_view, trusted_until), .flags = REQUIRED,
     .doc = "Time until which it is trusted."},
};
const struct shape trusted_device_view_shape =
    SHAPE(trusted_device_view, "A device that is trusted from now on.");

bool device_prepare_trust(struct call *call, void *input)
{
    struct trust_device *order = input;

    order->session_id = call->access.session_id;
    return bearer_token_give(call, &device_kind, order, &order->device_id, &order->digest);
}

void device_answer_trusted(struct call *call, const void *answer)
{
    const struct given_token *given = call->handler_state;
    const struct trust_device *order = given->order;
    struct trusted_device_view view = {
        .id = order->device_id,
        .name = order->name.text,
        .device_token = given->token,
        .trusted_until = ((const struct trusted_device *)answer)->trusted_until,
    };

    call_answer_shape(call, call->route->status, &trusted_device_view_shape, &view);
}
