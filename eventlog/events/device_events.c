/*
 * Tables of the events of devices that people trust.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/device_events.h"

#include "eventlog/events/identity_events.h"

const char *const device_end_names[] = {"ended", "withdrawn", "expired", "access_changed", NULL};

static const struct field device_trusted_fields[] = {
    {UUID(device_trusted, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(device_trusted, device_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the device."},
    {BYTES(device_trusted, digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "SHA-256 digest of its token."},
    {PERSONAL(device_trusted, name), .tag = 4, .flags = REQUIRED, .max = DEVICE_LONGEST_NAME,
     .doc = "Name that its owner gave it."},
    {TIMESTAMP(device_trusted, trusted_until), .tag = 5, .flags = REQUIRED,
     .doc = "Time until which it is trusted."},
};
EVENT_WITH(
    device_trusted,
    EVT_DEVICE_TRUSTED,
    "identity.device_trusted",
    "A device stands for the second factor of a person's sign-ins.",
    SHAPE_WITH(
        device_trusted,
        "A device stands for the second factor of a person's sign-ins.",
        .subject_tag = 1),
    .schema = 1);

static const struct field devices_ended_fields[] = {
    {UUID(devices_ended, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {LIST_OF(devices_ended, device_ids, KIND_UUID), .tag = 2, .flags = REQUIRED,
     .doc = "Ids of the devices."},
    {ENUM(devices_ended, end, device_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Why they are trusted no more."},
};
EVENT_WITH(
    devices_ended,
    EVT_DEVICES_ENDED,
    "identity.devices_ended",
    "Devices are trusted no more.",
    SHAPE_WITH(devices_ended, "Devices are trusted no more.", .subject_tag = 1),
    .schema = 1);
