/*
 * Orders about devices that people trust: with the password, the token of one is enough for a sign-in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_DEVICE_COMMANDS_H
#define COMMANDS_IDENTITY_DEVICE_COMMANDS_H

#include "commands/command.h"

/* By somebody who has just shown a second factor. */
struct trust_device {
    struct uuid session_id; /* that it is asked with */
    struct uuid device_id;  /* made by api, as is the token behind the digest */
    struct bytes digest;
    struct personal name;
};
struct trusted_device {
    struct timestamp trusted_until;
};
extern const struct command trust_device_command;

struct end_device {
    struct uuid user_id; /* absent: the caller */
    struct uuid device_id;
};
extern const struct command end_device_command;

/* Emits nothing where there is none. */
struct end_devices {
    struct uuid user_id; /* absent: the caller */
};
extern const struct command end_devices_command;

extern const struct command expire_device_command; /* of a timer */

#endif
