/*
 * Devices that people trust.
 *
 *   sign-in by a code or a key ─► POST /users/me/devices: the device's token, this once
 *   login with the password and that token ─► session
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_DEVICE_HOOKS_H
#define API_IDENTITY_DEVICE_HOOKS_H

#include "api/route.h"

/* Those of the caller, and for platform admins those of anybody. */
extern const struct resource own_device_resource;
extern const struct resource user_device_resource;

extern const struct shape trusted_device_view_shape;

/* What is not in the body, and the token, which is shown once. */
bool device_prepare_trust(struct call *call, void *input);
void device_answer_trusted(struct call *call, const void *answer);

#endif
