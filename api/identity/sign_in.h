/*
 * Signing in with a password, which is all of it, or the first step.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SIGN_IN_H
#define API_IDENTITY_SIGN_IN_H

#include "api/route.h"

struct sign_in_body {
    struct text email;
    struct text password;
    struct opt_bool refresh;
    struct text device_token;
};
extern const struct shape sign_in_body_shape;

/* Handler of POST /auth/login. */
void sign_in_handle(struct call *call);

#endif
