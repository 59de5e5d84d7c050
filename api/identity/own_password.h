/*
 * Changing the own password.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_OWN_PASSWORD_H
#define API_IDENTITY_OWN_PASSWORD_H

#include "api/route.h"

struct own_password_body {
    struct text current_password;
    struct text new_password;
};
extern const struct shape own_password_body_shape;

/* Handler of POST /users/me/password. */
void own_password_handle(struct call *call);

#endif
