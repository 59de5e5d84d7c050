/*
 * Devices that stand for a second factor. What their tokens are is in no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/devices.h"

static const struct field device_row_fields[] = {
    {UUID(device_row, id), .flags = REQUIRED, .doc = "Id of the device."},
    {UUID(device_row, user_id), .flags = REQUIRED, .doc = "Id of the person who trusts it."},
    {TEXT(device_row, name), .doc = "Name that its owner gave it."},
    {TIMESTAMP(device_row, created_at), .flags = REQUIRED,
     .doc = "Time since which it is trusted."},
    {TIMESTAMP(device_row, last_used_at), .doc = "Time of its last sign-in; null: none."},
    {TIMESTAMP(device_row, trusted_until), .flags = REQUIRED,
     .doc = "Time until which it is trusted."},
};
const struct shape device_row_shape = SHAPE(device_row, "A device that is trusted.");

static const struct table_index indexes[] = {
    {.columns = "user_id, created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .removes = true},
    {.of = NULL},
};

const struct table devices_table = {
    .name = "devices",
    .area = "identity",
    .shape = &device_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
